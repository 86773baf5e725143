"""What can be taken away as an Excel file, row by row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from contest.accounts.models import Person
from contest.accounts.rules import KIND_NAMES
from contest.attempts.models import Attempt, LateDelivery
from contest.attempts.receipts import spaced
from contest.attempts.states import AttemptState, ClosedBy
from contest.participation import exports as participation_exports
from contest.participation import pages as participation_pages
from contest.participation import queries as participation
from contest.rounds.criteria import THOUSANDTHS
from contest.rounds.models import Contest, Division, Entry, Round
from contest.standings.models import Standing
from contest.standings.records import order_of
from contest.standings.rules import distance
from contest.unions.models import TradeUnion
from contest.web.workbooks import Cell, Column

#: Rows fetched at a time.
CHUNK = 2000

_ATTEMPT = (
    Attempt.code,
    Attempt.number,
    Attempt.started_at,
    Attempt.submitted_at,
    Attempt.elapsed_ms,
    Attempt.score,
    Attempt.max_score,
    Attempt.correct,
    Attempt.perfect,
    Attempt.counted,
    Attempt.prediction,
    Attempt.closed_by,
    Attempt.receipt,
    Attempt.extra_s,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an export: a round (0: all, or the whole contest) and a division (None: all)."""

    round_number: int = 0
    division: Division | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one export as they come."""

    title: str
    columns: list[Column]
    rows: Iterator[list[Any]]


def _person_columns() -> list[Column]:
    return [
        Column(gettext("Họ và tên"), width=28),
        Column(gettext("Số điện thoại"), width=14),
        Column(gettext("Đối tượng"), width=18),
        Column(gettext("Mã đơn vị"), width=16),
        Column(gettext("Đơn vị"), width=44),
        Column(gettext("Đơn vị cấp trên"), width=36),
        Column(gettext("Bảng"), width=16),
    ]


def _with_person(wanted: Select[Any]) -> Select[Any]:
    """Join who took part and where they belong; the columns of ``_person_columns`` are added in front."""
    upper = aliased(TradeUnion)
    return (
        wanted.add_columns(
            Person.name,
            Person.phone,
            Entry.kind,
            TradeUnion.code,
            TradeUnion.name,
            upper.name,
            Division.title,
        )
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .outerjoin(upper, upper.id == TradeUnion.parent_id)
        .outerjoin(Division, Division.id == Entry.division_id)
    )


def _person_cells(row: Any) -> list[Any]:
    """The last seven columns of a row made by ``_with_person``."""
    name, phone, kind, *rest = row[-7:]
    return [name, phone, gettext(KIND_NAMES[kind]), *rest]


def _in_rounds(contest: Contest, wanted: Wanted) -> list[int]:
    return [r.id for r in contest.rounds if wanted.round_number in (0, r.number)]


def _stream(session: Session, wanted: Select[Any]) -> Iterator[Any]:
    return iter(session.execute(wanted.execution_options(yield_per=CHUNK)))


def _participant_columns() -> list[Column]:
    return [
        Column(gettext("STT"), Cell.NUMBER, 8),
        *_person_columns(),
        Column(gettext("Bắt đầu tham gia"), Cell.INSTANT, 20),
        Column(gettext("Số lượt đã thi"), Cell.NUMBER),
        Column(gettext("Số lượt được tính"), Cell.NUMBER),
        Column(gettext("Điểm cao nhất"), Cell.NUMBER),
        Column(gettext("Xếp hạng"), width=16),
    ]


def participants(session: Session, contest: Contest, wanted: Wanted) -> Sheet:
    """Everybody who entered, with their attempts."""
    mine = Attempt.entry_id == Entry.id
    of_rounds = Attempt.round_id.in_(_in_rounds(contest, wanted))
    started = select(func.count(Attempt.id)).where(mine, of_rounds).scalar_subquery()
    counted = select(func.count(Attempt.id)).where(mine, of_rounds, Attempt.counted).scalar_subquery()
    best = select(func.max(Attempt.score)).where(mine, of_rounds, Attempt.counted).scalar_subquery()
    query = _with_person(
        select(Entry.entered_at, Entry.unranked, started, counted, best, Entry.disqualified)
        .where(Entry.contest_id == contest.id)
        .order_by(Entry.id)
    )
    if wanted.round_number:
        query = query.where(started > 0)
    if wanted.division:
        query = query.where(Entry.division_id == wanted.division.id)

    def rows() -> Iterator[list[Any]]:
        for number, row in enumerate(_stream(session, query), 1):
            ranked = gettext("không xếp hạng") if row.unranked else gettext("có")
            if row.disqualified:
                ranked = gettext("huỷ tư cách")
            yield [number, *_person_cells(row), row.entered_at, *row[2:5], ranked]

    return Sheet(gettext("Người dự thi"), _participant_columns(), rows())


def _attempt_columns() -> list[Column]:
    return [
        Column(gettext("STT"), Cell.NUMBER, 8),
        Column(gettext("Đợt"), Cell.NUMBER, 8),
        Column(gettext("Mã bài thi"), width=20),
        *_person_columns(),
        Column(gettext("Lượt thứ"), Cell.NUMBER, 10),
        Column(gettext("Bắt đầu"), Cell.INSTANT, 20),
        Column(gettext("Nộp bài"), Cell.INSTANT, 20),
        Column(gettext("Thời gian làm (giây)"), Cell.DECIMAL),
        Column(gettext("Điểm"), Cell.NUMBER),
        Column(gettext("Điểm tối đa"), Cell.NUMBER),
        Column(gettext("Số câu đúng"), Cell.NUMBER),
        Column(gettext("Đúng tất cả"), width=12),
        Column(gettext("Được tính"), width=12),
        Column(gettext("Dự đoán"), Cell.NUMBER),
        Column(gettext("Kết thúc"), width=20),
        Column(gettext("Biên nhận"), width=22),
        Column(gettext("Giao muộn"), width=18),
        Column(gettext("Giao muộn lúc"), Cell.INSTANT, 20),
        Column(gettext("Được thêm (phút)"), Cell.NUMBER),
    ]


def attempts(session: Session, contest: Contest, wanted: Wanted) -> Sheet:
    """Every attempt, finished or not, in the order they were started."""
    query = _with_person(
        select(Round.number.label("round_number"), Attempt.state, *_ATTEMPT, *_last_late())
        .select_from(Attempt)
        .join(Round, Round.id == Attempt.round_id)
        .join(Entry, Entry.id == Attempt.entry_id)
        .where(Attempt.round_id.in_(_in_rounds(contest, wanted)))
        .order_by(Attempt.id)
    )
    if wanted.division:
        query = query.where(Entry.division_id == wanted.division.id)

    def rows() -> Iterator[list[Any]]:
        yes, no = gettext("có"), gettext("không")
        for number, row in enumerate(_stream(session, query), 1):
            closed = row.state == AttemptState.CLOSED
            yield [
                number,
                row.round_number,
                row.code,
                *_person_cells(row),
                row.number,
                row.started_at,
                row.submitted_at,
                row.elapsed_ms / 1000 if closed else None,
                row.score,
                row.max_score,
                row.correct,
                (yes if row.perfect else no) if closed else None,
                (yes if row.counted else no) if closed else None,
                row.prediction,
                ended(row.closed_by),
                row.receipt and spaced(row.receipt),
                delivered_late(row.late_counted),
                row.late_at,
                row.extra_s // 60 or None,
            ]

    return Sheet(gettext("Lượt thi"), _attempt_columns(), rows())


def _last_late() -> tuple[Any, Any]:
    """Whether the last late delivery of an attempt counts, and when it came; mostly there is none."""
    last = (
        select(LateDelivery.id).where(LateDelivery.attempt_id == Attempt.id).order_by(LateDelivery.id.desc()).limit(1)
    )
    here = LateDelivery.id == last.correlate(Attempt).scalar_subquery()
    return (
        select(LateDelivery.counted).where(here).correlate(Attempt).scalar_subquery().label("late_counted"),
        select(LateDelivery.received_at).where(here).correlate(Attempt).scalar_subquery().label("late_at"),
    )


def delivered_late(counted: bool | None) -> str | None:
    if counted is None:
        return None
    return gettext("được tính") if counted else gettext("không được tính")


def ended(closed_by: str | None) -> str:
    if closed_by is None:
        return gettext("đang làm bài")
    return gettext("tự nộp bài") if closed_by == ClosedBy.PERSON else gettext("hết giờ")


def _ranking_columns(averages: bool) -> list[Column]:
    return [
        Column(gettext("Hạng"), Cell.NUMBER, 8),
        *_person_columns(),
        Column(gettext("Điểm"), Cell.DECIMAL if averages else Cell.NUMBER),
        Column(gettext("Thời gian làm (giây)"), Cell.DECIMAL),
        Column(gettext("Số lượt"), Cell.NUMBER),
        Column(gettext("Số lượt đúng tất cả"), Cell.NUMBER),
        Column(gettext("Số đợt"), Cell.NUMBER),
        Column(gettext("Lệch dự đoán"), Cell.NUMBER),
    ]


def ranking(session: Session, contest: Contest, wanted: Wanted) -> Sheet:
    """A ranking in full, everybody of a place standing on it: 1, 2, 2, 4."""
    query = _with_person(
        select(
            Standing.sort_key,
            Standing.score,
            Standing.elapsed_ms,
            Standing.attempts,
            Standing.perfect,
            Standing.rounds,
            Standing.prediction_gap,
        )
        .select_from(Standing)
        .join(Entry, Entry.id == Standing.entry_id)
        .where(
            Standing.contest_id == contest.id,
            Standing.round_number == wanted.round_number,
            Standing.ranked.is_(True),
        )
        .order_by(Standing.sort_key, Standing.entry_id)
    )
    averages = order_of(contest).thousandths(wanted.round_number)
    if wanted.division:
        query = query.where(Standing.division_id == wanted.division.id)

    def rows() -> Iterator[list[Any]]:
        rank, last = 0, None
        for number, row in enumerate(_stream(session, query), 1):
            rank, last = (rank if row.sort_key == last else number), row.sort_key
            _key, score, elapsed_ms, *rest, gap = row[:7]
            shown = score / THOUSANDTHS if averages else score
            yield [rank, *_person_cells(row), shown, elapsed_ms / 1000, *rest, distance(gap)]

    return Sheet(gettext("Xếp hạng"), _ranking_columns(averages), rows())


def unions(session: Session, contest: Contest, wanted: Wanted) -> Sheet:
    """Participation of every union where the contest is open."""
    branch = participation.branch(session, contest, participation.root_of(contest).id, wanted.round_number)
    label = participation_pages.headcount_label(contest)
    return Sheet(gettext("Tham gia"), participation_exports.columns(label), participation_exports.rows(branch))


#: By the name that stands in the address.
EXPORTS: dict[str, Callable[[Session, Contest, Wanted], Sheet]] = {
    "nguoi-du-thi": participants,
    "luot-thi": attempts,
    "xep-hang": ranking,
    "cong-doan": unions,
}
#: Exports that name people: taking them away is written down.
PERSONAL = frozenset({"nguoi-du-thi", "luot-thi", "xep-hang"})
