"""Writes about contests and rounds, one function a verb. Nothing here commits; every act is on the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.rounds import ahead, events, locks, queries, revisions
from contest.rounds.checks import checks, errors
from contest.rounds.locks import Refused
from contest.rounds.models import BlueprintRow, Contest, Round, RoundPool
from contest.rounds.plans import ContestPlan, RoundPlan
from contest.rounds.rules import Phase, phase
from contest.rounds.settings import ContestState, MissedRounds, Total
from contest.rounds.sound import refuse, staying_sound, subject, told
from contest.rounds.storing import missing, new_contest, new_round, references
from contest.rounds.windows import plan_of, round_plan, window_of
from questions.messages import N_, message


class Line(NamedTuple):
    """A row of a blueprint as ids."""

    bank_id: int
    count: int
    points: int = 1
    topic_id: int | None = None
    difficulty: int | None = None
    division_id: int | None = None
    tags: tuple[str, ...] = ()


# contests


def create_contest(session: Session, actor: Actor, plan: ContestPlan, now: datetime, *, demo: bool = False) -> Contest:
    """Store a plan as a draft. Raises Refused when the address is taken or something it names does not exist."""
    if not queries.slug_is_free(session, plan.slug):
        raise Refused([message(N_("Đã có cuộc thi ở địa chỉ “%(slug)s”. Hãy chọn địa chỉ khác."), slug=plan.slug)])
    known = references(session, plan)
    unknown = missing(plan, known)
    if unknown:
        raise Refused([text for _, text in unknown])
    contest = new_contest(plan, known, now, demo=demo)
    session.add(contest)
    session.flush()
    for row in plan.rounds:
        session.add(new_round(contest, row, known))
    session.flush()
    record(session, actor, "contest.create", subject(contest), now, {"rounds": len(plan.rounds)})
    return contest


def copy_contest(
    session: Session, actor: Actor, source: Contest, slug: str, title: str, first_opens_at: datetime, now: datetime
) -> Contest:
    """A new draft with all settings of a contest, its rounds moved so that the first opens at the given instant."""
    plan = plan_of(source)
    start = min((row.opens_at for row in plan.rounds), default=first_opens_at)
    shift = first_opens_at - start
    rounds = tuple(
        replace(row, opens_at=row.opens_at + shift, closes_at=row.closes_at + shift, published=False)
        for row in plan.rounds
    )
    registration = plan.registration_opens_at + shift if plan.registration_opens_at else None
    copied = replace(plan, slug=slug, title=title, rounds=rounds, registration_opens_at=registration)
    contest = create_contest(session, actor, copied, now)
    record(session, actor, "contest.copy", subject(contest), now, {"from": source.slug})
    return contest


def publish_contest(
    session: Session, actor: Actor, contest: Contest, now: datetime, *, past_allowed: bool = False
) -> None:
    """Make a contest public. Raises Refused with every error of the checks.

    ``past_allowed`` is for demo contests, whose first rounds are over from the beginning.
    """
    if contest.state == ContestState.PUBLISHED:
        return
    facts = replace(queries.facts_of(session, contest, now), published=past_allowed)
    found = errors(checks(plan_of(contest), facts))
    if found:
        raise Refused([check.message for check in found])
    contest.state = ContestState.PUBLISHED
    contest.published_at = now
    session.flush()
    record(session, actor, "contest.publish", subject(contest), now)


def unpublish_contest(session: Session, actor: Actor, contest: Contest, now: datetime) -> None:
    """Take a contest back to a draft while nobody has taken part."""
    ahead.let_go(session, contest, now)
    refuse(locks.unpublish_lock(queries.progress_of(session, contest)))
    contest.state = ContestState.DRAFT
    contest.published_at = None
    session.flush()
    record(session, actor, "contest.unpublish", subject(contest), now)


def delete_contest(session: Session, actor: Actor, contest: Contest, now: datetime) -> None:
    """Delete a draft in which nobody took part."""
    refuse(locks.deletion_lock(queries.progress_of(session, contest)))
    record(session, actor, "contest.delete", subject(contest), now)
    # Rounds hang on the stage too: gone first, so that no row is deleted twice.
    contest.rounds.clear()
    session.flush()
    session.delete(contest)
    session.flush()


def update_settings(
    session: Session, actor: Actor, contest: Contest, changes: Mapping[str, Any], now: datetime
) -> list[str]:
    """Change settings of a contest; returns the names of those that changed. Raises Locked or Refused."""
    changed = {name: value for name, value in changes.items() if getattr(contest, name) != value}
    progress = queries.progress_of(session, contest)
    for name in changed:
        refuse(locks.contest_lock(name, progress))
    if "slug" in changed and not queries.slug_is_free(session, changed["slug"]):
        raise Refused(
            [message(N_("Đã có cuộc thi ở địa chỉ “%(slug)s”. Hãy chọn địa chỉ khác."), slug=changed["slug"])]
        )
    with staying_sound(session, contest, now):
        for name, value in changed.items():
            setattr(contest, name, value)
        session.flush()
        session.expire(contest, ["union", "scope_union"])
    if changed:
        record(session, actor, "contest.settings", subject(contest), now, told(changed))
    return list(changed)


# rounds


def add_round(session: Session, actor: Actor, contest: Contest, plan: RoundPlan, now: datetime) -> Round:
    """Add a round behind the last, its number made here; without a paper of its own it gets the last one's."""
    refuse(locks.rounds_lock(_averages_all(contest), queries.progress_of(session, contest)))
    last = contest.rounds[-1] if contest.rounds else None
    numbered = replace(plan, number=last.number + 1 if last else 1)
    if last and not numbered.rows:
        numbered = replace(numbered, rows=round_plan(last).rows)
    known = references(session, replace(plan_of(contest), rounds=(numbered,)))
    with staying_sound(session, contest, now):
        row = new_round(contest, numbered, known)
        session.add(row)
        session.flush()
    record(session, actor, "round.add", subject(contest, row), now)
    return row


def update_round(
    session: Session, actor: Actor, contest: Contest, row: Round, changes: Mapping[str, Any], now: datetime
) -> list[str]:
    """Change settings of a round; returns the names of those that changed. Raises Locked or Refused."""
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    ahead.let_go(session, contest, now)
    progress = queries.progress_of(session, contest)
    if row.number in progress.announced or not locks.ROUND_ONCE_STARTED.isdisjoint(changed):
        refuse(locks.round_lock(row.number, progress))
    opens_at, closes_at = changed.get("opens_at", row.opens_at), changed.get("closes_at", row.closes_at)
    if closes_at <= opens_at:
        raise Refused([message(N_("Giờ kết thúc phải sau giờ mở. Hãy sửa lại thời gian."))])
    with staying_sound(session, contest, now):
        for name, value in changed.items():
            setattr(row, name, value)
        session.flush()
    if changed:
        record(session, actor, "round.settings", subject(contest, row), now, told(changed))
    return list(changed)


def _averages_all(contest: Contest) -> bool:
    """Whether the whole contest's results are averages over all of its rounds, taken or not."""
    return contest.total == Total.AVERAGE and contest.missed_rounds == MissedRounds.ZERO


def remove_round(session: Session, actor: Actor, contest: Contest, row: Round, now: datetime) -> None:
    """Remove a round in which nobody took part; later rounds move up while none of them was started."""
    ahead.let_go(session, contest, now)
    progress = queries.progress_of(session, contest)
    refuse(locks.removal_lock(row.number, progress))
    refuse(locks.rounds_lock(_averages_all(contest), progress))
    removed = subject(contest, row)
    with staying_sound(session, contest, now):
        contest.rounds.remove(row)
        session.flush()
        later = [other for other in contest.rounds if other.number > row.number]
        if not any(other.number in progress.started for other in later):
            for other in later:
                other.number -= 1
                session.flush()
    record(session, actor, "round.remove", removed, now)


def set_blueprint(
    session: Session, actor: Actor, contest: Contest, rounds: Sequence[Round], lines: Sequence[Line], now: datetime
) -> None:
    """Replace the paper of these rounds. Raises Locked where one is being drawn already."""
    ahead.let_go(session, contest, now)
    progress = queries.progress_of(session, contest)
    for row in rounds:
        refuse(locks.paper_lock(row.number, progress))
    with staying_sound(session, contest, now):
        for row in rounds:
            row.blueprint.clear()
            session.flush()
            row.blueprint += [BlueprintRow(position=place, **line._asdict()) for place, line in enumerate(lines, 1)]
        session.flush()
    for row in rounds:
        details = {"rows": len(lines), "questions": sum(line.count for line in lines)}
        record(session, actor, "round.paper", subject(contest, row), now, details)


def open_round(session: Session, actor: Actor, contest: Contest, row: Round, now: datetime) -> None:
    """Open a coming round now instead of at its time."""
    if contest.state != ContestState.PUBLISHED:
        raise Refused([message(N_("Cuộc thi còn là bản nháp. Hãy công khai cuộc thi trước khi mở đợt thi."))])
    if phase(window_of(row), now) is not Phase.COMING:
        raise Refused([message(N_("Đợt %(round)s đã mở rồi."), round=row.number)])
    with staying_sound(session, contest, now):
        row.opens_at = now
        session.flush()
    _round_changed(session, actor, "round.open", contest, row, now)


def extend_round(
    session: Session, actor: Actor, contest: Contest, row: Round, closes_at: datetime, now: datetime
) -> None:
    """Close a round later than planned. A round that has closed stays closed: its key may be public."""
    if phase(window_of(row), now) in (Phase.COLLECTING, Phase.CLOSED, Phase.PUBLISHED):
        raise Refused(
            [
                message(
                    N_("Đợt %(round)s đã kết thúc nên không gia hạn được. Nếu cần thi tiếp, hãy thêm một đợt mới."),
                    round=row.number,
                )
            ]
        )
    if closes_at <= row.closes_at:
        raise Refused([message(N_("Giờ kết thúc mới phải sau %(at)s. Hãy chọn giờ muộn hơn."), at=row.closes_at)])
    with staying_sound(session, contest, now):
        row.closes_at = closes_at
        session.flush()
    _round_changed(session, actor, "round.extend", contest, row, now)


def close_round(session: Session, actor: Actor, contest: Contest, row: Round, now: datetime) -> None:
    """Close a running round now; open attempts end now with what was saved."""
    if phase(window_of(row), now) not in (Phase.OPEN, Phase.PAUSED) or now <= row.opens_at:
        raise Refused([message(N_("Đợt %(round)s không đang mở nên không đóng được."), round=row.number)])
    row.closes_at = now
    session.flush()
    _round_changed(session, actor, "round.close", contest, row, now)


def publish_round(session: Session, actor: Actor, contest: Contest, row: Round, now: datetime, how: Any = None) -> None:
    """Announce the results of a closed round; it is locked from then on. Of several who announce at once one does.

    ``how`` is for those who write down what is announced (:mod:`contest.publishing`).
    """
    hold_results(session, contest)
    state = phase(window_of(row), now)
    if state is Phase.PUBLISHED:
        return
    if state is Phase.COLLECTING:
        text = N_("Đợt %(round)s còn thu bài theo thể lệ (đến %(at)s) nên chưa công bố được. Hãy thử lại sau ít phút.")
        raise Refused([message(text, round=row.number, at=window_of(row).settled_at)])
    if state is not Phase.CLOSED:
        raise Refused([message(N_("Đợt %(round)s chưa kết thúc nên chưa công bố kết quả được."), round=row.number)])
    reasons = [reason for ask in events.announcing for reason in ask(session, contest, row, now)]
    if reasons:
        raise Refused(reasons)
    for tell in events.announced:
        tell(session, actor, contest, row, now, how)
    row.published_at = now
    session.flush()
    record(session, actor, "round.publish", subject(contest, row), now)


def hold_results(session: Session, contest: Contest) -> None:
    """Nobody announces or corrects results of the contest, or decides what they follow from, until this is written."""
    rounds = select(Round.id).where(Round.contest_id == contest.id).order_by(Round.id)
    session.execute(rounds.with_for_update(key_share=True)).all()
    session.execute(select(Contest.id).where(Contest.id == contest.id).with_for_update(key_share=True))
    session.refresh(contest, ["results_at", "correcting_since", "frozen_at"])
    for row in contest.rounds:
        session.refresh(row, ["published_at", "correcting_since", "frozen_at", "prediction_actual"])


def frozen_pool(session: Session, round_row: Round, now: datetime) -> RoundPool:
    """The question versions a round draws from, frozen at its first start; any number of starts may race for it."""
    held = session.get(RoundPool, round_row.id)
    if held is not None:
        return held
    rows = session.scalars(
        select(BlueprintRow).where(BlueprintRow.round_id == round_row.id).order_by(BlueprintRow.position)
    ).all()
    pools = queries.pools(session, [queries.slot_of(row) for row in rows])
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = session.execute(
        insert(RoundPool)
        .values(round_id=round_row.id, frozen_at=now, rows=[[row.id, pools[queries.slot_of(row)]] for row in rows])
        .on_conflict_do_nothing(index_elements=["round_id"])
    )
    if made.rowcount:
        revisions.grow(session, round_row.contest_id)
    return session.get_one(RoundPool, round_row.id)


def _round_changed(session: Session, actor: Actor, action: str, contest: Contest, row: Round, now: datetime) -> None:
    for listener in events.changed:
        listener(session, row, now)
    details = {"opens_at": row.opens_at.isoformat(), "closes_at": row.closes_at.isoformat()}
    record(session, actor, action, subject(contest, row), now, details)
