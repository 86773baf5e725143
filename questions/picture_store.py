"""Pictures in the database: stored once by what they were named, never altered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, cast, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from questions.details import choices_of
from questions.dialect import PICTURE
from questions.markup import FindPicture, Shown
from questions.models import Picture, QuestionVersion
from questions.pictures import Fitted, fit_all
from questions.rules import Draft, Fault

#: Ids of one query; both engines take far more.
_MANY = 500
_MANY_VERSIONS = 10_000


def store(session: Session, pictures: Mapping[str, bytes], now: datetime, drafts: Iterable[Draft] = ()) -> list[Fault]:
    """Store pictures under the names given; returns a fault for each that cannot be shown.

    Pictures that are there already are left as they are. With ``drafts``, only pictures that these show.
    """
    here = known(session, pictures)
    fitted, faults = fit_all({sha: data for sha, data in pictures.items() if sha not in here}, drafts)
    keep(session, fitted, now)
    return faults


def keep(session: Session, fitted: Iterable[Fitted], now: datetime) -> None:
    """Store pictures that have been made fit; of two writers at once the first counts."""
    rows = [
        {
            "sha256": one.sha256,
            "mime": one.mime,
            "width": one.width,
            "height": one.height,
            "size": len(one.data),
            "data": one.data,
            "created_at": now,
        }
        for one in fitted
    ]
    if rows:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(Picture).on_conflict_do_nothing(index_elements=["sha256"]), rows)


def load(session: Session, sha: str) -> Picture | None:
    """A picture by its name in texts."""
    return session.get(Picture, sha)


def known(session: Session, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Width and height of those pictures that are there."""
    wanted = list(dict.fromkeys(names))
    found: dict[str, tuple[int, int]] = {}
    for start in range(0, len(wanted), _MANY):
        chosen = select(Picture.sha256, Picture.width, Picture.height).where(
            Picture.sha256.in_(wanted[start : start + _MANY])
        )
        found.update((sha, (width, height)) for sha, width, height in session.execute(chosen))
    return found


def shown_by(session: Session, versions: Sequence[int]) -> dict[int, tuple[tuple[str, int], ...]]:
    """Pictures that papers show with these versions: name and bytes of each; versions without any are left out."""
    named: dict[int, list[str]] = {}
    for start in range(0, len(versions), _MANY_VERSIONS):
        rows = session.execute(_with_pictures(versions[start : start + _MANY_VERSIONS]))
        for version_id, stem, choices, details in rows:
            sides = (text for choice in choices_of(choices) for text in (choice.text, choice.match))
            whole = "\n".join((details.get("passage", ""), stem, *sides))
            named[version_id] = list(dict.fromkeys(PICTURE.findall(whole)))
    sizes = _bytes_of(session, {sha for names in named.values() for sha in names})
    shown = {
        version_id: tuple((sha, sizes[sha]) for sha in names if sha in sizes) for version_id, names in named.items()
    }
    return {version_id: pictures for version_id, pictures in shown.items() if pictures}


def _with_pictures(versions: Sequence[int]) -> Select[Any]:
    texts = (QuestionVersion.stem, cast(QuestionVersion.choice_rows, Text), cast(QuestionVersion.details, Text))
    return select(QuestionVersion.id, QuestionVersion.stem, QuestionVersion.choice_rows, QuestionVersion.details).where(
        QuestionVersion.id.in_(versions), or_(*(text.contains("(hinh:") for text in texts))
    )


def _bytes_of(session: Session, names: Iterable[str]) -> dict[str, int]:
    wanted = sorted(names)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _MANY):
        chosen = select(Picture.sha256, Picture.size).where(Picture.sha256.in_(wanted[start : start + _MANY]))
        found.update((sha, size) for sha, size in session.execute(chosen))
    return found


def finder(session: Session, names: Iterable[str]) -> FindPicture:
    """Finds pictures for :func:`questions.markup.to_html`, with their sizes, after one query for all."""
    return finder_of(known(session, names))


def finder_of(sizes: Mapping[str, tuple[int, int]], lazy: bool = True) -> FindPicture:
    """Finds those pictures whose sizes are known."""
    return lambda sha: Shown(f"/hinh/{sha}", *sizes[sha], lazy) if sha in sizes else None
