"""The signed cookie of a visit, dated by the server's clock like everything else.

How long a sign-in lasts is in its row; what is dated here only bounds how old a cookie can be. So a machine whose clock
jumps, or a node that is behind the one that signed, signs nobody out in the middle of an attempt.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from contest import clock

#: Cookies a process remembers; some 300 bytes each.
MAX_REMEMBERED = 50_000


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
    """Flask's sessions with that signer; a cookie that was found genuine once is not looked at again.

    A phone sends the same cookie with every save. What is remembered is what it says and when it was signed.
    """

    def __init__(self) -> None:
        self._serializer: tuple[Any, URLSafeTimedSerializer] | None = None
        self._genuine: dict[str, tuple[str, datetime]] = {}

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        cookie = request.cookies.get(app.config["SESSION_COOKIE_NAME"])
        serializer = self.get_signing_serializer(app)
        if not cookie or serializer is None:
            return super().open_session(app, request)
        known = self._genuine.get(cookie)
        if known is None or clock.now() - known[1] > app.permanent_session_lifetime:
            try:
                data, signed_at = serializer.loads(
                    cookie, max_age=int(app.permanent_session_lifetime.total_seconds()), return_timestamp=True
                )
            except BadSignature:
                return self.session_class()
            if len(self._genuine) >= MAX_REMEMBERED:
                self._genuine.clear()
            self._genuine[cookie] = known = (self.serializer.dumps(data), signed_at)
        return self.session_class(self.serializer.loads(known[0]))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.modified or app.config["SESSION_REFRESH_EACH_REQUEST"]:
            super().save_session(app, session, response)
        elif session.accessed:
            vary = response.headers.get("Vary")
            if vary is None or "cookie" not in vary.lower():
                response.headers["Vary"] = f"{vary}, Cookie" if vary else "Cookie"

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        known = self._serializer
        if known is None or known[0] != app.secret_key:
            serializer = super().get_signing_serializer(app)
            if serializer is None:
                return None
            serializer.signer = Signer
            self._serializer = known = (app.secret_key, serializer)
        return known[1]


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
