"""What one change of one union would do, in plain sentences: the tree before and after, and whom it touches.

The figures are those of today, also for a change whose day lies ahead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from contest.unions.changes import Step
from contest.unions.history import change_sentence
from contest.unions.models import TradeUnion, UnionChange
from contest.unions.planning import ABOUT_PEOPLE, Plan, fingerprint
from contest.unions.reorganising import details_of
from contest.unions.rules import LEVEL_NAMES, ChangeKind
from contest.unions.single_rules import named
from contest.unions.single_scene import Scene
from contest.unions.standing import Line, Shape, shape_on
from questions.messages import N_, Message, message


@dataclass(frozen=True, slots=True)
class Standing:
    """A union before the day and from it on; ``before`` None: it was not yet, ``after`` None: it is no more.

    ``gain`` is what it takes over.
    """

    name: str
    code: str
    before: Message | None
    after: Message | None
    gain: Message | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A change in sentences. ``touched`` are (what, sentences), ``history`` what the unions' histories will tell."""

    on: date
    eve: date
    ahead: bool
    standings: tuple[Standing, ...]
    touched: tuple[tuple[Message, tuple[Message, ...]], ...]
    history: tuple[Message, ...]
    warnings: tuple[Message, ...]
    seen: str


def told(
    session: Session, plan: Plan, kind: ChangeKind, union: TradeUnion, place_names: Mapping[str, str], today: date
) -> Preview:
    """A plan without faults in sentences; as many queries for a province as for a workplace.

    ``place_names`` are places by code, those that the change brings among them.
    """
    on = plan.steps[0].on
    scene = Scene(session, plan, kind, union, on, today)
    main = [step for step in plan.steps if not step.implied]
    return Preview(
        on,
        on - timedelta(days=1),
        on > today,
        tuple(_standing(code, plan, on, place_names) for code in _concerned(plan, union.code)),
        (
            (message(N_("Đơn vị")), tuple(scene.unions())),
            (message(N_("Người")), tuple(scene.people())),
            (message(N_("Số liệu")), tuple(scene.headcounts())),
            (message(N_("Cuộc thi")), tuple(scene.contests())),
            (message(N_("Cán bộ")), tuple(scene.roles())),
        ),
        tuple(_history_line(step, plan, place_names) for step in main),
        tuple(fault.message for fault in plan.warnings if fault.message.text not in ABOUT_PEOPLE),
        fingerprint(plan),
    )


def _concerned(plan: Plan, code: str) -> list[str]:
    """The unions whose standing is told: the one that changes, its managers, who takes over, who is new."""
    codes = [code]
    for step in plan.steps:
        if step.implied:
            continue
        shapes = (step.before, step.after)
        parents = [shape.parent for shape in shapes if shape] if step.kind in (ChangeKind.MOVE, ChangeKind.OPEN) else []
        codes += [step.code, *step.successors, *parents]
    return [one for one in dict.fromkeys(codes) if one]


def _standing(code: str, plan: Plan, on: date, place_names: Mapping[str, str]) -> Standing:
    eve = on - timedelta(days=1)
    then, now = shape_on(plan.ground.lines.get(code, ()), eve), shape_on(plan.lines.get(code, ()), on)
    line = plan.lines.get(code) or plan.ground.lines.get(code, ())
    renamed = then is not None and now is not None and then.name != now.name
    before = _how(then, plan.ground.lines, code, eve, place_names, renamed=renamed)
    after = _how(now, plan.lines, code, on, place_names, renamed=renamed)
    return Standing((now or then or line[-1].shape).name, code, before, after, _gain(code, plan))


def _how(
    shape: Shape | None,
    lines: Mapping[str, Line],
    code: str,
    day: date,
    place_names: Mapping[str, str],
    *,
    renamed: bool,
) -> Message | None:
    """How a union stands on a day, as a sentence; with its name where that changes."""
    if shape is None:
        return None
    below = sum((one := shape_on(line, day)) is not None and one.parent == code for line in lines.values())
    words = {
        "name": message(N_("%(name)s: "), name=shape.name) if renamed else "",
        "level": message(LEVEL_NAMES[shape.level]),
        "below": message(N_("%(count)s đơn vị trực thuộc"), count=below)
        if below
        else message(N_("không có đơn vị trực thuộc")),
        "place": message(N_("; địa bàn %(place)s"), place=place_names.get(shape.place, shape.place))
        if shape.place
        else "",
    }
    if not shape.parent:
        return message(N_("%(name)s%(level)s, đứng đầu; %(below)s%(place)s."), **words)
    text = N_("%(name)s%(level)s, trực thuộc %(parent)s; %(below)s%(place)s.")
    return message(text, parent=named(shape.parent, lines, day), **words)


def _gain(code: str, plan: Plan) -> Message | None:
    """What a union takes over."""
    taken = [step for step in plan.steps if code in step.successors]
    if any(step.kind == ChangeKind.MERGE for step in taken):
        return message(N_("Nhận đơn vị này sáp nhập vào."))
    return message(N_("Nhận một phần của đơn vị này.")) if taken else None


def _history_line(step: Step, plan: Plan, place_names: Mapping[str, str]) -> Message:
    change = UnionChange(kind=step.kind, effective_on=step.on, details=details_of(step, plan, place_names))
    name = named(step.code, plan.lines if step.before is None else plan.ground.lines)
    return message(N_("%(name)s: %(sentence)s"), name=name, sentence=change_sentence(change, plan.heading.number))
