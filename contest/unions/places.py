"""Places on the map, as lists of unions name them: "mã - tên" or a name alone. Geography, apart from management."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from contest.unions.models import Place
from contest.unions.rules import MAX_CODE, is_code, normal_code
from questions.messages import N_, Message, message
from questions.text import fold, sort_key

MAX_NAME = 200
_CODED = re.compile(r"(\S+)\s+[-–—]\s+(.+)")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What texts mean: the code of each, the names of places not known yet by code, and what is wrong by text."""

    codes: Mapping[str, str]
    new: Mapping[str, str]
    faults: Mapping[str, Message]


def parse(text: str) -> tuple[str, str]:
    """Code and name of a cell; without a code the name alone.

    >>> parse("03466 - Xã Sin Suối Hồ"), parse("Xã Sin Suối Hồ")
    (('03466', 'Xã Sin Suối Hồ'), ('', 'Xã Sin Suối Hồ'))
    """
    found = _CODED.fullmatch(text.strip())
    if found and is_code(normal_code(found[1])):
        return normal_code(found[1]), found[2].strip()
    return "", text.strip()


def code_for(name: str) -> str:
    """The code of a place that came without one.

    >>> code_for("Xã Sin Suối Hồ")
    'XA-SIN-SUOI-HO'
    """
    return re.sub(r"[^A-Z0-9]+", "-", fold(name).upper()).strip("-")[:MAX_CODE].strip("-")


def resolve(session: Session, texts: Iterable[str]) -> Resolved:
    """Which places cells mean; those that are not known yet are made when the list is stored (:func:`make`)."""
    wanted = dict.fromkeys(text for text in texts if text)
    codes: dict[str, str] = {}
    new: dict[str, str] = {}
    faults: dict[str, Message] = {}
    if not wanted:
        return Resolved(codes, new, faults)
    names = dict(session.execute(select(Place.code, Place.name)).all())
    by_name: dict[str, list[str]] = {}
    for code, name in names.items():
        by_name.setdefault(fold(name), []).append(code)
    for text in wanted:
        code, name = parse(text)
        same = by_name.get(fold(name), [])
        if not code and len(same) > 1:
            faults[text] = _several(name, same)
            continue
        code = code or (same[0] if same else code_for(name))
        known = names.get(code, new.get(code))
        if not code or len(name) > MAX_NAME:
            faults[text] = message(N_("Không hiểu địa bàn “%(place)s”. Hãy ghi “mã - tên”."), place=text[:60])
        elif known is None:
            codes[text], new[code] = code, name
            by_name.setdefault(fold(name), []).append(code)
        elif fold(known) != fold(name):
            faults[text] = _other(code, known)
        else:
            codes[text] = code
    return Resolved(codes, new, faults)


def _several(name: str, codes: Collection[str]) -> Message:
    return message(
        N_("Có nhiều địa bàn tên “%(name)s” (mã %(codes)s). Hãy ghi “mã - tên”."),
        name=name,
        codes=", ".join(sorted(codes)),
    )


def _other(code: str, name: str) -> Message:
    return message(N_("Mã địa bàn “%(code)s” đã dùng cho %(name)s. Hãy sửa mã hoặc tên địa bàn."), code=code, name=name)


def make(session: Session, names: Mapping[str, str]) -> dict[str, int]:
    """Make places by code; returns the ids of all places."""
    if names:
        rows = [{"code": code, "name": name, "name_key": sort_key(name)} for code, name in names.items()]
        session.execute(insert(Place), rows)
    return dict(session.execute(select(Place.code, Place.id)).all())


def told(session: Session) -> dict[int, str]:
    """Every place as lists name it, by id."""
    return {row.id: f"{row.code} - {row.name}" for row in session.execute(select(Place.id, Place.code, Place.name))}
