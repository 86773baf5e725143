"""Keys as they stand for a round: what the version says, with what the committee decided since; pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from contest.attempts.states import KeyChangeKind
from questions.details import of_details
from questions.marking import Key
from questions.rules import Choice, Draft, Kind


class Version(Protocol):
    """What a question version keeps that its key follows from."""

    stem: str
    kind: str
    choices: tuple[Choice, ...]
    details: dict[str, Any]


def key_of(version: Version) -> Key:
    """The key that a version itself holds."""
    kept = Draft(version.stem, version.choices, Kind(version.kind), **of_details(version.details))
    return Key(kept.kind, kept.choices, kept.answers, kept.scoring, kept.exact, kept.case)


def changed(key: Key, kind: KeyChangeKind, details: Mapping[str, Any]) -> Key:
    """A key after one decision; decisions are applied in the order in which they were made."""
    if kind is KeyChangeKind.DROP:
        return replace(key, dropped=True, credit=False)
    if kind is KeyChangeKind.CREDIT:
        return replace(key, credit=True, dropped=False)
    options = frozenset(details.get("keys", ()))
    answers = of_details({"answers": details["answers"]})["answers"] if "answers" in details else ()
    if kind is KeyChangeKind.ACCEPT:
        further = (*key.alternatives, options) if options else key.alternatives
        return replace(key, alternatives=further, answers=(*key.answers, *answers))
    if answers:
        return replace(key, answers=answers, credit=False, dropped=False)
    return replace(key.with_keys(options), alternatives=(), credit=False, dropped=False)
