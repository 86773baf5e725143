"""Password hashing with argon2id, a bounded number at a time.

A rush of sign-ins must not take the processors from people who are answering, so at most two hashes are computed
at once in a process; others wait their turn. Parameters: 19 MiB, two passes, as OWASP's sheet allows.
"""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_turn = BoundedSemaphore(2)

#: Hash of nothing anybody knows: verified when no account fits, so that time tells nothing.
_decoy = _hasher.hash("không ai dùng mật khẩu này")


def hash_password(password: str) -> str:
    with _turn:
        return _hasher.hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """Whether a password is the one behind a hash; takes as long when there is no hash."""
    with _turn:
        try:
            return _hasher.verify(stored or _decoy, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
