"""What is promised before a round and sealed in it, as hashes that a stranger can make again; pure.

All hashes are SHA-256, written in lower case hexadecimal. ``canonical`` JSON has the keys of every object sorted by
code points, no spaces, no escapes but those that JSON demands, and is encoded in UTF-8 (half a surrogate pair counts as
"?"). Instants are UTC with six digits of microseconds: ``2026-03-01T01:00:00.000000Z``.

Owners.  A person is known by the first 32 digits of HMAC-SHA256 with the contest's salt (its hexadecimal digits as
text) as key over the number of their entry as decimal text. The salt is never published.

Records.  What is sealed of an attempt is the canonical JSON of an object of the members of :class:`Record`: what was
received, not what came of it, since a corrected key may change a score.

Trees.  As in RFC 6962, 2.1: a leaf is the hash of the byte 0 and the record; a node that of the byte 1 and its two
children; a tree of n > 1 leaves splits at the largest power of two below n. The leaves of a batch stand in the order of
(submitted_at, number of the attempt in the database).

Chain.  The head after a batch is the hash of the byte 2, the head before (32 zero bytes at first), the root, the
number of the batch and its count of records (8 bytes each, the highest first), and ``sealed_at`` as text.

Promises.  ``seed_digest`` hashes "seed:" and the seed's hexadecimal digits. ``questions_digest`` hashes the canonical
JSON of :func:`questions_promised`. ``digest`` hashes the canonical JSON of the members of :class:`Promise`.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

LEAF, NODE, LINK = b"\x00", b"\x01", b"\x02"
FIRST_HEAD = bytes(32)
OWNER_DIGITS = 32


def canonical(value: Any) -> bytes:
    """A value of JSON as the only bytes that stand for it.

    >>> canonical({"b": "đ", "a": [1, None]}).decode()
    '{"a":[1,null],"b":"đ"}'
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "replace")


def digest_of(value: Any) -> str:
    """Hash of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value)).hexdigest()


def instant(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def owner_of(salt: str, entry_id: int) -> str:
    """How a person is known in what is sealed and published of a contest.

    >>> owner_of("00", 1), owner_of("00", 2)
    ('065868afaf4c862491e99d64947a55d5', '063e9241c8af4cc4055f5c10f9a06c32')
    """
    return hmac.new(salt.encode(), str(entry_id).encode(), "sha256").hexdigest()[:OWNER_DIGITS]


@dataclass(frozen=True, slots=True)
class Record:
    """What is sealed of an attempt. ``number`` counts the owner's attempts of the round; ``counted_late``: some answers
    that count were delivered late; ``paper`` and ``answers`` as the receipt takes them; instants as text."""

    answers: Mapping[str, str]
    closed_by: str
    code: str
    counted_late: bool
    number: int
    owner: str
    paper: Sequence[Sequence[Any]]
    prediction: int | None
    receipt: str
    round: int
    started_at: str
    submitted_at: str


def leaf_of(record: Record) -> str:
    return hashlib.sha256(LEAF + canonical(asdict(record))).hexdigest()


def root_of(leaves: Sequence[str]) -> str:
    """Root of the tree over these leaves.

    >>> root_of(["00" * 32]) == "00" * 32
    True
    >>> root_of(["00" * 32, "11" * 32, "22" * 32])[:16]
    '5e02fbbdb83c92da'
    """
    if not leaves:
        raise ValueError("a batch has records")
    return _root([bytes.fromhex(leaf) for leaf in leaves]).hex()


def _root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return hashlib.sha256(NODE + _root(leaves[:half]) + _root(leaves[half:])).digest()


def _half(count: int) -> int:
    """The largest power of two below a count above one."""
    return 1 << (count - 1).bit_length() - 1


def path_of(leaves: Sequence[str], place: int) -> list[str]:
    """The hashes that lead from the leaf at a place (from 0) to the root, the lowest first (RFC 6962, 2.1.1)."""
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if place < half:
        return [*path_of(leaves[:half], place), root_of(leaves[half:])]
    return [*path_of(leaves[half:], place - half), root_of(leaves[:half])]


def climbs_to(leaf: str, place: int, count: int, path: Sequence[str]) -> str | None:
    """The root that a path leads to from a leaf; None when it is not as long as the tree is high there.

    >>> leaves = [f"{n:02x}" * 32 for n in range(5)]
    >>> [climbs_to(leaves[n], n, 5, path_of(leaves, n)) == root_of(leaves) for n in range(5)]
    [True, True, True, True, True]
    """
    if count == 1:
        return leaf if not path else None
    if not path:
        return None
    half = _half(count)
    if place < half:
        left, right = climbs_to(leaf, place, half, path[:-1]), path[-1]
    else:
        left, right = path[-1], climbs_to(leaf, place - half, count - half, path[:-1])
    if left is None or right is None:
        return None
    return hashlib.sha256(NODE + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def head_after(before: str, root: str, number: int, count: int, sealed_at: str) -> str:
    """Head of the chain with a batch; ``before`` is "" at first."""
    whole = (
        LINK
        + (bytes.fromhex(before) if before else FIRST_HEAD)
        + bytes.fromhex(root)
        + number.to_bytes(8)
        + count.to_bytes(8)
        + sealed_at.encode()
    )
    return hashlib.sha256(whole).hexdigest()


# Promises


@dataclass(frozen=True, slots=True)
class Promise:
    """What is published of a round before it opens."""

    contest: str
    round: int
    seed_digest: str
    questions_digest: str
    made_at: str

    @property
    def digest(self) -> str:
        return digest_of(asdict(self))


def seed_digest(seed: str) -> str:
    return hashlib.sha256(f"seed:{seed}".encode()).hexdigest()


def version_content(
    kind: str, stem: str, choices: Sequence[Any], details: Mapping[str, Any], source: str, explanation: str
) -> dict[str, Any]:
    """A question version as it is promised and published: all that is shown of it, and what is right."""
    return {
        "choices": list(choices),
        "details": dict(details),
        "explanation": explanation,
        "kind": kind,
        "source": source,
        "stem": stem,
    }


def questions_promised(
    settings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], versions: Mapping[int, str]
) -> dict[str, Any]:
    """What a round draws from: its settings of the draw, the rows of its blueprint with their frozen pools, and the
    digest of the content of every version in them, by ascending number."""
    return {
        "rows": [dict(row) for row in rows],
        "settings": dict(settings),
        "versions": [[version, versions[version]] for version in sorted(versions)],
    }
