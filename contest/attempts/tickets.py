"""Tickets of the waiting room: a time of arrival, signed for one round and one sign-in."""

import hashlib
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer

COOKIE = "hoithi_cho"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who queues for what: the path of a round and the sign-in by which somebody is known."""

    round_path: str
    sign_in: str

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.round_path}\n{self.sign_in}".encode()).hexdigest()[:32]


def signer(secret_key: str) -> Signer:
    return Signer(secret_key, salt="hoithi waiting room", sep=".", digest_method=hashlib.sha256)


def written(keys: Signer, holder: Holder, arrival: int) -> str:
    """A ticket as its cookie holds it; nobody else can use it, nor anybody make one that is earlier."""
    return f"{arrival}.{keys.get_signature(f'{arrival} {holder.key}').decode()}"


def read(keys: Signer, holder: Holder, cookie: str) -> int | None:
    """The arrival that a cookie proves; None for another's, another round's or a forged one."""
    arrival, _, signature = cookie.partition(".")
    if not (arrival.isascii() and arrival.isdigit() and len(arrival) <= 17):
        return None
    try:
        keys.unsign(f"{arrival} {holder.key}.{signature}")
    except BadSignature:
        return None
    return int(arrival)
