"""Sentences for people, kept apart from their values so that they can be translated where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:
    """Mark a Vietnamese text for the catalogues without translating it here."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in Vietnamese with named values, e.g. a fault of an import or a reason for a refusal.

    >>> str(Message("Dòng %(row)s không có đáp án.", {"row": 7}))
    'Dòng 7 không có đáp án.'
    """

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


def message(text: str, /, **params: Any) -> Message:
    """Short form: ``message(N_("Đợt %(n)s đã đóng."), n=2)``."""
    return Message(text, params)
