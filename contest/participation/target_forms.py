"""Forms of targets, and how a target is typed: "60%" of the headcount, or "120" people."""

from flask_babel import lazy_gettext as _
from wtforms import FileField

from contest.participation.asking import Ask
from contest.participation.targets_import import TargetRow
from contest.unions.tables import whole_number
from contest.web.forms import Form, TextField
from questions.messages import N_, Message, message


class TargetForm(Form):
    """The one field for what a union takes upon itself; the table's fields are read by their unions' codes."""

    own = TextField(_("Chỉ tiêu đơn vị tự đăng ký"))


class TargetFileForm(Form):
    file = FileField(_("Tệp chỉ tiêu (.xlsx hoặc .csv)"))


def ask_of(text: str) -> Ask | None | Message:
    """A typed target, thousands set apart as people do; None for nothing typed; why it cannot be understood.

    >>> ask_of("60 %"), ask_of("1.200"), ask_of(""), isinstance(ask_of("nhiều"), Message)
    (Ask(percent=60, people=None, from_id=None), Ask(percent=None, people=1200, from_id=None), None, True)
    >>> [str(ask_of(text))[:9] for text in ("6.5%", "7.5", "-3")]
    ['Không hiể', 'Không hiể', 'Không hiể']
    """
    typed = " ".join(text.split())
    if not typed:
        return None
    number = whole_number(typed.removesuffix("%").rstrip())
    if number is None or number < 0:
        return message(
            N_("Không hiểu chỉ tiêu “%(text)s”. Hãy ghi phần trăm như 60%%, hoặc số người như 120."), text=text[:40]
        )
    return Ask(percent=number) if typed.endswith("%") else Ask(people=number)


def written(ask: Ask | None) -> str:
    """A target as it is typed.

    >>> written(Ask(percent=60)), written(Ask(people=120)), written(None), written(Ask())
    ('60%', '120', '', '')
    """
    if ask is None:
        return ""
    if ask.percent is not None:
        return f"{ask.percent}%"
    return "" if ask.people is None else str(ask.people)


def row_of(number: int, code: str, ask: Ask | None) -> TargetRow:
    """A line of the table as a row of a sheet."""
    return TargetRow(number, code, ask.percent if ask else None, ask.people if ask else None)
