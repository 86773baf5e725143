"""Announcing results, correcting them once announced, and the committee's notes before. Nothing here commits.

Whatever is announced is a version: the announcement is version 1, every correction the next one, with its reason. All
is done in one transaction that holds the rounds of the contest, so that a crash leaves nothing and a second try
gives the same; of several people who announce at once one does, and the others get what that one announced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.prizes import actions as prizes
from contest.prizes.queries import has_awards, lines_of
from contest.proof import queries as proof
from contest.publishing import lines, queries
from contest.publishing.figures import figures_of
from contest.publishing.models import Correction, Publication, ReviewMark
from contest.publishing.rules import (
    MAX_NOTE,
    MAX_PLACES,
    MAX_REASON,
    WHOLE,
    Change,
    Changes,
    Outcome,
    Shown,
    Topic,
    shown_of,
)
from contest.publishing.winners import differences, winners_of
from contest.rounds import actions as rounds
from contest.rounds import events
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Round
from contest.rounds.queries import round_of
from contest.rounds.settings import NameDisplay, Total
from contest.standings import boards, freezing, lots
from contest.standings.boards import Board
from questions.messages import N_, Message, message

#: People named in what a correction changed; more are counted.
MAX_CHANGES = 2000


@dataclass(frozen=True, slots=True)
class Announcement:
    """How an announcement was asked for. ``left``: points of the review nobody has looked at, with the confirmation
    of whoever announces all the same."""

    shown: Shown
    left: int = 0
    progress: lines.Progress | None = None


def default_shown(contest: Contest) -> Shown:
    return Shown(NameDisplay(contest.name_display))


# Announcing


def publish(
    session: Session,
    actor: Actor,
    contest: Contest,
    number: int,
    shown: Shown | None,
    now: datetime,
    left: int = 0,
    progress: lines.Progress | None = None,
) -> Publication:
    """Announce the results of a round (0: of the whole contest, once every round is announced); version 1 of them.

    Announced already, they stay as they are. Raises Refused with every reason against it.
    """
    shown = shown or default_shown(contest)
    if shown.places is not None and not 1 <= shown.places <= MAX_PLACES:
        text = N_("Số người được nêu phải từ 1 đến %(most)s.")
        raise Refused([message(text, most=MAX_PLACES)])
    how = Announcement(shown, left, progress)
    if number == WHOLE:
        _publish_whole(session, actor, contest, how, now)
    else:
        row = round_of(contest, number)
        if row is None:
            raise Refused([message(N_("Cuộc thi không có đợt %(n)s."), n=number)])
        rounds.publish_round(session, actor, contest, row, now, how)
    found = queries.current(session, contest.id, number)
    # Results announced before versions were kept have none: the first one is made now.
    return found or _write(session, actor, contest, number, 1, "", how, Changes(), now)


def round_announced(
    session: Session, actor: Actor, contest: Contest, row: Round, now: datetime, how: Announcement | None
) -> None:
    """Write down what was announced of a round, however it was asked for."""
    how = how or Announcement(default_shown(contest))
    _write(session, actor, contest, row.number, 1, "", how, Changes(), now)


def _publish_whole(session: Session, actor: Actor, contest: Contest, how: Announcement, now: datetime) -> None:
    rounds.hold_results(session, contest)
    if contest.results_at is not None:
        return
    reasons = whole_faults(session, contest)
    if reasons:
        raise Refused(reasons)
    _write(session, actor, contest, WHOLE, 1, "", how, Changes(), now)
    contest.results_at = now
    session.flush()


def whole_faults(session: Session, contest: Contest) -> list[Message]:
    """Why the results of the whole contest cannot be announced."""
    if contest.practice:
        return [message(N_("Cuộc thi thử không có kết quả để công bố."))]
    if contest.total == Total.NONE and not contest.prizes:
        return [message(N_("Cuộc thi này chỉ xếp hạng từng đợt nên không có kết quả chung để công bố."))]
    left = queries.unannounced(contest)
    if left or not contest.rounds:
        numbers = ", ".join(map(str, left))
        text = N_("Đợt chưa công bố hoặc đang đính chính: %(rounds)s. Hãy xong các đợt này rồi công bố kết quả chung.")
        return [message(text, rounds=numbers)]
    return lots_faults(session, contest, WHOLE)


def lots_faults(session: Session, contest: Contest, number: int) -> list[Message]:
    """The reason against announcing while people are equal in everything and lots are not drawn."""
    if not lots.needs_lots(session, contest, number):
        return []
    return [message(N_("Còn người bằng nhau ở mọi tiêu chí. Hãy bốc thăm ở trang Kết quả rồi công bố."))]


def _write(
    session: Session,
    actor: Actor,
    contest: Contest,
    number: int,
    version: int,
    reason: str,
    how: Announcement,
    changes: Changes,
    now: datetime,
) -> Publication:
    """Keep a version: ranking, figures, winners; from here on the public sees it.

    Prizes that nobody has looked at yet are proposed first; where the committee did, what it saw must still hold.
    """
    if not (version > 1 or has_awards(session, contest.id, number)) and lines_of(contest, number):
        prizes.propose(session, actor, contest, number, now)
    prizes.announce(session, actor, contest, number, now)
    figures = figures_of(session, contest, number, now)
    if version > 1:
        figures["changed"] = {"people": changes.people, "won": list(changes.won), "lost": list(changes.lost)}
    with lines.ranking_pieces(session, contest, number, how.progress) as pieces:
        lines.add_changes(pieces, changes.rows)
        publication = Publication(
            contest_id=contest.id,
            round_number=number,
            version=version,
            reason=reason,
            shown=how.shown.data(),
            figures={**figures, "ranked": pieces.lines},
            winners=winners_of(session, contest, number, how.shown),
            digest=pieces.digest,
            head=proof.head(session, contest.id),
            published_at=now,
            published_by=actor.label,
        )
        session.add(publication)
        session.flush()
        pieces.store(session, publication.id)
    freezing.thaw(session, contest, number)
    details = {"version": version, "shown": how.shown.data(), "digest": publication.digest, "left": how.left}
    details |= {"reason": reason} if reason else {}
    record(session, actor, "results.announce", _subject(contest, number), now, details)
    return publication


def _subject(contest: Contest, number: int) -> str:
    return f"contest:{contest.slug}/round:{number}" if number else f"contest:{contest.slug}"


# Corrections


def begin_correction(
    session: Session, actor: Actor, contest: Contest, round_: Round | None, reason: str, now: datetime
) -> Correction:
    """Open announced results of a round (None: of the whole contest with all its rounds) for changes.

    The public goes on seeing what was announced. Results of the whole contest follow from every round, so where they
    are announced they are opened with it. Begun already, it goes on as it was.
    """
    _check_reason(reason)
    rounds.hold_results(session, contest)
    numbers = _opened_by(contest, round_)
    begun = queries.open_corrections(session, contest.id)
    for number in numbers:
        if number in begun:
            continue
        begun[number] = Correction(
            contest_id=contest.id, round_number=number, reason=reason, begun_at=now, begun_by=actor.label
        )
        session.add(begun[number])
        _subject_of(contest, number).correcting_since = now
        freezing.freeze(session, contest, number, now)
        record(session, actor, "results.correct", _subject(contest, number), now, {"reason": reason})
    session.flush()
    return begun[numbers[0]]


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused([message(N_("Hãy ghi lý do đính chính. Lý do được công bố cùng kết quả mới."))])
    if len(reason) > MAX_REASON:
        raise Refused([message(N_("Lý do dài quá %(most)s ký tự. Hãy rút gọn."), most=MAX_REASON)])


def _opened_by(contest: Contest, round_: Round | None) -> list[int]:
    """Numbers of the results that a correction opens, the one it was asked for first."""
    whole = [WHOLE] if contest.results_at else []
    if round_ is not None:
        if round_.published_at is None:
            text = N_("Kết quả đợt %(n)s chưa công bố nên chưa cần đính chính: cứ sửa rồi công bố.")
            raise Refused([message(text, n=round_.number)])
        return [round_.number, *whole]
    numbers = whole + [r.number for r in contest.rounds if r.published_at]
    if not numbers:
        raise Refused([message(N_("Cuộc thi chưa công bố kết quả nào nên chưa cần đính chính."))])
    return numbers


def _subject_of(contest: Contest, number: int) -> Any:
    return contest if number == WHOLE else round_of(contest, number)


def publish_correction(
    session: Session,
    actor: Actor,
    contest: Contest,
    round_: Round | None,
    now: datetime,
    shown: Shown | None = None,
    progress: lines.Progress | None = None,
) -> Publication:
    """Announce what a correction has changed as the next version (None: of every round being corrected).

    The results of the whole contest follow in the same act once no round is being corrected any more. Where a round
    opened with others has not changed, its correction just ends. No correction being made: what holds is returned.
    """
    rounds.hold_results(session, contest)
    begun = queries.open_corrections(session, contest.id)
    wanted = [round_.number] if round_ else sorted(number for number in begun if number)
    if not any(number in begun for number in (*wanted, WHOLE)):
        return _holding(session, contest, round_)
    for number in wanted:
        _check_ready(session, contest, number, now)
    changed = [_end(session, actor, contest, begun[n], now, shown, progress) for n in wanted if n in begun]
    if WHOLE in begun and not (set(begun) - {WHOLE} - set(wanted)):
        _refuse(lots_faults(session, contest, WHOLE))
        changed.append(_end(session, actor, contest, begun[WHOLE], now, shown, progress))
    if not any(changed):
        _refuse([message(N_("Chưa có gì thay đổi nên không có gì để công bố. Hãy huỷ lần đính chính này."))])
    return _holding(session, contest, round_)


def _holding(session: Session, contest: Contest, round_: Round | None) -> Publication:
    numbers = [round_.number] if round_ else [WHOLE, *(r.number for r in contest.rounds)]
    for number in numbers:
        found = queries.current(session, contest.id, number)
        if found:
            return found
    raise Refused([message(N_("Kết quả chưa công bố."))])


def _check_ready(session: Session, contest: Contest, number: int, now: datetime) -> None:
    row = round_of(contest, number)
    _refuse([reason for ask in events.announcing for reason in ask(session, contest, row, now)])


def _refuse(reasons: Sequence[Message]) -> None:
    if reasons:
        raise Refused(reasons)


def _end(
    session: Session,
    actor: Actor,
    contest: Contest,
    correction: Correction,
    now: datetime,
    shown: Shown | None,
    progress: lines.Progress | None,
) -> bool:
    """End a correction: with a version of its own where something has changed; whether it has."""
    number = correction.round_number
    before = queries.current(session, contest.id, number)
    shown = shown or (shown_of(before.shown) if before else default_shown(contest))
    changes = changes_so_far(session, contest, number, MAX_CHANGES, shown)
    version = None
    if changes or (before and shown.data() != before.shown):
        version = before.version + 1 if before else 1
        how = Announcement(shown, progress=progress)
        _write(session, actor, contest, number, version, correction.reason, how, changes, now)
    _close(session, actor, contest, correction, now, version)
    return version is not None


def _close(
    session: Session,
    actor: Actor,
    contest: Contest,
    correction: Correction,
    now: datetime,
    version: int | None = None,
) -> None:
    """Lock again what a correction had opened."""
    number = correction.round_number
    correction.ended_at, correction.ended_by, correction.version = now, actor.label, version
    _subject_of(contest, number).correcting_since = None
    session.flush()
    freezing.thaw(session, contest, number)
    if version is None:
        record(session, actor, "results.correct_nothing", _subject(contest, number), now)


def changes_so_far(session: Session, contest: Contest, number: int, limit: int, shown: Shown | None = None) -> Changes:
    """What differs from what was announced while a correction is being made: people's own results, the first
    ``limit`` of them with their places, and prizes."""
    rows = queries.changed_rows(session, contest.id, number, limit)
    people = len(rows) if len(rows) < limit else queries.changed_count(session, contest.id, number)
    old = [row.old_key for row in rows if row.was_ranked and row.old_key is not None]
    new = [row.new_key for row in rows if row.is_ranked]
    was = dict(zip(old, boards.places(session, Board(contest.id, number, frozen=True), old), strict=True))
    now = dict(zip(new, boards.places(session, Board(contest.id, number), new), strict=True))
    found = [
        Change(
            row.entry_id,
            Outcome(was.get(row.old_key) if row.was_ranked else None, row.old_score) if row.old_key else None,
            Outcome(now.get(row.new_key) if row.is_ranked else None, row.new_score) if row.new_key else None,
        )
        for row in rows
    ]
    won, lost = _prizes_changed(session, contest, number, shown)
    return Changes(people, found, won, lost)


def _prizes_changed(
    session: Session, contest: Contest, number: int, shown: Shown | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    before = queries.current(session, contest.id, number)
    if before is None:
        return [], []
    shown = shown or shown_of(before.shown)
    return differences(before.winners, winners_of(session, contest, number, shown, proposed=True))


def cancel_correction(
    session: Session, actor: Actor, contest: Contest, round_: Round | None, now: datetime
) -> list[Correction]:
    """Call off a correction (None: every one) in which nothing has changed; what was announced holds again."""
    rounds.hold_results(session, contest)
    begun = queries.open_corrections(session, contest.id)
    numbers = [round_.number] if round_ else sorted(begun)
    if round_ and WHOLE in begun and not (set(begun) - {WHOLE, round_.number}):
        numbers.append(WHOLE)
    ended = [begun[number] for number in numbers if number in begun]
    if any(changes_so_far(session, contest, c.round_number, 1) for c in ended):
        text = N_("Đã có thay đổi nên không huỷ được. Hãy đưa mọi thứ về như cũ, hoặc công bố bản đính chính.")
        raise Refused([message(text)])
    for correction in ended:
        _close(session, actor, contest, correction, now)
    return ended


# The review


def look_at(
    session: Session, actor: Actor, contest: Contest, number: int, topic: Topic, subject: str, note: str, now: datetime
) -> ReviewMark:
    """Mark a point of the review as looked at, with what was found; again: the note is replaced."""
    if len(note) > MAX_NOTE:
        raise Refused([message(N_("Ghi chú dài quá %(most)s ký tự. Hãy rút gọn."), most=MAX_NOTE)])
    key = (contest.id, number, topic.value, subject)
    mark = session.get(ReviewMark, key, with_for_update=True)
    if mark is None:
        mark = ReviewMark(contest_id=contest.id, round_number=number, topic=topic.value, subject=subject)
        session.add(mark)
    elif mark.note == note:
        return mark
    mark.note, mark.marked_at, mark.marked_by = note, now, actor.label
    session.flush()
    details = {"topic": topic.value, "subject": subject, "note": note}
    record(session, actor, "results.look", _subject(contest, number), now, details)
    return mark
