"""What a list of people would change: who is meant by a row, what differs, who may be somebody known already; pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

from contest.accounts.rules import PersonKind, masked_phone
from contest.members.sheets import PersonRow
from contest.unions.rules import Fault
from questions.messages import N_, Message, message
from questions.text import fold

#: Names this much alike, from 0 to 1, under one phone may be one person.
ALIKE = 0.75

#: So many people of one phone or one name are held against a row: more are no household, and a file of nothing else
#: must not cost its square.
MOST_ALIKE = 50

FIELD_NAMES = {
    "name": N_("họ tên"),
    "phone": N_("số điện thoại"),
    "birth_on": N_("ngày sinh"),
    "since": N_("ngày vào"),
    "kind": N_("tư cách"),
    "union": N_("đơn vị"),
    "password": N_("mật khẩu"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a person whom a list may mean. ``through``: by the phone of a duplicate merged into them."""

    id: int
    name: str
    name_fold: str
    phone: str
    union_id: int | None
    kind: str
    has_password: bool
    birth_on: date | None
    since: date | None
    merged_into_id: int | None = None
    privileged: bool = False
    through: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A person of the list who is known but not as written: which fields differ, and where they belong until now."""

    id: int
    row: PersonRow
    fields: tuple[str, ...]
    from_union: int | None

    @property
    def password(self) -> bool:
        """Whether they get their first password."""
        return "password" in self.fields

    @property
    def moves(self) -> bool:
        return "union" in self.fields


@dataclass(frozen=True, slots=True)
class Doubt:
    """A new person of the list who may be somebody known, or of another row, with the reason."""

    row: PersonRow
    why: Message


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do with the sound rows of a list: nothing at all while it has ``faults``.

    ``asked``: people of unions outside the importer's part of the tree, who are asked for and not taken.
    ``missing``: members of the unions named whom the list does not name; nobody while a row is at fault, which may
    mean any of them. ``faulty``: how many rows somebody chose to leave.
    """

    new: tuple[PersonRow, ...] = ()
    changed: tuple[Change, ...] = ()
    same: int = 0
    faults: tuple[Fault, ...] = ()
    asked: tuple[Change, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    missing: tuple[Known, ...] = ()
    faulty: int = 0

    @property
    def wrong(self) -> frozenset[int]:
        """Numbers of the rows at fault."""
        return frozenset(fault.row for fault in self.faults if fault.row)

    @property
    def sound(self) -> "Plan":
        """The same for somebody who chose to leave the rows at fault."""
        return replace(self, faults=(), faulty=len(self.wrong))

    @property
    def passwords(self) -> list[PersonRow]:
        """Rows whose password is going to be stored, so must be hashed."""
        return [row for row in self.new if row.password] + [change.row for change in self.changed if change.password]

    @property
    def moved(self) -> list[Change]:
        return [change for change in self.changed if change.moves]

    @property
    def corrected(self) -> list[Change]:
        """People who stay where they are and whose details change."""
        return [change for change in self.changed if not change.moves]


class Register:
    """The people known, as a list looks for them: by phone, and by name in a union."""

    def __init__(self, by_phone: Collection[Known], of_unions: Collection[Known]) -> None:
        self.by_phone: dict[str, list[Known]] = {}
        self.by_name: dict[tuple[str, int | None], list[Known]] = {}
        for person in by_phone:
            self.by_phone.setdefault(person.phone, []).append(person)
        for person in of_unions:
            self.by_name.setdefault((person.name_fold, person.union_id), []).append(person)

    def meant(self, row: PersonRow, union_id: int) -> Known | None:
        """The person of a row: the same phone and name; or the same name, day of birth and union where one of the two
        has no phone. Two people without a phone in different unions are never taken for one.
        """
        folded = fold(row.name)
        if row.phone:
            same = next((p for p in self.by_phone.get(row.phone, ()) if p.name_fold == folded), None)
            if same:
                return same
        if row.birth_on is None:
            return None
        alike = [p for p in self.by_name.get((folded, union_id), ()) if p.birth_on == row.birth_on]
        without = [p for p in alike if not p.phone]
        return without[0] if without else alike[0] if len(alike) == 1 and not row.phone else None


def differences(row: PersonRow, union_id: int, known: Known) -> tuple[str, ...]:
    """Which stored fields a row would change. An empty cell and a day of entry that is known change nothing."""
    found = {
        "union": known.union_id != union_id,
        "kind": known.kind != row.kind,
        "name": known.name != row.name and not known.through,
        "phone": bool(row.phone) and known.phone != row.phone and not known.through,
        "birth_on": row.birth_on is not None and known.birth_on != row.birth_on,
        "since": row.since is not None and known.since is None and known.union_id == union_id,
        "password": bool(row.password) and not known.has_password,
    }
    return tuple(name for name, differs in found.items() if differs)


def similar(one: str, other: str) -> bool:
    """Whether two folded names may be one person's: the same words in another order, one left out, or mistyped.

    >>> similar("lo thi lan", "lan lo thi"), similar("lo thi lan", "lo lan"), similar("lo thi lan", "lo thi lam")
    (True, True, True)
    >>> similar("lo thi lan", "vang van hung")
    False
    """
    words, others = set(one.split()), set(other.split())
    if len(words & others) >= 2 and (words <= others or others <= words):
        return True
    return SequenceMatcher(None, one, other).ratio() >= ALIKE


def doubts(
    new: Sequence[PersonRow],
    everybody: Sequence[PersonRow],
    union_ids: Mapping[str, int],
    names: Mapping[int, str],
    register: Register,
    within: Collection[int] | None,
) -> Iterator[Doubt]:
    """New people who may be somebody else: one doubt a row, the strongest. ``names`` of unions by id.

    Nothing is told of people outside the importer's part of the tree but that there is one.
    """
    phones: dict[str, list[PersonRow]] = {}
    spelled: dict[tuple[str, str], list[PersonRow]] = {}
    for row in everybody:
        for rows in (phones.setdefault(row.phone, []), spelled.setdefault((fold(row.name), row.union), [])):
            if len(rows) < MOST_ALIKE:
                rows.append(row)
    for row in new:
        folded, union_id = fold(row.name), union_ids[row.union]
        why = (
            _known_phone(row, folded, register, names, within)
            or _listed_phone(row, folded, phones)
            or _known_name(row, register.by_name.get((folded, union_id), ()))
            or _listed_name(row, spelled[folded, row.union])
        )
        if why:
            yield Doubt(row, why)


def _known_phone(
    row: PersonRow, folded: str, register: Register, names: Mapping[int, str], within: Collection[int] | None
) -> Message | None:
    for person in register.by_phone.get(row.phone, ())[:MOST_ALIKE] if row.phone else ():
        if not similar(folded, person.name_fold):
            continue
        if within is not None and person.union_id not in within:
            return message(N_("Cùng số điện thoại và tên gần giống với một người ở đơn vị ngoài phạm vi của bạn."))
        return message(
            N_("Cùng số điện thoại và tên gần giống với %(name)s (%(union)s)."),
            name=person.name,
            union=names.get(person.union_id or 0, "–"),
        )
    return None


def _listed_phone(row: PersonRow, folded: str, phones: Mapping[str, Sequence[PersonRow]]) -> Message | None:
    for other in phones[row.phone] if row.phone else ():
        if other.row < row.row and similar(folded, fold(other.name)):
            return message(N_("Cùng số điện thoại và tên gần giống với dòng %(other)s."), other=other.row)
    return None


def _known_name(row: PersonRow, namesakes: Sequence[Known]) -> Message | None:
    for person in namesakes[:MOST_ALIKE]:
        phone = masked_phone(person.phone) if person.phone else message(N_("không có"))
        if row.birth_on and person.birth_on == row.birth_on:
            return message(
                N_("Cùng họ tên, ngày sinh và đơn vị với một người đã có (số điện thoại: %(phone)s)."), phone=phone
            )
        if not (row.birth_on and person.birth_on):
            return message(
                N_(
                    "Cùng họ tên và đơn vị với một người đã có (số điện thoại: %(phone)s); "
                    "thiếu ngày sinh để phân biệt."
                ),
                phone=phone,
            )
    return None


def _listed_name(row: PersonRow, namesakes: Sequence[PersonRow]) -> Message | None:
    for other in namesakes:
        if other.row < row.row and (not (row.birth_on and other.birth_on) or row.birth_on == other.birth_on):
            return message(N_("Cùng họ tên và đơn vị với dòng %(other)s."), other=other.row)
    return None


def absent(of_unions: Collection[Known], named: Collection[int]) -> list[Known]:
    """Members and officials of the unions of a complete list whom it does not name."""
    return [person for person in of_unions if person.id not in named and person.kind != PersonKind.WORKER]
