"""Questions in a Word file as people in Vietnam type them, and the same layout written back.

Read: "Câu 1." and its like, options A to H, the key by a line, a table or a mark on the option, see
:mod:`questions.formats.grammar`, :mod:`~questions.formats.paper` and :mod:`~questions.formats.question`.
Rows of faults are numbers of paragraphs; each fault also names its question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from questions.files import Package, Refused, looks_zipped, open_package, refuse_foreign
from questions.formats import docx_writer, paper, question
from questions.formats.charset import converted, garbled
from questions.formats.common import checked, never_raises
from questions.formats.legacy import hidden_script
from questions.formats.losses import EVERY_KIND, EVERY_PART, Holds, losses_of
from questions.formats.rich import Speaker
from questions.formats.word import document, plain_text, rewrite
from questions.messages import N_, message
from questions.rules import Draft, Fault, ReadResult

EXTENSIONS = (".docx",)
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@never_raises
def read(data: bytes) -> ReadResult:
    """Questions, faults and pictures of a Word file."""
    refuse_foreign(data)
    found = document(*_main_part(data))
    notes = [Fault(converted(script)) for script in sorted(found.scripts)]
    text = plain_text(found.items)
    script = hidden_script(text)
    trouble = garbled(text) if script is None else None
    if trouble:
        raise Refused(trouble)
    if script:
        rewrite(found.items, script)
        notes.append(Fault(converted(script)))
    blocks, faults = paper.blocks(found)
    if not blocks and not faults:
        raise Refused(message(N_("Không thấy câu hỏi nào. Hãy ghi “Câu 1.” trước câu hỏi, “A.” “B.” trước phương án.")))
    speaker = Speaker(found.things)
    result = checked((question.question(block, speaker) for block in blocks), faults, notes)
    return replace(result, pictures=found.pictures)


def _main_part(data: bytes) -> tuple[Package, str]:
    """The package and the name of its part that holds the text; Refused for a zip of something else."""
    if looks_zipped(data):
        package = open_package(data, media="word/media/")
        names = sorted(name for name in package.parts if name.startswith("word/document") and name.count("/") == 1)
        if names:
            return package, names[0]
    raise Refused(message(N_("Đây không phải là tệp Word (.docx). Hãy chọn lại tệp hoặc định dạng.")))


HOLDS = Holds(EVERY_KIND, EVERY_PART)


def losses(drafts: Sequence[Draft]) -> list[Fault]:
    """What a Word file cannot hold of these questions: nothing."""
    return losses_of(drafts, HOLDS)


def write(drafts: Sequence[Draft], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """A Word file in the layout that :func:`read` reads; lines that look like something else are kept as text."""
    return docx_writer.write(drafts, pictures or {})
