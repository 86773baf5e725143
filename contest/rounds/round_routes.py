"""Rounds of a contest: adding, changing, opening, extending, closing, and their papers."""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.rules import Actor
from contest.extensions import db
from contest.rounds import actions, queries
from contest.rounds.actions import Line
from contest.rounds.desk import (
    actor_here,
    bp,
    done,
    not_done,
    own_contest,
    own_round,
    sentence,
    show_refusal,
    usable_banks,
)
from contest.rounds.forms import SPARE_ROWS, ExtendForm, PaperForm, RoundForm
from contest.rounds.locks import Refused, paper_lock, removal_lock, round_lock
from contest.rounds.models import BlueprintRow, Contest, Round
from contest.rounds.plans import RoundPlan
from contest.rounds.rules import EVERY_DAY
from contest.rounds.settings import PaperMode
from questions.models import QuestionBank
from questions.rules import DIFFICULTY_NAMES

DAYS = range(7)


@bp.route("/to-chuc/cuoc-thi/<slug>/dot/moi", methods=["GET", "POST"])
@organizers
def add_round(slug: str) -> Any:
    """A further round; its times follow the last one by a week, its paper is the last one's."""
    contest = own_contest(slug)
    last = contest.rounds[-1] if contest.rounds else None
    form = RoundForm(data=proposal(last))
    if form.validate_on_submit():
        try:
            made = actions.add_round(db.session, actor_here(), contest, plan_of_form(form), clock.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            text = gettext("Đã thêm đợt %(n)s. Hãy xem lại đề thi của đợt.", n=made.number)
            return done(slug, text, "rounds.paper", number=made.number)
    return render_template("rounds/round.html", contest=contest, round=None, form=form, lock="", may_remove=False)


@bp.route("/to-chuc/cuoc-thi/<slug>/dot/<int:number>", methods=["GET", "POST"])
@organizers
def edit_round(slug: str, number: int) -> Any:
    """Times, minutes, attempts and shuffling of a round; only the name once somebody has started."""
    contest, row = own_round(slug, number)
    progress = queries.progress_of(db.session, contest)
    lock = sentence(round_lock(number, progress))
    form = RoundForm(data=shown(row))
    if form.is_submitted():
        changes = {"title": form.title.data or ""}
        valid = form.title.validate(form) if lock else form.validate()
        if valid and not lock:
            changes = columns(form)
        if valid:
            try:
                actions.update_round(db.session, actor_here(), contest, row, changes, clock.now())
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                return done(slug, gettext("Đã lưu đợt %(n)s.", n=number))
    may_remove = not removal_lock(number, progress)
    return render_template("rounds/round.html", contest=contest, round=row, form=form, lock=lock, may_remove=may_remove)


def proposal(last: Round | None) -> dict[str, Any]:
    """What a new round begins with."""
    if last is None:
        tomorrow = clock.now().astimezone(clock.VIETNAM).replace(hour=8, minute=0, second=0, microsecond=0)
        opens_at = tomorrow + timedelta(days=1)
        return {
            "opens_at": opens_at,
            "closes_at": opens_at + timedelta(days=7),
            "weekdays": list(DAYS),
            "paper": PaperMode.RANDOM,
            "shuffle_questions": True,
            "shuffle_choices": True,
            "prefer_unseen": False,
            "minutes": 20,
            "max_attempts": 2,
            "grace_s": 5,
            "late_minutes": 0,
            "freeze_minutes": 0,
        }
    week = timedelta(weeks=1)
    return shown(last) | {"title": "", "opens_at": last.opens_at + week, "closes_at": last.closes_at + week}


def shown(row: Round) -> dict[str, Any]:
    """A round as its form shows it."""
    return {
        "title": row.title,
        "opens_at": row.opens_at,
        "closes_at": row.closes_at,
        "weekdays": [day for day in DAYS if row.weekdays >> day & 1],
        "day_from": row.day_from,
        "day_until": row.day_until,
        "minutes": row.allowance_s // 60,
        "max_attempts": row.max_attempts,
        "grace_s": row.grace_s,
        "late_minutes": row.late_minutes,
        "freeze_minutes": row.freeze_minutes,
        "paper": row.paper,
        "shuffle_questions": row.shuffle_questions,
        "shuffle_choices": row.shuffle_choices,
        "prefer_unseen": row.prefer_unseen,
    }


def columns(form: RoundForm) -> dict[str, Any]:
    """A round's form as its columns."""
    return {
        "title": form.title.data or "",
        "opens_at": form.opens_at.data,
        "closes_at": form.closes_at.data,
        "weekdays": sum(1 << day for day in form.weekdays.data) or EVERY_DAY,
        "day_from": form.day_from.data,
        "day_until": form.day_until.data,
        "allowance_s": form.minutes.data * 60,
        "max_attempts": form.max_attempts.data,
        "grace_s": form.grace_s.data,
        "late_minutes": form.late_minutes.data,
        "freeze_minutes": form.freeze_minutes.data,
        "paper": PaperMode(form.paper.data),
        "shuffle_questions": form.shuffle_questions.data,
        "shuffle_choices": form.shuffle_choices.data,
        "prefer_unseen": form.prefer_unseen.data,
    }


def plan_of_form(form: RoundForm) -> RoundPlan:
    return RoundPlan(number=0, **columns(form))


# verbs


def act(slug: str, number: int, verb: Callable[..., None], text: str) -> Any:
    """Do one thing to a round and go back to the overview."""
    contest, row = own_round(slug, number)
    try:
        verb(db.session, actor_here(), contest, row, clock.now())
    except Refused as refusal:
        return not_done(slug, refusal)
    return done(slug, text)


@bp.post("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/mo")
@organizers
def open_now(slug: str, number: int) -> Any:
    return act(slug, number, actions.open_round, gettext("Đợt %(n)s đã mở.", n=number))


@bp.post("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/dong")
@organizers
def close_now(slug: str, number: int) -> Any:
    text = gettext("Đợt %(n)s đã đóng. Bài đang làm được thu với những câu đã lưu.", n=number)
    return act(slug, number, actions.close_round, text)


@bp.post("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/xoa")
@organizers
def remove_round(slug: str, number: int) -> Any:
    return act(slug, number, actions.remove_round, gettext("Đã xoá đợt thi."))


@bp.route("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/gia-han", methods=["GET", "POST"])
@organizers
def extend(slug: str, number: int) -> Any:
    """Let a round close later; people who are answering get the time with it."""
    contest, row = own_round(slug, number)
    form = ExtendForm(closes_at=row.closes_at + timedelta(days=1))
    if form.validate_on_submit():
        try:
            actions.extend_round(db.session, actor_here(), contest, row, form.closes_at.data, clock.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return done(slug, gettext("Đã gia hạn đợt %(n)s.", n=number))
    return render_template("rounds/extend.html", contest=contest, round=row, form=form)


# the paper


@bp.route("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/de-thi", methods=["GET", "POST"])
@organizers
def paper(slug: str, number: int) -> Any:
    """The blueprint: so many questions of which topic and difficulty, and how many there are to draw from."""
    contest, row = own_round(slug, number)
    lock = sentence(paper_lock(number, queries.progress_of(db.session, contest)))
    banks = queries.banks_with_topics(db.session, banks_for(contest, actor_here()))
    form = PaperForm(data={"rows": [row_data(line) for line in row.blueprint]})
    if not form.is_submitted() and not lock:
        for _ in range(SPARE_ROWS):
            form.rows.append_entry()
    divisions = [SelectChoice("", gettext("Mọi bảng")), *(SelectChoice(str(d.id), d.title) for d in contest.divisions)]
    form.fill(sources(banks), divisions)
    if form.validate_on_submit() and not lock:
        try:
            lines = lines_of(form)
            rounds = papers_to_change(contest, row, form.everywhere.data)
            actions.set_blueprint(db.session, actor_here(), contest, rounds, lines, clock.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return done(slug, gettext("Đã lưu đề thi đợt %(n)s.", n=number), "rounds.paper", number=number)
    slots = [
        queries.Slot(bank.id, topic_id, level)
        for bank in banks
        for topic_id in (None, *(topic.id for topic in bank.topics))
        for level in (None, *DIFFICULTY_NAMES)
    ]
    pools = {slot: len(ids) for slot, ids in queries.pools(db.session, slots).items()}
    return render_template(
        "rounds/paper.html",
        contest=contest,
        round=row,
        form=form,
        lock=lock,
        banks=banks,
        levels=DIFFICULTY_NAMES,
        available=lambda bank_id, topic_id=None, level=None: pools.get(queries.Slot(bank_id, topic_id, level), 0),
        total=sum(line.count for line in row.blueprint),
        points=sum(line.count * line.points for line in row.blueprint),
    )


def banks_for(contest: Contest, actor: Actor) -> Collection[int] | None:
    """Ids of the banks offered: those the organizer may draw from, and those the contest draws from already."""
    usable = usable_banks(actor)
    return None if usable is None else {*usable, *(line.bank_id for row in contest.rounds for line in row.blueprint)}


def row_data(line: BlueprintRow) -> dict[str, Any]:
    return {
        "source": f"{line.bank_id}:{line.topic_id or ''}",
        "difficulty": line.difficulty or "",
        "count": line.count,
        "points": line.points,
        "division": line.division_id or "",
        "tags": ", ".join(line.tags),
    }


def sources(banks: Iterable[QuestionBank]) -> list[SelectChoice]:
    """For each bank the whole of it and its topics."""
    found = [SelectChoice("", gettext("Chọn ngân hàng hoặc chủ đề"))]
    for bank in banks:
        whole = gettext("Mọi chủ đề của %(bank)s", bank=bank.title)
        parts = [("", whole), *((topic.id, topic.path) for topic in bank.topics)]
        found += [SelectChoice(f"{bank.id}:{part}", words, optgroup=bank.title) for part, words in parts]
    return found


def lines_of(form: PaperForm) -> list[Line]:
    """The rows that ask for questions."""
    lines = []
    for entry in form.rows:
        row = entry.form
        if not row.count.data:
            continue
        bank_id, _, topic_id = row.source.data.partition(":")
        lines.append(
            Line(
                bank_id=int(bank_id),
                count=row.count.data,
                points=row.points.data or 1,
                topic_id=int(topic_id) if topic_id else None,
                difficulty=int(row.difficulty.data) if row.difficulty.data else None,
                division_id=int(row.division.data) if row.division.data else None,
                tags=tags_of(row.tags.data or ""),
            )
        )
    return lines


def tags_of(text: str) -> tuple[str, ...]:
    """Tags as typed, apart by commas, each once.

    >>> tags_of("vòng 1,  khó, vòng 1,")
    ('vòng 1', 'khó')
    """
    return tuple(dict.fromkeys(" ".join(tag.split()) for tag in text.split(",") if tag.strip()))


def papers_to_change(contest: Contest, row: Round, everywhere: bool) -> list[Round]:
    """The round itself, or with it all others in which nobody has started."""
    if not everywhere:
        return [row]
    progress = queries.progress_of(db.session, contest)
    return [other for other in contest.rounds if other is row or not paper_lock(other.number, progress)]


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/thu-de")
@organizers
def new_try(slug: str, number: int) -> Any:
    """A fresh paper to try: the address that follows names it, so that nothing needs to be stored."""
    contest, row = own_round(slug, number)
    return redirect(
        url_for("attempts.try_paper", slug=contest.slug, number=row.number, code=clock.now().strftime("%H%M%S%f")),
        code=303,
    )
