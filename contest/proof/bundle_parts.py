"""A bundle as bytes: a zip written from front to back in bounded memory, kept in parts, read again as a stream."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from contest import clock
from contest.proof.models import Bundle, BundlePart
from contest.proof.rules import canonical

#: Bytes of one part at most.
PART = 4 * 1024 * 1024
#: Bytes of the lines of one file in the zip, about: who checks reads many files at a time.
FILE = 4 * 1024 * 1024

#: Takes a part away: its number from 1 on, and its bytes.
Keep = Callable[[int, bytes], None]


class Parts(io.RawIOBase):
    """A file that can only be written on; every 4 MB are taken away. ``digest`` and ``size`` are of all of it."""

    def __init__(self, keep: Keep) -> None:
        self._keep, self._waiting, self._count = keep, bytearray(), 0
        self._hash = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._hash.update(data)
        self._waiting += data
        self.size += len(data)
        while len(self._waiting) >= PART:
            self._take(PART)
        return len(data)

    def finish(self) -> None:
        """Take away what is left."""
        if self._waiting:
            self._take(PART)

    def _take(self, size: int) -> None:
        self._count += 1
        self._keep(self._count, bytes(self._waiting[:size]))
        del self._waiting[:size]

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class Writer:
    """Files put into the zip one after the other; ``files`` tells the hash and size of each."""

    def __init__(self, target: Any, at: datetime) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._stamp = at.astimezone(clock.VIETNAM).timetuple()[:6]
        self.files: list[dict[str, Any]] = []

    def put(self, name: str, content: bytes) -> None:
        info = zipfile.ZipInfo(name, self._stamp)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        self._zip.writestr(info, content)
        self.files.append({"name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)})

    def put_lines(self, folder: str, lines: Iterable[Any]) -> int:
        """Lines of JSON as files ``<folder>/00001.jsonl`` and so on; returns how many lines there were."""
        waiting, size, number, count = [], 0, 0, 0
        for line in lines:
            waiting.append(canonical(line) + b"\n")
            size += len(waiting[-1])
            count += 1
            if size >= FILE:
                number += 1
                self.put(f"{folder}/{number:05d}.jsonl", b"".join(waiting))
                waiting, size = [], 0
        if waiting:
            self.put(f"{folder}/{number + 1:05d}.jsonl", b"".join(waiting))
        return count

    def close(self) -> None:
        self._zip.close()


# Stored


def store_part(session: Session, bundle_id: int, number: int, content: bytes) -> None:
    session.add(BundlePart(bundle_id=bundle_id, number=number, content=content))
    session.flush()


def new_bundle(session: Session, contest_id: int, slug: str, actor: str, now: datetime) -> Bundle:
    """The next bundle of a contest, empty; what an earlier making left unfinished is thrown away."""
    unfinished = select(Bundle.id).where(Bundle.contest_id == contest_id, Bundle.ended_at.is_(None))
    session.execute(delete(BundlePart).where(BundlePart.bundle_id.in_(unfinished)))
    session.execute(delete(Bundle).where(Bundle.contest_id == contest_id, Bundle.ended_at.is_(None)))
    last = session.scalar(select(func.max(Bundle.number)).where(Bundle.contest_id == contest_id)) or 0
    made = Bundle(
        contest_id=contest_id,
        number=last + 1,
        name=f"{slug[:90]}-{last + 1}.zip",
        made_at=now,
        made_by=actor,
        rounds="",
        size=0,
        digest="",
    )
    session.add(made)
    session.flush()
    return made


def bundles(session: Session, contest_id: int) -> list[Bundle]:
    """Complete bundles of a contest, the newest first."""
    wanted = select(Bundle).where(Bundle.contest_id == contest_id, Bundle.ended_at.is_not(None))
    return list(session.scalars(wanted.order_by(Bundle.number.desc())))


def bundle(session: Session, contest_id: int, number: int) -> Bundle | None:
    """A complete bundle by its number."""
    wanted = select(Bundle).where(Bundle.contest_id == contest_id, Bundle.number == number)
    return session.scalars(wanted.where(Bundle.ended_at.is_not(None))).first()


def part_of(session: Session, bundle_id: int, number: int) -> bytes | None:
    wanted = select(BundlePart.content).where(BundlePart.bundle_id == bundle_id, BundlePart.number == number)
    return session.scalar(wanted)


def stream(part: Callable[[int], bytes | None]) -> Iterator[bytes]:
    """The bytes of a bundle, part by part; ``part`` gives one by its number."""
    number = 1
    while (content := part(number)) is not None:
        yield content
        number += 1
