"""How addresses name a person: a signed code instead of the number of the row, the same one for good."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def code_of(person_id: int) -> str:
    return str(_signer().dumps(person_id))


def person_id_of(code: str) -> int | None:
    """The person of a code; None for one that we did not make."""
    try:
        found = _signer().loads(code)
    except BadSignature:
        return None
    return found if isinstance(found, int) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="person in an address")
