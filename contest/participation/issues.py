"""Headcounts behind a table that are missing or hard to believe: listed, never hidden; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from contest.participation.branches import Branch, UnionRow
from questions.messages import N_


class Doubt(StrEnum):
    """What is wrong with a union's headcount in a contest."""

    MISSING = "missing"
    ABOVE = "above"
    JUMP = "jump"
    WAITING = "waiting"
    LATE = "late"


DOUBT_NAMES = {
    Doubt.MISSING: N_("chưa có số liệu"),
    Doubt.ABOVE: N_("số người dự thi lớn hơn số liệu"),
    Doubt.JUMP: N_("khác số liệu trước từ một nửa trở lên"),
    Doubt.WAITING: N_("chưa được cấp trên xác nhận"),
    Doubt.LATE: N_("số liệu sau ngày mở cuộc thi"),
}


@dataclass(frozen=True, slots=True)
class Issue:
    """A union whose headcount has to be looked at, and why."""

    row: UnionRow
    doubts: tuple[Doubt, ...]


def issues(branch: Branch) -> list[Issue]:
    """The root and the basic units of a branch whose headcounts have to be looked at: missing ones first, then by name.

    Of unions between only those with more participants than people: their figures are sums of the others.
    """
    units = {row.node.id for row in branch.basic()}
    found = []
    for depth, row in branch.everyone():
        own = row.node.id in units or (depth == 0 and not row.units)
        doubts = tuple(doubt for doubt in doubts_of(row) if own or doubt is Doubt.ABOVE)
        if doubts:
            found.append(Issue(row, doubts))
    return sorted(found, key=lambda one: (list(Doubt).index(one.doubts[0]), one.row.node.name_key, one.row.node.id))


def doubts_of(row: UnionRow) -> Iterator[Doubt]:
    """Why a union's own headcount has to be looked at; closed unions and newcomers are not asked for one."""
    if row.headcount is None:
        if row.node.open:
            yield Doubt.MISSING
        return
    if row.implausible:
        yield Doubt.ABOVE
    if row.size and row.size.jumps:
        yield Doubt.JUMP
    if row.size and row.size.unconfirmed:
        yield Doubt.WAITING
    if row.size and row.size.late:
        yield Doubt.LATE
