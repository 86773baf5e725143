"""Tables of a contest and its settings. Every number of published regulations is a column here."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.accounts.rules import PersonKind
from contest.rounds.settings import (
    CollectiveBasis,
    ContestState,
    ExclusionMode,
    HeadcountBasis,
    KeyShown,
    MissedRounds,
    NameDisplay,
    OnePrize,
    PaperMode,
    PredictionRule,
    PredictionScope,
    PrizeScope,
    RankingShown,
    ScoreShown,
    StageKind,
    TieRule,
    Total,
)
from questions.base import Base, one_of


class Contest(Base):
    __tablename__ = "contest"
    __table_args__ = (
        CheckConstraint(one_of("state", ContestState), name="state"),
        CheckConstraint(one_of("total", Total), name="total"),
        CheckConstraint(one_of("name_display", NameDisplay), name="name_display"),
        CheckConstraint(one_of("score_shown", ScoreShown), name="score_shown"),
        CheckConstraint(one_of("key_shown", KeyShown), name="key_shown"),
        CheckConstraint(one_of("ranking_shown", RankingShown), name="ranking_shown"),
        CheckConstraint("target_percent BETWEEN 1 AND 100", name="target_percent"),
        CheckConstraint(one_of("missed_rounds", MissedRounds), name="missed_rounds"),
        CheckConstraint(one_of("tie_rule", TieRule), name="tie_rule"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The address: ``/cuoc-thi/<slug>``.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    #: The union that organizes: who may manage the contest follows from it.
    union_id: Mapped[int] = mapped_column(ForeignKey("trade_union.id"), index=True)
    #: Organizers as the regulations name them; empty: the union's name.
    organizer: Mapped[str] = mapped_column(String(300), default="")
    #: Number and date of the plan or decision behind it.
    legal_basis: Mapped[str] = mapped_column(String(500), default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    #: Paragraphs the organizers add to the generated regulations.
    extra_rules: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default=ContestState.DRAFT)
    #: Attempts never count: no ranking, no participation.
    practice: Mapped[bool] = mapped_column(default=False)

    #: Kinds of participant admitted (``PersonKind`` values).
    kinds: Mapped[list[Any]] = mapped_column(default=lambda: [k.value for k in PersonKind])
    #: Only people of unions below this one; None: everybody.
    scope_union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"))
    registration_opens_at: Mapped[datetime | None]

    #: Ordered criteria of the ranking (``standings.rules`` keys), e.g. ``["score", "prediction", "elapsed"]``.
    criteria: Mapped[list[Any]] = mapped_column(default=lambda: ["score", "elapsed", "submitted"])
    #: How rounds make the whole contest's ranking.
    total: Mapped[str] = mapped_column(String(20), default=Total.SUM)
    #: What a round not taken does in it.
    missed_rounds: Mapped[str] = mapped_column(String(20), default=MissedRounds.ZERO)
    #: Only attempts with every question answered count.
    all_answers_required: Mapped[bool] = mapped_column(default=False)
    #: What participants predict; None: nothing.
    prediction_target: Mapped[str | None] = mapped_column(String(20))
    prediction_scope: Mapped[str] = mapped_column(String(20), default=PredictionScope.ROUND)
    prediction_rule: Mapped[str] = mapped_column(String(30), default=PredictionRule.NEAREST)

    name_display: Mapped[str] = mapped_column(String(20), default=NameDisplay.MASKED)
    score_shown: Mapped[str] = mapped_column(String(20), default=ScoreShown.AT_ONCE)
    key_shown: Mapped[str] = mapped_column(String(20), default=KeyShown.AFTER_ROUND)
    ranking_shown: Mapped[str] = mapped_column(String(20), default=RankingShown.LIVE)

    #: Participation target in per cent of the headcount, and in people; None: no target.
    target_percent: Mapped[int | None]
    target_people: Mapped[int | None]
    #: What participation is measured against.
    headcount_basis: Mapped[str] = mapped_column(String(20), default=HeadcountBasis.MEMBERS)
    one_prize: Mapped[str] = mapped_column(String(20), default=OnePrize.NONE)
    #: Who gets a prize where too many stand on the last place that gets one.
    tie_rule: Mapped[str] = mapped_column(String(20), default=TieRule.SHARE)
    #: Unions smaller than this, or below this rate, are not ranked for collective prizes.
    collective_min_headcount: Mapped[int | None]
    collective_min_percent: Mapped[int | None]

    #: The same contest a year or a season before, to compare with.
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("contest.id", ondelete="SET NULL"), index=True)
    #: The tree as it was when the contest opened; None: the present one, which has not changed since.
    tree_id: Mapped[int | None] = mapped_column(ForeignKey("kept_tree.id"), index=True)
    #: Upper bounds of headcount of the size classes of unions, rising; empty: one class.
    size_classes: Mapped[list[Any]] = mapped_column(default=list)

    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    demo: Mapped[bool] = mapped_column(default=False)
    #: Seed of the draw by lot among people equal in the whole contest, hexadecimal; None: not drawn.
    lot_seed: Mapped[str | None] = mapped_column(String(64))
    #: Since when the public sees the whole contest's ranking as it was then; None: as it is.
    frozen_at: Mapped[datetime | None]
    #: Results of the whole contest announced, and since when a correction of them is being made: as of a round.
    results_at: Mapped[datetime | None]
    correcting_since: Mapped[datetime | None]
    #: Secret under which people are known in what is sealed and published (:mod:`contest.proof.rules`); never shown.
    owner_salt: Mapped[str] = mapped_column(String(64), default=lambda: secrets.token_hex(32))
    #: Grows with every change of the contest's settings, so that a process knows when to read them again.
    revision: Mapped[int] = mapped_column(default=0)

    union: Mapped[Any] = relationship("TradeUnion", foreign_keys=[union_id])
    scope_union: Mapped[Any] = relationship("TradeUnion", foreign_keys=[scope_union_id])
    previous: Mapped[Any] = relationship("Contest", remote_side=[id], foreign_keys=[previous_id])
    stages: Mapped[list["Stage"]] = relationship(
        back_populates="contest", order_by="Stage.position", cascade="all, delete-orphan"
    )
    rounds: Mapped[list["Round"]] = relationship(
        back_populates="contest", order_by="Round.number", cascade="all, delete-orphan"
    )
    divisions: Mapped[list["Division"]] = relationship(
        back_populates="contest", order_by="Division.position", cascade="all, delete-orphan"
    )
    exclusions: Mapped[list["Exclusion"]] = relationship(
        back_populates="contest", order_by="Exclusion.id", cascade="all, delete-orphan"
    )
    prizes: Mapped[list["PrizeLine"]] = relationship(
        back_populates="contest", order_by="PrizeLine.position", cascade="all, delete-orphan"
    )


class Stage(Base):
    """A part of a contest. Quiz stages hold rounds; works and live finals come with their own rooms."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("contest_id", "position"),
        CheckConstraint(one_of("kind", StageKind), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(20), default=StageKind.QUIZ)
    title: Mapped[str] = mapped_column(String(200), default="")

    contest: Mapped[Contest] = relationship(back_populates="stages")


class Round(Base):
    """A window of a quiz stage in which attempts are taken."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        CheckConstraint("closes_at > opens_at", name="window"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("(day_from IS NULL) = (day_until IS NULL)", name="day_hours"),
        CheckConstraint("day_from BETWEEN 0 AND 1439 AND day_until BETWEEN 1 AND 1440", name="day_minutes"),
        CheckConstraint("day_from < day_until", name="day_order"),
        CheckConstraint("allowance_s > 0", name="allowance"),
        CheckConstraint("grace_s BETWEEN 0 AND 120", name="grace"),
        CheckConstraint("late_minutes BETWEEN 0 AND 1440", name="late"),
        CheckConstraint("max_attempts > 0", name="max_attempts"),
        CheckConstraint("freeze_minutes BETWEEN 0 AND 10080", name="freeze"),
        CheckConstraint(one_of("paper", PaperMode), name="paper"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"), index=True)
    #: 1, 2, 3 ... within the contest: ``?dot=<n>``. 0 stands for the whole contest in standings and tallies.
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    #: Bit 0 is Monday; 127: every day.
    weekdays: Mapped[int] = mapped_column(default=127)
    #: Minutes since midnight, Vietnamese time, between which attempts may be taken each day; None: all day.
    day_from: Mapped[int | None]
    day_until: Mapped[int | None]
    #: Seconds allowed for one attempt.
    allowance_s: Mapped[int] = mapped_column(default=1200)
    #: Seconds after the deadline within which what is received still counts as in time: a save may be on its way.
    grace_s: Mapped[int] = mapped_column(default=5)
    #: Minutes after the deadline within which answers given before it may be delivered; 0: they do not count.
    late_minutes: Mapped[int] = mapped_column(default=0)
    #: None: unlimited. No default: an insert would put it in the place of None.
    max_attempts: Mapped[int | None]
    paper: Mapped[str] = mapped_column(String(20), default=PaperMode.RANDOM)
    shuffle_questions: Mapped[bool] = mapped_column(default=True)
    shuffle_choices: Mapped[bool] = mapped_column(default=True)
    #: Draw questions the same person has not seen in this contest as long as there are any.
    prefer_unseen: Mapped[bool] = mapped_column(default=False)
    #: Secret of the draw, 32 bytes in hexadecimal.
    seed: Mapped[str] = mapped_column(String(64))
    #: The true number behind the prediction, fixed when the round's results are computed.
    prediction_actual: Mapped[int | None]
    #: Seed of the draw by lot among people equal in everything else, hexadecimal; None: not drawn.
    lot_seed: Mapped[str | None] = mapped_column(String(64))
    #: So many minutes before it closes the public ranking stops moving, until the results are announced; 0: never.
    freeze_minutes: Mapped[int] = mapped_column(default=0)
    #: Since when the public sees the ranking as it was then; None: as it is.
    frozen_at: Mapped[datetime | None]
    #: Results announced; the round is locked from then on.
    published_at: Mapped[datetime | None]
    #: Since when a correction of announced results is being made: what is locked may be changed, the public sees
    #: the announced ranking until the correction is announced too.
    correcting_since: Mapped[datetime | None]

    contest: Mapped[Contest] = relationship(back_populates="rounds")
    blueprint: Mapped[list["BlueprintRow"]] = relationship(
        back_populates="round", order_by="BlueprintRow.position", cascade="all, delete-orphan"
    )


class BlueprintRow(Base):
    """So many questions of a topic and difficulty of a bank, worth so many points each."""

    __tablename__ = "blueprint_row"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        CheckConstraint("count > 0", name="count"),
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("difficulty BETWEEN 1 AND 3", name="difficulty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    position: Mapped[int]
    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id"), index=True)
    #: None: every topic. A topic stands for its whole subtree.
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("question_topic.id"), index=True)
    difficulty: Mapped[int | None]
    #: Only questions that carry all of these tags; empty: any.
    tags: Mapped[list[Any]] = mapped_column(default=list)
    #: Only for participants of this division; None: for all.
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    count: Mapped[int]
    points: Mapped[int] = mapped_column(default=1)

    round: Mapped[Round] = relationship(back_populates="blueprint")
    bank: Mapped[Any] = relationship("QuestionBank")
    topic: Mapped[Any] = relationship("Topic")
    division: Mapped["Division | None"] = relationship()


class RoundPool(Base):
    """The question versions a round draws from, frozen when its first attempt starts.

    ``rows`` holds per blueprint row ``[row id, [version id, ...]]``; with seed and blueprint it fixes every paper.
    """

    __tablename__ = "round_pool"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    frozen_at: Mapped[datetime]
    rows: Mapped[list[Any]]


class PrintedPaper(Base):
    """A paper made for printing, with a number of its own; its key follows from the versions."""

    __tablename__ = "printed_paper"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    #: The number on the sheet: 101, 102 ...
    number: Mapped[int] = mapped_column(primary_key=True)
    #: As an attempt's paper.
    paper: Mapped[list[Any]]
    made_at: Mapped[datetime]
    #: Who made it, as the audit log names actors.
    made_by: Mapped[str] = mapped_column(String(200))


class Division(Base):
    """Participants ranked apart. A person belongs to the first division whose rule fits."""

    __tablename__ = "division"
    __table_args__ = (UniqueConstraint("contest_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    #: Kinds of participant; empty: any.
    kinds: Mapped[list[Any]] = mapped_column(default=list)
    #: Only below this union; None: any.
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    #: Only people born from the one to the other day, both included; None: any.
    born_from: Mapped[date | None]
    born_until: Mapped[date | None]

    contest: Mapped[Contest] = relationship(back_populates="divisions")
    union: Mapped[Any] = relationship("TradeUnion")


class Exclusion(Base):
    """Somebody who may not take part, or takes part unranked: a person by phone, or a union's subtree, or a kind."""

    __tablename__ = "exclusion"
    __table_args__ = (
        CheckConstraint(one_of("mode", ExclusionMode), name="mode"),
        CheckConstraint("phone IS NOT NULL OR union_id IS NOT NULL OR kind IS NOT NULL", name="target"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    mode: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(String(15))
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    kind: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(300))

    contest: Mapped[Contest] = relationship(back_populates="exclusions")
    union: Mapped[Any] = relationship("TradeUnion")


class PrizeLine(Base):
    """A line of the table of prizes as the regulations publish it."""

    __tablename__ = "prize_line"
    __table_args__ = (
        CheckConstraint(one_of("scope", PrizeScope), name="scope"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(one_of("basis", CollectiveBasis), name="basis"),
        CheckConstraint("(scope = 'collective') = (basis IS NOT NULL)", name="collective"),
        CheckConstraint("points >= 0 AND weight_rate >= 0 AND weight_other >= 0", name="weights"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    scope: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    #: What one winner gets, in words; amounts differ in form from contest to contest.
    value: Mapped[str] = mapped_column(String(200), default="")
    #: Only people of this division; None: all of them together.
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    #: What an individual prize counts for in collective ones.
    points: Mapped[int] = mapped_column(default=0)
    #: Of a collective prize: what unions are ranked by, and which compete: those directly below a union (None: where
    #: the tables of participation begin), of a headcount from and up to (both included; None: any).
    basis: Mapped[str | None] = mapped_column(String(20))
    league_union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    class_from: Mapped[int | None]
    class_until: Mapped[int | None]
    #: Weights of the rate and of what is added to it.
    weight_rate: Mapped[int] = mapped_column(default=1)
    weight_other: Mapped[int] = mapped_column(default=1)

    contest: Mapped[Contest] = relationship(back_populates="prizes")
    division: Mapped[Division | None] = relationship()
    league_union: Mapped[Any] = relationship("TradeUnion")


class TimeAllowance(Base):
    """More time for a person or for everybody of a union's subtree, with the reason; part of no regulation.

    Of several that fit the longest counts. Withdrawn ones stay as they were, with who ended them.
    """

    __tablename__ = "time_allowance"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (union_id IS NULL)", name="target"),
        CheckConstraint("extra_s BETWEEN 60 AND 14400", name="extra"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    extra_s: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    granted_at: Mapped[datetime]
    #: Who granted and who ended it, as the audit log names actors.
    granted_by: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))

    person: Mapped[Any] = relationship("Person")
    union: Mapped[Any] = relationship("TradeUnion")


class Entry(Base):
    """A person in a contest, as they were at their first attempt: union, kind and division are frozen here."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("contest_id", "person_id"),
        Index(None, "contest_id", "union_id"),
        CheckConstraint(one_of("kind", PersonKind), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    union_id: Mapped[int | None] = mapped_column(ForeignKey("trade_union.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    #: Takes part without a place; the reason stands in the exclusion.
    unranked: Mapped[bool] = mapped_column(default=False)
    #: By a recorded decision that holds (:mod:`contest.rulings`): shown apart, without a place.
    disqualified: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime]

    contest: Mapped[Contest] = relationship()
    person: Mapped[Any] = relationship("Person")
    union: Mapped[Any] = relationship("TradeUnion")
    division: Mapped[Division | None] = relationship()
