"""What a committee looks at before it announces: points near the prizes one by one, the rest as counts.

Nothing here looks at everybody: people near the prizes are read from the top of their rankings, decisions and signals
are few. What needs a look at all people (who may be the same person) is counted by the comparison of the ranking.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts.models import Attempt, HandMark, KeyChange, LateDelivery
from contest.corrections import queries as key_changes
from contest.corrections.models import ScoreChange
from contest.prizes import queries as prizes
from contest.publishing.models import ResultCheck, ReviewMark
from contest.publishing.rules import WHOLE, Point, Topic
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.settings import PrizeScope
from contest.rulings import queries as rulings
from contest.rulings.rules import KIND_NAMES
from contest.signals import queries as signals
from contest.standings import queries as standings
from contest.standings.queries import Board, Line
from questions.messages import N_, Message, message

#: People below the last prize who are near it, and people of one ranking looked at at most.
BELOW, MOST_NEAR = 10, 300
#: Points of one topic shown one by one; more stand behind the link.
MOST_POINTS = 100


@dataclass(slots=True)
class Near:
    """People near the prizes: their lines and the code of an attempt of each, by entry; those who share the place at a
    cut, as (position of the prize line, title, place, how many)."""

    lines: dict[int, Line] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    ties: list[tuple[int, str, int, int]] = field(default_factory=list)


def points(session: Session, contest: Contest, number: int) -> list[Point]:
    """Everything to look at before a round (0: the whole contest) is announced, topic by topic."""
    near = near_prizes(session, contest, number)
    rounds = [r for r in contest.rounds if number in (WHOLE, r.number)]
    gathered: Sequence[Callable[..., Iterator[Point]]] = (
        _ties,
        _signals,
        _alike,
        _rulings,
        _late,
        _extra_time,
        _keys,
        _hand_marks,
    )
    found: list[Point] = []
    for gather in gathered:
        found += list(gather(session, contest, number, rounds, near))[:MOST_POINTS]
    return found


def marks(session: Session, contest_id: int, number: int) -> dict[tuple[str, str], ReviewMark]:
    """What was looked at, by topic and subject."""
    wanted = select(ReviewMark).where(ReviewMark.contest_id == contest_id, ReviewMark.round_number == number)
    return {(mark.topic, mark.subject): mark for mark in session.scalars(wanted)}


def left(found: Sequence[Point], marked: dict[tuple[str, str], ReviewMark]) -> int:
    """How many points nobody has looked at."""
    return sum((point.topic.value, point.subject) not in marked for point in found)


# People near the prizes


def near_prizes(session: Session, contest: Contest, number: int) -> Near:
    """The tops of the rankings that prizes go by, somewhat beyond the last prize of each."""
    near, cuts = Near(), defaultdict(list)
    for line in prizes.lines_of(contest, number):
        if line.scope != PrizeScope.COLLECTIVE:
            before = cuts[line.division_id][-1][1] if cuts[line.division_id] else 0
            cuts[line.division_id].append((line, before + line.quantity))
    for division_id, ends in cuts.items():
        limit = min(ends[-1][1] + BELOW, MOST_NEAR)
        top = standings.whole_ranking(session, Board(contest.id, number, division_id), limit)
        near.lines.update({row.entry_id: row for row in top})
        for line, end in ends:
            if end < len(top) and top[end - 1].sort_key == top[end].sort_key:
                sharing = sum(row.sort_key == top[end].sort_key for row in top)
                near.ties.append((line.position, line.title, top[end].rank, sharing))
    codes = select(Attempt.entry_id, func.min(Attempt.code)).where(Attempt.entry_id.in_(near.lines))
    near.codes.update((row[0], row[1]) for row in session.execute(codes.group_by(Attempt.entry_id)))
    return near


def _who(near: Near, entry_id: int) -> Message:
    row = near.lines[entry_id]
    if not row.union:
        return message(N_("%(name)s (hạng %(rank)s)"), name=row.name, rank=row.rank)
    return message(N_("%(name)s, %(union)s (hạng %(rank)s)"), name=row.name, union=row.union, rank=row.rank)


# Topic by topic


def _ties(_session: Session, contest: Contest, number: int, _rounds: Sequence[Round], near: Near) -> Iterator[Point]:
    for position, title, rank, sharing in near.ties:
        text = N_("%(prize)s: %(count)s người cùng hạng %(rank)s ở ranh giới giải.")
        yield Point(
            Topic.TIE,
            f"{position}/{rank}/{sharing}",
            message(text, prize=title, count=sharing, rank=rank),
            "standings.ranking",
            {"slug": contest.slug, "dot": number},
        )


def _signals(session: Session, contest: Contest, _number: int, rounds: Sequence[Round], _near: Near) -> Iterator[Point]:
    for round_ in rounds:
        waiting = sum(count for (_, verdict), count in signals.counts(session, round_.id).items() if verdict is None)
        if waiting:
            text = N_("Đợt %(n)s: %(count)s dấu hiệu chưa ai kết luận.")
            yield Point(
                Topic.SIGNAL,
                f"{round_.number}/{waiting}",
                message(text, n=round_.number, count=waiting),
                "signals.index",
                {"slug": contest.slug, "number": round_.number},
            )


def _alike(session: Session, contest: Contest, number: int, _rounds: Sequence[Round], near: Near) -> Iterator[Point]:
    """Other people of the contest with the phone, or with name, birth date and union, of somebody near the prizes."""
    people = session.execute(
        select(Entry.id, Entry.union_id, Person.id, Person.phone, Person.name_fold, Person.birth_on)
        .join(Person, Person.id == Entry.person_id)
        .where(Entry.id.in_(near.lines))
    ).all()
    own = {row[2]: row for row in people}
    others = (
        select(Person.id, Person.phone, Person.name_fold, Person.birth_on, Entry.union_id)
        .join(Entry, Entry.person_id == Person.id)
        .where(Entry.contest_id == contest.id)
    )
    same_phone = session.execute(others.where(Person.phone.in_({row.phone for row in people if row.phone}))).all()
    same_name = session.execute(
        others.where(
            Person.name_fold.in_({row.name_fold for row in people}),
            Person.birth_on.in_({row.birth_on for row in people if row.birth_on}),
        )
    ).all()
    for entry_id, union_id, person_id, phone, name, birth in own.values():
        by_phone = {o.id for o in same_phone if o.phone == phone and o.id != person_id}
        wanted = (name, birth, union_id)
        by_name = {
            o.id for o in same_name if birth and (o.name_fold, o.birth_on, o.union_id) == wanted and o.id != person_id
        }
        if by_phone or by_name:
            text = (
                N_("%(who)s: %(count)s tài khoản khác cùng số điện thoại cũng dự thi.")
                if by_phone
                else N_("%(who)s: %(count)s tài khoản khác cùng họ tên, ngày sinh và đơn vị cũng dự thi.")
            )
            who, count = _who(near, entry_id), len(by_phone or by_name)
            yield _about(Topic.ALIKE, contest, near, entry_id, message(text, who=who, count=count), count)
    check = session.get(ResultCheck, (contest.id, number))
    if check and check.alike:
        text = N_("Trong toàn cuộc thi có %(count)s nhóm tài khoản cùng họ tên, ngày sinh và đơn vị.")
        yield Point(
            Topic.ALIKE,
            f"all/{check.alike}",
            message(text, count=check.alike),
            "rulings.index",
            {"slug": contest.slug},
        )


def _about(topic: Topic, contest: Contest, near: Near, entry_id: int, text: Message, more: object = "") -> Point:
    """A point about somebody near the prizes; what is decided about them stands on their page of rulings."""
    values = {"slug": contest.slug, "code": near.codes[entry_id]}
    return Point(topic, f"{entry_id}/{more}", text, "rulings.person", values)


def _rulings(
    session: Session, contest: Contest, _number: int, _rounds: Sequence[Round], _near: Near
) -> Iterator[Point]:
    for ruling in rulings.in_force(session, contest.id):
        text = N_("Quyết định số %(n)s: %(what)s. Lý do: %(reason)s")
        what = Message(KIND_NAMES[ruling.kind])
        yield Point(
            Topic.RULING,
            str(ruling.number),
            message(text, n=ruling.number, what=what, reason=ruling.reason),
            "rulings.index",
            {"slug": contest.slug},
        )


def _late(session: Session, contest: Contest, _number: int, rounds: Sequence[Round], near: Near) -> Iterator[Point]:
    ids = [r.id for r in rounds]
    wanted = (
        select(Attempt.entry_id, func.count(Attempt.id.distinct()))
        .join(LateDelivery, LateDelivery.attempt_id == Attempt.id)
        .where(Attempt.round_id.in_(ids), Attempt.late, Attempt.counted)
        .group_by(Attempt.entry_id)
    )
    far = 0
    for entry_id, count in session.execute(wanted):
        if entry_id in near.lines:
            text = N_("%(who)s: %(count)s lượt thi có câu trả lời gửi muộn được tính.")
            yield _about(
                Topic.LATE, contest, near, entry_id, message(text, who=_who(near, entry_id), count=count), count
            )
        else:
            far += 1
    if far:
        text = N_("Ngoài những người gần giải, %(count)s người có câu trả lời gửi muộn được tính.")
        number = rounds[0].number
        yield Point(
            Topic.LATE,
            f"rest/{far}",
            message(text, count=far),
            "reports.watch",
            {"slug": contest.slug, "number": number},
        )


def _extra_time(
    session: Session, contest: Contest, _number: int, rounds: Sequence[Round], near: Near
) -> Iterator[Point]:
    wanted = (
        select(Attempt.entry_id, func.max(Attempt.extra_s))
        .where(
            Attempt.entry_id.in_(near.lines),
            Attempt.round_id.in_([r.id for r in rounds]),
            Attempt.extra_s > 0,
            Attempt.counted,
        )
        .group_by(Attempt.entry_id)
        .order_by(Attempt.entry_id)
    )
    for entry_id, seconds in session.execute(wanted):
        text = N_("%(who)s được thêm %(count)s phút.")
        said = message(text, who=_who(near, entry_id), count=seconds // 60)
        yield Point(Topic.TIME, f"{entry_id}/{seconds}", said, "rounds.extra_time", {"slug": contest.slug})


def _keys(session: Session, contest: Contest, _number: int, rounds: Sequence[Round], near: Near) -> Iterator[Point]:
    """Decisions about keys that stand, with how many scores near the prizes they changed."""
    by_id = {r.id: r for r in rounds}
    changes = key_changes.of_rounds(session, by_id)
    touched = dict(
        session.execute(
            select(ScoreChange.key_change_id, func.count(Attempt.entry_id.distinct()))
            .join(Attempt, Attempt.id == ScoreChange.attempt_id)
            .where(ScoreChange.key_change_id.in_([c.id for c in changes]), Attempt.entry_id.in_(near.lines))
            .group_by(ScoreChange.key_change_id)
        ).all()
    )
    for change in changes:
        yield _key_point(contest, by_id[change.round_id], change, touched.get(change.id, 0))


def _key_point(contest: Contest, round_: Round, change: KeyChange, near: int) -> Point:
    text = N_("Đợt %(n)s, một đáp án đã sửa (%(reason)s): %(count)s người gần giải đổi điểm.")
    return Point(
        Topic.KEY,
        f"{change.id}/{near}",
        message(text, n=round_.number, reason=change.reason, count=near),
        "corrections.index",
        {"slug": contest.slug, "number": round_.number},
    )


def _hand_marks(
    session: Session, contest: Contest, _number: int, rounds: Sequence[Round], near: Near
) -> Iterator[Point]:
    wanted = (
        select(Attempt.entry_id, func.sum(HandMark.points), func.count())
        .join(HandMark, HandMark.attempt_id == Attempt.id)
        .where(Attempt.entry_id.in_(near.lines), Attempt.round_id.in_([r.id for r in rounds]), Attempt.counted)
        .group_by(Attempt.entry_id)
        .order_by(Attempt.entry_id)
    )
    for entry_id, given, count in session.execute(wanted):
        text = N_("%(who)s: %(count)s bài chấm tay, cộng %(points)s điểm.")
        said = message(text, who=_who(near, entry_id), count=count, points=int(given))
        yield Point(Topic.HAND, f"{entry_id}/{int(given)}", said, "judging.index", {"slug": contest.slug})
