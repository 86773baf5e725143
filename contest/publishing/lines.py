"""The ranking as it was announced: written in one walk, in pieces; read page by page, or whole for the bundle.

A million lines pass through without ever being in memory together. What a line says:
:class:`contest.publishing.rules.Line`.
"""

import json
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from contest.proof.rules import owner_of
from contest.publishing.models import Publication, PublicationPart
from contest.publishing.rules import Change, Line, change_of, read_line, written
from contest.rounds.models import Contest
from contest.standings.models import Standing

RANKING, PEOPLE, CHANGES = "ranking", "people", "changes"
#: Lines of one piece.
PIECE = 2000
#: Bytes of pieces kept in memory while a ranking is written; more go to a file of the system's.
_IN_MEMORY = 4 * 1024 * 1024

#: Called with (lines done, lines in all).
Progress = Callable[[int, int], None]


# Writing


@dataclass(slots=True)
class Pieces:
    """Pieces on their way to the database: the publication they belong to needs their digest first."""

    _file: Any
    digest: str = ""
    lines: int = 0
    _index: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, kind: str, number: int, content: bytes) -> None:
        packed = zlib.compress(content)
        self._index.append((kind, number, len(packed)))
        self._file.write(packed)

    def store(self, session: Session, publication_id: int) -> None:
        self._file.seek(0)
        for kind, number, length in self._index:
            values = {"publication_id": publication_id, "kind": kind, "number": number}
            session.execute(insert(PublicationPart).values(**values, content=self._file.read(length)))


@contextmanager
def ranking_pieces(
    session: Session, contest: Contest, number: int, progress: Progress | None = None
) -> Iterator[Pieces]:
    """The ranking of a round (0: of the whole contest) as it is now, ready to be stored within the block."""
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        pieces = Pieces(file)
        _fill(pieces, session, contest, number, progress)
        yield pieces


def _fill(pieces: Pieces, session: Session, contest: Contest, number: int, progress: Progress | None) -> None:
    hashed = sha256()
    rows = _placed(_ranked(session, contest, number), contest)
    total = _count(session, contest.id, number) if progress else 0
    for piece, chunk in enumerate(_batches(rows, PIECE), 1):
        text = "".join(written(line) for line, _entry in chunk).encode()
        hashed.update(text)
        pieces.add(RANKING, piece, text)
        pieces.add(PEOPLE, piece, struct.pack(f">{len(chunk)}q", *(entry for _line, entry in chunk)))
        pieces.lines += len(chunk)
        if progress:
            progress(pieces.lines, max(total, pieces.lines))
    pieces.digest = hashed.hexdigest()


def _ranked(session: Session, contest: Contest, number: int) -> Iterable[Any]:
    wanted = (
        select(Standing.entry_id, Standing.sort_key, Standing.score, Standing.division_id)
        .where(Standing.contest_id == contest.id, Standing.round_number == number, Standing.ranked.is_(True))
        .order_by(Standing.sort_key, Standing.entry_id)
        .execution_options(yield_per=PIECE)
    )
    return session.execute(wanted)


def _placed(rows: Iterable[Any], contest: Contest) -> Iterator[tuple[Line, int]]:
    """Rows in order with their places; equal keys share one."""
    codes = {division.id: division.code for division in contest.divisions}
    place, before = 0, None
    for count, row in enumerate(rows, 1):
        place = place if row.sort_key == before else count
        before = row.sort_key
        owner = owner_of(contest.owner_salt, row.entry_id)
        yield Line(place, owner, row.sort_key, row.score, codes.get(row.division_id, "")), row.entry_id


def _count(session: Session, contest_id: int, number: int) -> int:
    wanted = select(func.count()).where(
        Standing.contest_id == contest_id, Standing.round_number == number, Standing.ranked.is_(True)
    )
    return session.scalar(wanted) or 0


def add_changes(pieces: Pieces, changes: Sequence[Change]) -> None:
    for piece, chunk in enumerate(_batches(changes, PIECE), 1):
        pieces.add(CHANGES, piece, json.dumps([change.data() for change in chunk]).encode())


def _batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    walk = iter(rows)
    while batch := list(islice(walk, size)):
        yield batch


# Reading


def ranking_file(session: Session, publication: Publication) -> Iterator[bytes]:
    """The ranking file in pieces of whole lines, the bytes that the publication's digest is of."""
    for number in range(1, _pieces(session, publication.id, RANKING) + 1):
        yield _content(session, publication.id, RANKING, number)


def page_of(session: Session, publication: Publication, first: int, size: int) -> list[tuple[Line, int]]:
    """Lines from the one that ``first`` lines precede on, with whose they are; one or two pieces are read."""
    found: list[tuple[Line, int]] = []
    for number in range(first // PIECE + 1, (first + size - 1) // PIECE + 2):
        found += piece_of(session, publication.id, number)
    start = first % PIECE
    return found[start : start + size]


def piece_of(session: Session, publication_id: int, number: int) -> list[tuple[Line, int]]:
    """The lines of a piece with the entries they belong to; none behind the last one."""
    text = _content(session, publication_id, RANKING, number).decode()
    people = _content(session, publication_id, PEOPLE, number)
    entries = struct.unpack(f">{len(people) // 8}q", people)
    return [(read_line(line), entry) for line, entry in zip(text.splitlines(), entries, strict=True)]


def changes_of(session: Session, publication: Publication) -> list[Change]:
    """What a correction changed for people; those named in it, see ``actions.MAX_CHANGES``."""
    found: list[Change] = []
    for number in range(1, _pieces(session, publication.id, CHANGES) + 1):
        found += [change_of(row) for row in json.loads(_content(session, publication.id, CHANGES, number))]
    return found


def _content(session: Session, publication_id: int, kind: str, number: int) -> bytes:
    wanted = select(PublicationPart.content).where(
        PublicationPart.publication_id == publication_id, PublicationPart.kind == kind, PublicationPart.number == number
    )
    packed = session.scalar(wanted)
    return zlib.decompress(packed) if packed else b""


def _pieces(session: Session, publication_id: int, kind: str) -> int:
    wanted = select(func.count()).where(PublicationPart.publication_id == publication_id, PublicationPart.kind == kind)
    return session.scalar(wanted) or 0
