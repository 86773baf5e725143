"""What an import would do to a bank, worked out before anything is stored; pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from questions.likeness import Near, Text, text_of
from questions.likeness_index import Index
from questions.messages import N_, Message, message
from questions.rules import Draft, Fault, print_of

#: Parts of a question that are compared as they stand; more are made from several fields by :func:`parts`.
PARTS = (
    "stem",
    "kind",
    "topic",
    "difficulty",
    "source",
    "explanation",
    "title",
    "markup",
    "guide",
    "passage",
)
#: Parts that stand beside the words: changing them makes no new version.
BESIDE = frozenset({"topic", "difficulty", "tags"})


class Change(StrEnum):
    """What an import does with a question."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    #: New, and nearly the same as another question: stored like a new one when the organizer confirms.
    NEAR = "near-duplicate"


class Whose(NamedTuple):
    """Where a question stands: the code of its bank ("": in the file that is read), and its own code."""

    bank: str
    code: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A question of a file with what storing it will do; its draft has the code it will be stored under.

    ``parts`` names what differs from the bank, for a changed question: see :func:`parts`. ``near`` are the questions
    that a new one is nearly the same as, the likest first.
    """

    draft: Draft
    change: Change
    parts: tuple[str, ...] = ()
    near: tuple[Near[Whose], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: nothing is stored when there is any fault."""

    planned: tuple[Planned, ...]
    faults: tuple[Fault, ...]

    def count(self, change: Change) -> int:
        return sum(planned.change is change for planned in self.planned)


@dataclass(slots=True)
class Stored:
    """A bank as it stands: the parts of each question by code, its words, and the code of each text."""

    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    by_print: dict[str, str] = field(default_factory=dict)


def digest(draft: Draft) -> str:
    """Hash under which two questions count as the same."""
    return hashlib.sha256(print_of(draft).encode()).hexdigest()


def planned(stored: Stored, drafts: Sequence[Draft], faults: Iterable[Fault] = ()) -> Plan:
    """Hold the questions of a file against a bank as it stands.

    A known code means a new version, or the same question again; without a code a question that reads the same is
    the same. A question that stands under another code is a fault, unless the file gives that code new words; so is
    a question or a code that comes twice.
    """
    named = {draft.code for draft in drafts if draft.code}
    fresh = fresh_codes(stored.parts.keys() | named)
    items: list[Planned] = []
    found = list(faults)
    codes: dict[str, Draft] = {}
    prints: dict[str, Draft] = {}
    for draft in drafts:
        print_ = digest(draft)
        twin = stored.by_print.get(print_)
        code = draft.code or twin or next(fresh)
        why = _clash(draft, code, twin, named, codes.get(code) or prints.get(print_))
        if why:
            found.append(Fault(why, draft.row, draft.stem[:80]))
        codes.setdefault(code, draft)
        prints.setdefault(print_, draft)
        items.append(_plan(replace(draft, code=code), stored.parts.get(code)))
    return Plan(tuple(items), tuple(sorted(found, key=lambda fault: (fault.row is None, fault.row or 0))))


def with_near(plan: Plan, bank: str, texts: Mapping[str, Text], beside: Iterable[tuple[Whose, Text]] = ()) -> Plan:
    """Find for each new question those it is nearly the same as: of its bank, of others, of its file before it.

    ``texts`` are those of the bank by code; a question that the file gives new words counts with the new ones.
    """
    new = [item for item in plan.planned if item.change is Change.NEW]
    if not new:
        return plan
    codes = {item.draft.code for item in plan.planned}
    known = [(Whose(bank, code), text) for code, text in texts.items() if code not in codes]
    known += [(_whose(item, bank), text_of(item.draft)) for item in plan.planned if item.change is not Change.NEW]
    known += beside
    index = Index([*known, *((_whose(item, bank), text_of(item.draft)) for item in new)])
    told = index.near_each([_whose(item, bank) for item in new], first=len(known))
    return replace(plan, planned=tuple(_nearly(item, told.get(_whose(item, bank), ())) for item in plan.planned))


def _whose(item: Planned, bank: str) -> Whose:
    return Whose("" if item.change is Change.NEW else bank, item.draft.code or "")


def _nearly(item: Planned, near: tuple[Near[Whose], ...]) -> Planned:
    return replace(item, change=Change.NEAR, near=near) if near else item


def fresh_codes(taken: Iterable[str]) -> Iterator[str]:
    """Codes C0001, C0002 ... that are not taken."""
    used, number = set(taken), 0
    while True:
        number += 1
        code = f"C{number:04d}"
        if code not in used:
            yield code


def twin_fault(code: str) -> Message:
    """For a question whose words already stand in the bank under another code."""
    return message(
        N_("Câu hỏi này đã có trong ngân hàng với mã %(code)s. Hãy bỏ câu này khỏi tệp hoặc ghi đúng mã đó."),
        code=code,
    )


def parts(draft: Draft) -> dict[str, Any]:
    """What can differ between two forms of a question, by name."""
    found = {name: getattr(draft, name) for name in PARTS}
    found["choices"] = [(choice.text, choice.match, choice.stays_last) for choice in draft.choices]
    found["key"] = (_key(draft), draft.scoring, draft.exact, draft.case)
    found["feedback"] = [choice.feedback for choice in draft.choices] + [a.feedback for a in draft.answers]
    found["limits"] = (draft.min_words, draft.max_words)
    found["tags"] = tuple(sorted(draft.tags))
    return found


def _key(draft: Draft) -> list[Any]:
    answers = [(answer.text, answer.points, answer.tolerance, answer.pattern) for answer in draft.answers]
    return [*[(choice.correct, choice.points) for choice in draft.choices], *answers]


def differences(old: Draft, new: Draft) -> tuple[str, ...]:
    """Names of the parts in which two forms of a question differ."""
    return _differing(parts(old), parts(new))


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in new.items() if value != old[name])


def _plan(draft: Draft, known: Mapping[str, Any] | None) -> Planned:
    if known is None:
        return Planned(draft, Change.NEW)
    changed = _differing(known, parts(draft))
    return Planned(draft, Change.CHANGED if changed else Change.SAME, changed)


def _clash(draft: Draft, code: str, twin: str | None, named: set[str | None], other: Draft | None) -> Message | None:
    """Why a question cannot stand beside the others of its file and of the bank."""
    if other is not None:
        if other.row is None:
            return message(N_("Câu hỏi này có hai lần trong tệp (mã %(code)s). Hãy bỏ một câu."), code=code)
        return message(
            N_("Câu hỏi này trùng với câu ở dòng %(other)s của tệp (mã %(code)s). Hãy bỏ một trong hai câu."),
            other=other.row,
            code=code,
        )
    if twin and twin != code and twin not in named:
        return twin_fault(twin)
    return None
