"""Files made beside the requests: kept in parts, given only to who asked, forgotten after a while."""

from collections.abc import Callable, Iterator
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contest.reports.models import MadeFile, MadeFilePart
from contest.reports.rules import KEPT_FOR

#: Bytes of one part at most.
PART = 4 * 1024 * 1024


def store(
    session: Session,
    kind: str,
    name: str,
    media_type: str,
    content: bytes,
    person_id: int | None,
    now: datetime,
    *,
    contest_id: int | None = None,
    union_id: int | None = None,
) -> MadeFile:
    """Keep a file for the person who asked (None: the terminal asked, nobody gets it); old ones are forgotten."""
    forget(session, now)
    made = MadeFile(
        code=token_urlsafe(16),
        kind=kind,
        name=name,
        media_type=media_type,
        contest_id=contest_id,
        union_id=union_id,
        person_id=person_id,
        made_at=now,
        size=len(content),
        ended_at=now,
    )
    session.add(made)
    session.flush()
    for number, start in enumerate(range(0, len(content), PART), 1):
        session.add(MadeFilePart(file_id=made.id, number=number, content=content[start : start + PART]))
        session.flush()
    return made


def forget(session: Session, now: datetime) -> int:
    """Throw away files older than ``KEPT_FOR``; returns how many."""
    return session.execute(delete(MadeFile).where(MadeFile.made_at < now - KEPT_FOR)).rowcount


def made_for(session: Session, code: str, person_id: int | None) -> MadeFile | None:
    """A complete file by its code, for who asked; anybody else's does not exist."""
    if person_id is None:
        return None
    wanted = select(MadeFile).where(MadeFile.code == code, MadeFile.person_id == person_id)
    return session.scalar(wanted.where(MadeFile.ended_at.is_not(None)))


def part(session: Session, file_id: int, number: int) -> bytes | None:
    wanted = select(MadeFilePart.content).where(MadeFilePart.file_id == file_id, MadeFilePart.number == number)
    return session.scalar(wanted)


def stream(read: Callable[[int], bytes | None]) -> Iterator[bytes]:
    """The bytes of a file, part by part; ``read`` gives one by its number."""
    number = 1
    while (content := read(number)) is not None:
        yield content
        number += 1
