"""Targets of unions: handed down level by level, and set on top by a union itself, upwards only.

Who stands above whom is said by the contest's own tree, whatever became of it since: the rates go by that tree and its
headcounts too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.participation.asking import Ask, Targets
from contest.participation.branches import Branch
from contest.participation.models import UnionTarget
from contest.participation.reading import targets_in, tree_of
from contest.participation.rules import TargetSource, largest
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.unions import trees
from contest.unions.models import TradeUnion, TreeNode
from questions.messages import N_, Message, message

#: More people than a target can ask for.
MAX_PEOPLE = 20_000_000


def targets(session: Session, contest: Contest) -> Targets:
    """The targets of the whole contest in its own tree."""
    wanted = select(TreeNode.union_id, TreeNode.parent_id).where(TreeNode.tree_id == tree_of(contest))
    parents = {row.union_id: row.parent_id for row in session.execute(wanted)}
    return targets_in(session, contest, parents)


# What was handed down, in figures


@dataclass(frozen=True, slots=True)
class Handed:
    """What a union hands down to those right below it, against what is asked of it; in people.

    ``asked`` None: nothing is, or its headcount is not known. ``open``: so many unions below have no figure.
    """

    asked: int | None
    below: int
    open: int

    @property
    def short(self) -> int:
        """People asked of the union that it has not handed down yet; 0 where nothing is missing."""
        return max(0, (self.asked or 0) - self.below)


def handed(branch: Branch, union_id: int | None = None) -> Handed:
    """The numbers handed down below a union (None: the root) against its own target."""
    above = branch.root if union_id is None else branch.row(union_id)
    wanted = [row.wanted for row in branch.children(above.node.id)]
    return Handed(above.wanted, sum(one for one in wanted if one is not None), sum(one is None for one in wanted))


# Writes


def hold(session: Session, contest: Contest, now: datetime) -> datetime:
    """The moment of a change of targets, later than every one before: who keeps targets sees by the newest that they
    are others.

    Nobody announces the contest's results, lets it keep another tree or changes targets of it until this is written.
    """
    session.flush()
    session.refresh(contest, ["results_at", "tree_id"], with_for_update={"key_share": True})
    last = session.scalar(select(func.max(UnionTarget.set_at)).where(UnionTarget.contest_id == contest.id))
    return now if last is None else max(now, last + timedelta(microseconds=1))


def hand_down(
    session: Session,
    actor: Actor,
    contest: Contest,
    union: TradeUnion,
    ask: Ask,
    from_union: TradeUnion,
    now: datetime,
) -> UnionTarget:
    """Give a union a target in the name of one above it; another given before is replaced.

    Raises Refused when ``from_union`` does not stand above, or when one higher up gave it.
    """
    now = hold(session, contest, now)
    reasons = [*_faults(contest, ask), *_not_above(session, contest, union, from_union)]
    if reasons:
        raise Refused(reasons)
    return _put(session, actor, contest, union, TargetSource.GIVEN, ask, from_union, now)


def commit_own(
    session: Session,
    actor: Actor,
    contest: Contest,
    union: TradeUnion,
    ask: Ask,
    now: datetime,
    headcount: int | None = None,
) -> UnionTarget:
    """Set what a union takes upon itself beyond what is asked of it; Refused for less. ``headcount``: to compare."""
    now = hold(session, contest, now)
    asked = targets(session, contest).handed(union.id)
    reasons = _faults(contest, ask)
    if not reasons and not _is_more(ask, asked, headcount):
        reasons = [_less(asked)]
    if reasons:
        raise Refused(reasons)
    return _put(session, actor, contest, union, TargetSource.OWN, ask, union, now)


def drop(
    session: Session,
    actor: Actor,
    contest: Contest,
    union: TradeUnion,
    source: TargetSource,
    from_union: TradeUnion,
    now: datetime,
) -> bool:
    """Take a target back; False when there is none. What was given goes only by who gave it, or from higher up."""
    hold(session, contest, now)
    found = _stored(session, contest, union, source)
    if found is None:
        return False
    reasons = announced(contest)
    if source is TargetSource.GIVEN:
        reasons += _not_above(session, contest, union, from_union)
    if reasons:
        raise Refused(reasons)
    session.delete(found)
    session.flush()
    details = {"contest": contest.slug, "source": str(source)}
    record(session, actor, "target.drop", f"union:{union.code}", now, details)
    return True


def _put(
    session: Session,
    actor: Actor,
    contest: Contest,
    union: TradeUnion,
    source: TargetSource,
    ask: Ask,
    from_union: TradeUnion,
    now: datetime,
) -> UnionTarget:
    row = _stored(session, contest, union, source)
    if row is None:
        row = UnionTarget(contest_id=contest.id, union_id=union.id, source=source)
        session.add(row)
    row.percent, row.people = ask.percent, ask.people
    row.set_from_id, row.set_at, row.set_by = from_union.id, now, actor.label
    session.flush()
    details = {"contest": contest.slug, "source": str(source), "from": from_union.code}
    figure = {"percent": ask.percent} if ask.people is None else {"people": ask.people}
    record(session, actor, "target.set", f"union:{union.code}", now, details | figure)
    return row


def _stored(
    session: Session, contest: Contest, union: TradeUnion, source: TargetSource = TargetSource.GIVEN
) -> UnionTarget | None:
    return session.get(UnionTarget, (contest.id, union.id, str(source)), populate_existing=True)


# Reasons against


def _faults(contest: Contest, ask: Ask) -> list[Message]:
    return announced(contest) + ([fault] if (fault := fault_of(ask)) else [])


def fault_of(ask: Ask) -> Message | None:
    """Why a target cannot be taken as it stands; None when it can."""
    if (ask.percent is None) == (ask.people is None):
        return message(N_("Hãy ghi chỉ tiêu theo tỷ lệ phần trăm hoặc theo số người, chỉ một trong hai."))
    if ask.percent is not None and not 1 <= ask.percent <= 100:
        return message(N_("Chỉ tiêu theo tỷ lệ phải từ 1%% đến %(limit)s%%. Hãy sửa lại."), limit=100)
    if ask.people is not None and not 0 <= ask.people <= MAX_PEOPLE:
        return message(N_("Chỉ tiêu theo số người phải từ 0 đến %(limit)s. Hãy sửa lại."), limit=MAX_PEOPLE)
    return None


def announced(contest: Contest) -> list[Message]:
    """Why no target of the contest changes any more, once its results are out."""
    if contest.results_at is None:
        return []
    return [message(N_("Kết quả cả cuộc thi đã công bố nên không đổi chỉ tiêu nữa."))]


def _not_above(session: Session, contest: Contest, union: TradeUnion, from_union: TradeUnion) -> list[Message]:
    """Why a union may not hand down to another: in the contest's tree it does not stand above it, or another higher up
    already has."""
    path = trees.path(session, tree_of(contest), union.id)
    above = {node.union_id: distance for distance, node in enumerate(reversed(path)) if distance}
    if from_union.id not in above:
        return [
            message(
                N_("%(above)s không phải cấp trên của %(union)s nên không giao chỉ tiêu cho đơn vị này được."),
                above=from_union.name,
                union=union.name,
            )
        ]
    given = _stored(session, contest, union)
    if given and above.get(given.set_from_id, 0) > above[from_union.id]:
        giver = session.get_one(TradeUnion, given.set_from_id)
        return [
            message(
                N_("Chỉ tiêu của %(union)s do %(giver)s giao. Muốn đổi, hãy đề nghị %(giver)s."),
                union=union.name,
                giver=giver.name,
            )
        ]
    return []


def _is_more(ask: Ask, asked: Ask, headcount: int | None) -> bool:
    """Whether a union takes more upon itself than is asked of it; also where nobody can say."""
    if ask.percent is not None and asked.percent is not None:
        return ask.percent > asked.percent
    mine, theirs = ask.wanted(headcount), asked.wanted(headcount)
    return mine is None or theirs is None or mine > theirs


def _less(asked: Ask) -> Message:
    if asked.people is not None:
        return message(
            N_("Đơn vị được giao %(people)s người. Chỉ tiêu tự đăng ký phải cao hơn mức được giao."),
            people=asked.people,
        )
    return message(
        N_("Đơn vị được giao %(percent)s%%. Chỉ tiêu tự đăng ký phải cao hơn mức được giao."), percent=asked.percent
    )


def asked_of(branch: Branch, union_id: int) -> int | None:
    """How many people are handed down to a union, without what it set itself; None: nothing, or nobody knows."""
    frame = branch.rolled.frame
    size = frame.sizes[frame.forest.places[union_id]]
    ask = frame.targets.handed(union_id).wanted(size.number if size else None)
    return largest([ask, frame.targets.people if union_id == frame.targets.root_id else None])
