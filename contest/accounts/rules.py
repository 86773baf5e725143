"""Who somebody is and what their details must look like; pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from questions.messages import N_


class PersonKind(StrEnum):
    """Kind of participant (``domain.md``, 1)."""

    MEMBER = "member"
    OFFICIAL = "official"
    WORKER = "worker"


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    ORGANIZER = "organizer"
    OFFICIAL = "official"


KIND_NAMES = {
    PersonKind.MEMBER: N_("Đoàn viên"),
    PersonKind.OFFICIAL: N_("Cán bộ công đoàn"),
    PersonKind.WORKER: N_("Người lao động"),
}

ROLE_NAMES = {
    Role.ADMINISTRATOR: N_("Quản trị"),
    Role.ORGANIZER: N_("Ban tổ chức"),
    Role.OFFICIAL: N_("Cán bộ theo dõi"),
}

#: Wording of the consent a participant gives; a changed text gets a new version.
CONSENT_VERSION = "2026-11-2"

MIN_PASSWORD = 6
MAX_PASSWORD = 128


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and the union whose subtree it covers (None: everywhere).

    ``in_place_of``: the id of whoever handed it on, out of a role over ``giver_union_id``; None: one's own.
    """

    role: Role
    union_id: int | None
    in_place_of: int | None = None
    giver_union_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person as plain values, or the terminal."""

    id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    union_id: int | None = None
    kind: PersonKind | None = None
    terminal: bool = False

    @property
    def label(self) -> str:
        """How the audit log names the actor: never by name or phone."""
        return "terminal" if self.terminal else f"person:{self.id}"

    def scopes(self, role: Role) -> frozenset[int]:
        """Unions whose subtrees the actor's grants of a role cover."""
        return frozenset(g.union_id for g in self.grants if g.role is role and g.union_id is not None)

    @property
    def is_administrator(self) -> bool:
        return self.terminal or any(g.role is Role.ADMINISTRATOR for g in self.grants)


TERMINAL = Actor(id=None, name="terminal", terminal=True)


def normal_phone(text: str) -> str | None:
    """A Vietnamese phone number as ten or eleven digits beginning with 0; None when it cannot be one.

    Spreadsheets drop the leading zero of numbers, so nine digits get it back.

    >>> normal_phone("+84 912 345 678"), normal_phone("912345678"), normal_phone("0912.345.678")
    ('0912345678', '0912345678', '0912345678')
    >>> normal_phone("12345") is None
    True
    """
    digits = re.sub(r"[\s.\-()]", "", text.strip())
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return None
    if digits.startswith("+84"):
        digits = "0" + digits[3:].removeprefix("0")
    elif digits.startswith("84") and len(digits) == 11:
        digits = "0" + digits[2:]
    elif len(digits) == 9 and not digits.startswith("0"):
        digits = "0" + digits
    return digits if re.fullmatch(r"0[1-9][0-9]{8,9}", digits) else None


def masked_phone(phone: str) -> str:
    """
    >>> masked_phone("0912345678")
    '09****678'
    """
    return f"{phone[:2]}****{phone[-3:]}"


def masked_name(name: str) -> str:
    """A name as public lists show it when the contest masks names: given name and initials.

    >>> masked_name("Nguyễn Thị Hoa")
    'N*** T*** Hoa'
    """
    words = name.split()
    return " ".join([f"{word[0]}***" for word in words[:-1]] + words[-1:])
