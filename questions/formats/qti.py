"""Questions in QTI 1.2, 2.0 to 2.2 and 3.0: zip packages with a manifest, and bare XML files of items.

Read is what other programs and the specifications write; see :mod:`questions.formats.qti_items` for 2.x and 3.0,
:mod:`~questions.formats.qti_old_items` for 1.2. Rows of faults count the items of the file from 1.
"""

import functools
import logging
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from questions.files import MAX_FILE_BYTES, Content, Refused, looks_zipped, manifest_of, refuse_foreign
from questions.formats import qti_interactions, qti_old_kinds, qti_typed
from questions.formats.common import MAX_QUESTIONS, Found, checked, never_raises, too_many
from questions.formats.losses import EVERY_KIND, EVERY_PART, Holds, losses_of
from questions.formats.qti_content import Texts, inner, joined
from questions.formats.qti_items import Entry, Handler, read_item
from questions.formats.qti_old_items import read_old_item
from questions.formats.qti_package import Files, Place, opened, with_title
from questions.formats.qti_write import VERSIONS, package
from questions.formats.qti_xml import Element, looks_like_qti, root_of
from questions.messages import N_, Message, message
from questions.pictures import pictures_of
from questions.rules import ROWED, Draft, Fault, Kind, ReadResult, Scoring

__all__ = ["EXTENSIONS", "HOLDS", "MIME", "USUAL", "VERSIONS", "looks_right", "losses", "read", "write"]

EXTENSIONS = (".zip", ".xml", ".imscc")
MIME = "application/zip"
#: The version that is written where none is named.
USUAL = "2.1"

_log = logging.getLogger(__name__)

HANDLERS: Mapping[str, Handler] = {
    "choiceInteraction": qti_interactions.choice,
    "inlineChoiceInteraction": qti_interactions.inline_choice,
    "orderInteraction": qti_interactions.order,
    "matchInteraction": qti_interactions.match,
    "associateInteraction": qti_interactions.associate,
    "gapMatchInteraction": qti_interactions.gap_match,
    "textEntryInteraction": qti_typed.text_entry,
    "extendedTextInteraction": qti_typed.extended_text,
}


def looks_right(data: bytes) -> bool:
    """Whether a file is a content package or bare XML of QTI, told by its names or its first element."""
    if not looks_zipped(data):
        return looks_like_qti(data)
    try:
        return manifest_of(Content(data).names) is not None
    except Refused:
        return False


@never_raises
def read(data: bytes) -> ReadResult:
    """Questions, faults and pictures of a package or of a bare XML file."""
    reader = _Reader(*_opened(data))
    result = checked(reader.found())
    faults = [*result.faults, *reader.faults] if reader.read or not reader.faults else reader.faults
    used = {sha for draft in result.questions for sha in pictures_of(draft)} if reader.pictures else set()
    pictures = {sha: content for sha, content in reader.pictures.items() if sha in used}
    return ReadResult(result.questions, tuple(sorted(faults, key=_row)), pictures, tuple(reader.notes))


def write(drafts: Sequence[Draft], pictures: Mapping[str, bytes] = MappingProxyType({}), version: str = USUAL) -> bytes:
    """A package with these questions; ``version`` is "1.2", "2.1", "2.2" or "3.0" (KeyError for another one).

    ``pictures`` are bytes by SHA-256. Read back here, the questions are the same: what a version has no place for
    stands beside them as a record of ours.
    """
    return package(drafts, pictures, version, HANDLERS)


def losses(drafts: Sequence[Draft]) -> list[Fault]:
    """What other programs will not see or will count in another way; read back here, nothing is lost."""
    return losses_of(drafts, HOLDS)


def _elsewhere(draft: Draft) -> Iterator[Message]:
    """What no version of QTI can say of a question."""
    if draft.kind is Kind.SHORT and not draft.exact:
        yield message(N_("Phần mềm khác đọc tệp QTI sẽ đòi câu trả lời đúng dấu tiếng Việt."))
    if draft.kind is Kind.SHORT and any(answer.pattern for answer in draft.answers):
        yield message(N_("Biểu thức chính quy chỉ dùng được ở phần mềm đọc QTI từ 2.1 và hiểu cùng cách viết."))
    if draft.kind is Kind.ESSAY and (draft.min_words or draft.max_words):
        yield message(N_("Phần mềm khác đọc tệp QTI không biết giới hạn số từ."))
    if draft.kind in ROWED and any(choice.feedback for choice in draft.choices):
        yield message(N_("Phần mềm khác đọc tệp QTI không thấy nhận xét riêng của từng ý."))
    if draft.scoring is Scoring.STEPS:
        yield message(
            N_("QTI 1.2 không có cách chấm 10%%, 25%%, 50%%, 100%%; phần mềm khác sẽ chia đều điểm cho các ý.")
        )


#: Everything comes back here; ``others`` says what other programs will not see.
HOLDS = Holds(EVERY_KIND, EVERY_PART, _elsewhere)


def _row(fault: Fault) -> int:
    return fault.row or 0


def _opened(data: bytes) -> tuple[Files, list[Place], Element | None]:
    """Where the items are, and the one tree of a bare XML file; Refused for files of another kind."""
    if looks_zipped(data):
        if len(data) > MAX_FILE_BYTES:
            refuse_foreign(data)
        files, places = opened(data)
        return files, places, None
    if not looks_like_qti(data):
        refuse_foreign(data)
        raise Refused(message(N_("Đây không phải là tệp QTI. Hãy chọn lại tệp hoặc định dạng.")))
    if len(data) > MAX_FILE_BYTES:
        refuse_foreign(data)
    return Files(), [Place("")], root_of(data)


class _Reader:
    """Goes through the items of a file and gathers their questions, pictures, faults and notes."""

    def __init__(self, files: Files, places: Sequence[Place], bare: Element | None) -> None:
        self.files, self.places, self.bare = files, places, bare
        self.pictures: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        #: How many items were read into questions, sound or not.
        self.read = 0
        self._number = 0
        self._stimuli: dict[str, str] = {}

    def found(self) -> Iterator[Found]:
        """Every question of the file, in order."""
        for place in self.places:
            root = self.bare if self.bare is not None else self._root(place)
            if root is None:
                continue
            if root.tag == "assessmentItem":
                yield from self._item(root, place)
            elif root.tag == "questestinterop":
                yield from self._old_items(root, place)
            else:
                self._number += 1
                self.faults.append(Fault(_no_item(str(root.tag)), self._number, place.path or None))

    def _root(self, place: Place) -> Element | None:
        try:
            data = self.files.folded(place.path)
            if data is not None:
                return root_of(data)
            why = message(N_("Thiếu tệp “%(name)s” trong gói. Hãy xuất lại gói rồi nhập lần nữa."), name=place.path)
        except Refused as refused:
            why = refused.message
        self._number += 1
        self.faults.append(Fault(why, self._number, place.path))
        return None

    def _texts(self, path: str) -> Texts:
        return Texts(self.files.folded, path.rpartition("/")[0], self.pictures)

    def _next(self) -> int:
        self._number += 1
        if self._number > MAX_QUESTIONS:
            raise Refused(too_many())
        return self._number

    def _item(self, root: Element, place: Place) -> Iterator[Found]:
        said, texts = place.said, self._texts(place.path)
        shared = place.shared + "".join(self._stimulus(one, place, texts) for one in root.iter("assessmentStimulusRef"))
        entry = Entry(root, self._next(), place.topic or said.topic, shared, said.identifier, said.tags)
        entry.difficulty, entry.source, entry.record = said.difficulty, said.source, said.record
        yield from self._guarded(entry, functools.partial(read_item, entry, texts, HANDLERS))

    def _guarded(self, entry: Entry, reads) -> Iterator[Found]:
        """One item; what a strange one makes fail is a fault of that item only."""
        try:
            found, notes = reads()
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError) as error:
            _log.warning("item %s of a QTI file fails", entry.number, exc_info=error)
            name = entry.root.get("title") or entry.root.get("identifier") or entry.root.get("ident")
            why = message(N_("Không đọc được câu này. Hãy sửa hoặc bỏ câu này khỏi tệp."))
            self.faults.append(Fault(why, entry.number, name))
            return
        if found is not None:
            self.notes += map(found.fault, notes)
            self.read += 1
            yield found

    def _stimulus(self, reference: Element, place: Place, texts: Texts) -> str:
        """HTML of a passage in a file of its own, read once."""
        path = joined(place.path.rpartition("/")[0], reference.get("href") or "")
        texts.folders.append(path.rpartition("/")[0])
        if path not in self._stimuli:
            data = self.files.folded(path)
            if data is None:
                why = message(N_("Thiếu đoạn văn “%(name)s” trong gói. Hãy xuất lại gói rồi nhập lần nữa."), name=path)
                texts.faults.append(why)
                return ""
            self._stimuli[path] = inner(root_of(data).find("stimulusBody"))
        return self._stimuli[path]

    def _old_items(self, root: Element, place: Place) -> Iterator[Found]:
        passages: dict[str, str] = {}
        used: set[str] = set()
        for item, topic in _walk(root, (), 0):
            texts = self._texts(place.path)
            entry = Entry(item, self._next(), topic or place.topic)
            reads = functools.partial(read_old_item, entry, texts, passages, used, qti_old_kinds.handle)
            yield from self._guarded(entry, reads)
        if passages.keys() - used:
            why = message(N_("%(n)s đoạn văn không thuộc câu nào nên không được nhập."), n=len(passages.keys() - used))
            self.notes.append(Fault(why))


def _walk(element: Element, titles: tuple[str, ...], level: int) -> Iterator[tuple[Element, str]]:
    """The items of QTI 1.2 with the path of titles above them."""
    for part in element:
        if part.tag == "item":
            yield part, " / ".join(titles)
        elif part.tag in ("assessment", "section", "objectbank") and level < 20:
            yield from _walk(part, with_title(titles, part.get("title")), level + 1)


def _no_item(tag: str) -> Message:
    if tag in ("assessmentTest", "assessmentSection", "manifest"):
        return message(N_("Tệp này chỉ có danh sách câu, không có câu hỏi. Hãy nhập cả gói QTI (.zip)."))
    return message(N_("Tệp này không phải là một câu hỏi QTI (%(tag)s). Hãy bỏ khỏi gói."), tag=tag)
