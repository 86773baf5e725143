"""Who listens to whom across rooms, in one place."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest import clock, migrate
from contest.accounts.rules import Actor, Role
from contest.attempts import actions as attempts
from contest.attempts import events
from contest.attempts import queries as attempt_queries
from contest.attempts.lengthening import follow_allowance
from contest.banks import imports as bank_imports
from contest.banks import queries as banks
from contest.banks import work as bank_work
from contest.campaigns import subscriptions
from contest.campaigns import surveys as campaigns
from contest.corrections import queries as corrections
from contest.corrections import work as corrections_work
from contest.corrections.told import corrections_of
from contest.jobs import actions as jobs
from contest.judging import queries as judging
from contest.members import leftover_queries, reorganised
from contest.members import registry as members
from contest.participation import actions as participation
from contest.participation import comparing, recounting
from contest.participation import events as participation_events
from contest.prizes import actions as prizes
from contest.proof import actions as proof
from contest.proof import bundle as proof_bundle
from contest.proof import bundle_work
from contest.proof import queries as proof_queries
from contest.proof import work as proof_work
from contest.proof.rules import instant
from contest.publishing import actions as publishing
from contest.publishing import queries as publishing_queries
from contest.publishing import work as publishing_work
from contest.publishing.models import Publication
from contest.reports import certificate_single_work, certificate_work, report_work
from contest.rounds import allowances, revisions
from contest.rounds import events as rounds
from contest.rounds import queries as round_queries
from contest.rounds.keeping import keep_tree, keeping_contests
from contest.rounds.models import Contest, Round
from contest.rulings import dossier as rulings_dossier
from contest.rulings import merging, moving
from contest.rulings import told as ruling_words
from contest.rulings import work as rulings_work
from contest.signals import actions as signals
from contest.signals import queries as signal_queries
from contest.standings import actions as standings
from contest.standings import events as standing_events
from contest.standings import steps
from contest.unions import events as unions
from contest.unions import trees, waiting_files
from contest.unions import work as union_work
from questions.messages import N_, Message, message


def connect() -> None:
    """Fill the lists of listeners; may be called for each app of a process."""
    events.ended[:] = [proof.queue]
    events.closed[:] = [standings.attempt_closed, participation.attempt_closed]
    events.rescored[:] = [standings.attempt_rescored, participation.attempt_rescored]
    unions.changed[:] = [revisions.grow_all]
    unions.keeping[:] = [keep_tree]
    unions.keepers[:] = [keeping_contests]
    unions.people_moved[:] = [reorganised.follow]
    unions.people_returned[:] = [reorganised.go_back]
    unions.loose_ends[:] = [leftover_queries.loose_ends]
    unions.crowds[:] = [comparing.crowds]
    rounds.changed[:] = [attempts.follow_round, proof.promise_opened]
    rounds.granted[:] = [follow_allowance]
    rounds.announcing[:] = [unfinished]
    rounds.announced[:] = [publishing.round_announced]
    rounds.prize_locks[:] = [prizes.line_lock]
    rounds.prize_removed[:] = [prizes.drop_line]
    rounds.usable_banks[:] = [own_banks]
    standing_events.corrections[:] = [corrections_of]
    migrate.fillers[:] = [steps.fill, first_tree, recounting.fill_hours]
    standing_events.rulings[:] = [ruling_words.rulings_of]
    standing_events.apart[:] = [ruling_words.apart]
    standing_events.told[:] = [publishing_queries.told]
    jobs.register(proof_work.JOB, proof_work.run_job, proof_work.TITLE)
    jobs.register(bundle_work.JOB, bundle_work.run_job, bundle_work.TITLE)
    proof_bundle.announcements[:] = [announced_versions]
    proof_bundle.last_announced[:] = [last_announced]
    standing_events.chain_head[:] = [proof_queries.head]
    jobs.register(corrections_work.JOB, corrections_work.run_job, corrections_work.TITLE)
    jobs.register(rulings_work.JOB, rulings_work.run_job, rulings_work.TITLE)
    members.locks[:] = [attempt_queries.has_entries]
    members.registered[:] = [signals.note_registration]
    members.move_fates[:] = [moving.move_fates]
    members.entry_moves[:] = [moving.move_entries]
    members.entry_fates[:] = [merging.entry_fates]
    members.entry_merges[:] = [merging.merge_entries]
    members.merge_locks[:] = [merging.merge_locks]
    members.entry_splits[:] = [merging.split_entries]
    members.asks_birth[:] = [round_queries.asks_birth]
    members.own_data["attempts"] = own_attempts
    members.own_data["traces"] = signal_queries.traces_of_person
    members.own_data["extra_time"] = allowances.told
    members.own_data["rulings"] = rulings_dossier.own_rulings
    participation_events.desk[:] = [campaigns.desk_part]
    members.own_data["subscriptions"] = subscriptions.own_data
    publishing_work.register()
    certificate_work.register()
    certificate_single_work.register()
    report_work.register()
    jobs.register(waiting_files.JOB, union_work.store_file, waiting_files.TITLE)
    jobs.register(bank_imports.READ, bank_work.read_file, bank_imports.READ_TITLE)
    jobs.register(bank_imports.STORE, bank_work.store_file, bank_imports.STORE_TITLE)


def first_tree(session: Session) -> None:
    """Make the present tree of a database whose unions are older than kept trees."""
    trees.fill(session, clock.now())


def unfinished(session: Session, contest: Contest, round_: Round, now: datetime) -> list[Message]:
    """Why the results of a closed round cannot be announced yet; fixes the true number behind the prediction."""
    left = attempts.open_attempts(session, round_.id)
    if left:
        return [message(N_("Còn %(count)s lượt thi đang được đóng. Hãy thử lại sau ít phút."), count=left)]
    unmarked = judging.waiting(session, [round_.id]).get(round_.id)
    if unmarked:
        return [message(N_("Còn %(count)s bài tự luận chờ chấm. Hãy chấm hết rồi công bố kết quả."), count=unmarked)]
    session.execute(select(Round.id).where(Round.id == round_.id).with_for_update(key_share=True))
    if corrections.going_on(session, round_.id):
        return [message(N_("Điểm của đợt này đang được tính lại theo đáp án mới. Hãy đợi tính xong rồi công bố."))]
    try:
        standings.settle_round(session, contest, round_, now)
    except standings.NotOver as reason:
        return [reason.message]
    return []


def announced_versions(session: Session, contest_id: int) -> list[dict[str, Any]]:
    """Announcements and corrections of a contest as its bundle tells them, in order."""
    wanted = select(Publication).where(Publication.contest_id == contest_id)
    return [
        {
            "round": row.round_number,
            "version": row.version,
            "reason": row.reason,
            "digest": row.digest,
            "head": row.head,
            "published_at": instant(row.published_at),
            "unions": bool(row.shown.get("unions", True)),
        }
        for row in session.scalars(wanted.order_by(Publication.round_number, Publication.version))
    ]


def last_announced(session: Session) -> dict[int, datetime]:
    """When results were last announced or corrected, by contest."""
    latest = select(Publication.contest_id, func.max(Publication.published_at)).group_by(Publication.contest_id)
    return dict(session.execute(latest).all())


def own_banks(session: Session, actor: Actor) -> Collection[int] | None:
    """Ids of the banks an organizer may draw from: of the unions they organize for, or shared with these; None: all."""
    if actor.is_administrator:
        return None
    return banks.usable_ids(session, actor.scopes(Role.ORGANIZER))


def own_attempts(session: Session, person_id: int) -> list[dict[str, Any]]:
    """A person's attempts as data for that person; results stay on their own page, shown when the contest allows."""
    return [
        {
            "code": attempt.code,
            "contest": attempt.round.contest.slug,
            "round": attempt.round.number,
            "number": attempt.number,
            "state": attempt.state,
            "started_at": attempt.started_at.isoformat(),
            "answers": attempt.answers,
            "prediction": attempt.prediction,
        }
        for attempt in attempt_queries.attempts_of_person(session, person_id)
    ]
