"""Forms for files that go into a bank and come out of it."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from contest.web.forms import Form
from questions import formats
from questions.messages import N_

#: Names of the formats for people, in the order in which they are offered.
FORMAT_NAMES = {
    "docx": N_("Word (.docx)"),
    "xlsx": N_("Excel (.xlsx)"),
    "csv": N_("CSV (.csv)"),
    "aiken": N_("Aiken (.txt)"),
    "gift": N_("GIFT của Moodle (.txt)"),
    "moodle-xml": N_("Moodle XML (.xml)"),
    "qti": N_("QTI 2.1 (.zip)"),
    "qti-1.2": N_("QTI 1.2 (.zip)"),
    "qti-2.2": N_("QTI 2.2 (.zip)"),
    "qti-3.0": N_("QTI 3.0 (.zip)"),
}
#: The same for files that come in: the version of QTI is told by the content.
READ_NAMES = {name: title for name, title in FORMAT_NAMES.items() if name in formats.FORMATS}
READ_NAMES["qti"] = N_("QTI (.zip, .xml)")


def known(format: str) -> str:
    """A format as it is asked for, else the one that is told by the content."""
    return format if format in formats.FORMATS else formats.AUTO


class UploadForm(Form):
    file = FileField(_("Tệp câu hỏi"))
    format = SelectField(
        _("Định dạng"),
        choices=[
            SelectChoice(formats.AUTO, _("Tự nhận")),
            *[SelectChoice(name, _(title)) for name, title in READ_NAMES.items()],
        ],
        default=formats.AUTO,
    )
