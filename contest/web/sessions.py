"""The signed cookie of a visit, dated by the server's clock like everything else.

How long a sign-in lasts is in its row; what is dated here only bounds how old a cookie can be. So a machine whose clock
jumps, or a node that is behind the one that signed, signs nobody out in the middle of an attempt.
"""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from contest import clock


class Signer(TimestampSigner):
    """Signs with the server's time and takes a stamp of the future for one of this moment."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and clock.now() - signed_at > timedelta(seconds=max_age):
            raise SignatureExpired("too old", payload=value, date_signed=signed_at)
        return (value, signed_at) if return_timestamp else value


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions with that signer."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = Signer
        return serializer


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
