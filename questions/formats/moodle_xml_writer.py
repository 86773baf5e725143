"""Questions written in Moodle XML, as Moodle's exporter writes them."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from questions.formats import moodle_tags
from questions.formats.losses import EVERY_KIND, EVERY_PART, Holds, held
from questions.formats.moodle import (
    category_of,
    otherwise_in_moodle,
    percent,
    plain_side,
    rounded_shares,
    sides_lose_markup,
    topic_of,
    written_answer,
    written_shares,
)
from questions.formats.moodle_xml_tree import print_of_text
from questions.markup import Shown, pictures, plain, to_html
from questions.messages import N_, Message, message
from questions.rules import Answer, Choice, Draft, Kind, Markup, Scoring

_TYPES = {
    Kind.SINGLE: "multichoice",
    Kind.MULTIPLE: "multichoice",
    Kind.TRUEFALSE: "truefalse",
    Kind.STATEMENTS: "matching",
    Kind.SHORT: "shortanswer",
    Kind.NUMBER: "numerical",
    Kind.ORDER: "ordering",
    Kind.MATCH: "matching",
    Kind.ESSAY: "essay",
}
_SUFFIXES = ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"RIFF", "webp"))
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: A question without a name is called by its first words.
_NAME = 60


def written(drafts: Sequence[Draft], files: Mapping[str, bytes]) -> bytes:
    """All questions, with a category wherever the topic changes."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    topic = ""
    for draft in drafts:
        if not held(draft, HOLDS):
            continue
        if draft.topic != topic:
            topic = draft.topic
            out.append(
                f'<question type="category"><category><text>{_escaped(category_of(topic))}</text></category></question>'
            )
        out += _Writer(draft, files).question()
    return "\n".join([*out, "</quiz>", ""]).encode()


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("", text), quote=True)


class _Writer:
    """One question; every text of it is written by :meth:`text`."""

    def __init__(self, draft: Draft, files: Mapping[str, bytes]) -> None:
        self.draft, self.files = draft, files

    def question(self) -> Iterator[str]:
        draft = self.draft
        yield f'<question type="{_TYPES[draft.kind]}">'
        yield self._name()
        yield self.text("questiontext", moodle_tags.stem_of(draft))
        yield self.text("generalfeedback", moodle_tags.feedback_of(draft))
        yield "<defaultgrade>1</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden>"
        yield f"<idnumber>{_escaped(draft.code or '')}</idnumber>"
        yield from self._answers()
        tags = moodle_tags.tags_of(draft, fields=True)
        if tags:
            yield "<tags>" + "".join(f"<tag><text>{_escaped(tag)}</text></tag>" for tag in tags) + "</tags>"
        yield "</question>"

    def _name(self) -> str:
        if self.draft.title:
            return f"<name><text>{_escaped(self.draft.title)}</text></name>"
        words = " ".join(plain(self.draft.stem, self.draft.markup).split())
        return f'<name generated="1"><text>{_escaped(words[:_NAME].strip() or "?")}</text></name>'

    def text(self, name: str, text: str, attributes: str = "", more: str = "") -> str:
        """An element with a text in its format: plain as it is, Markdown as HTML with the source beside it."""
        if self.draft.markup is Markup.PLAIN:
            return f'<{name}{attributes} format="plain_text"><text>{_escaped(text)}</text>{more}</{name}>'
        html = _NOT_XML.sub("", to_html(text, Markup.MARKDOWN, self._shown, tex=True)).strip()
        source = f'<markdown of="{print_of_text(html)}">{_escaped(text)}</markdown>' if text else ""
        inside = f"<text>{escape(html)}</text>{source}{self._files(text)}{more}"
        return f'<{name}{attributes} format="html">{inside}</{name}>'

    def _shown(self, sha: str) -> Shown | None:
        content = self.files.get(sha)
        return Shown(f"@@PLUGINFILE@@/{_file(sha, content)}") if content is not None else None

    def _files(self, text: str) -> str:
        found = [(sha, self.files[sha]) for sha in pictures(text) if sha in self.files]
        return "".join(
            f'<file name="{_file(sha, content)}" path="/" encoding="base64">{base64.b64encode(content).decode()}</file>'
            for sha, content in found
        )

    def _answers(self) -> Iterator[str]:
        match self.draft.kind:
            case Kind.SINGLE | Kind.MULTIPLE:
                yield from self._multichoice()
            case Kind.TRUEFALSE:
                yield from map(self._truth, ("true", "false"), self.draft.choices)
            case Kind.MATCH | Kind.STATEMENTS:
                yield "<shuffleanswers>1</shuffleanswers>"
                yield from map(self._pair, self.draft.choices)
            case Kind.ORDER:
                yield from self._ordering()
            case Kind.ESSAY:
                yield from self._essay()
            case Kind.SHORT:
                yield f"<usecase>{int(self.draft.case)}</usecase>"
                yield from map(self._typed, self.draft.answers)
            case Kind.NUMBER:
                yield from map(self._typed, self.draft.answers)

    def _multichoice(self) -> Iterator[str]:
        single = "true" if self.draft.kind is Kind.SINGLE else "false"
        yield f"<single>{single}</single><shuffleanswers>1</shuffleanswers><answernumbering>ABCD</answernumbering>"
        for choice, part in zip(self.draft.choices, written_shares(self.draft), strict=True):
            yield self.text("answer", choice.text, f' fraction="{percent(part)}"', self._feedback(choice.feedback))

    def _truth(self, name: str, choice: Choice) -> str:
        head = f'<answer fraction="{100 if choice.correct else 0}" format="moodle_auto_format">'
        return f"{head}<text>{name}</text>{self._feedback(choice.feedback)}</answer>"

    def _pair(self, choice: Choice) -> str:
        right = plain_side(self.draft, choice.match)
        if self.draft.kind is Kind.STATEMENTS:
            right = "Đúng" if choice.correct else "Sai"
        more = f"<answer><text>{_escaped(right)}</text></answer>{self._feedback(choice.feedback)}"
        return self.text("subquestion", choice.text, more=more)

    def _ordering(self) -> Iterator[str]:
        way = "ABSOLUTE_POSITION" if self.draft.scoring is Scoring.PARTIAL else "ALL_OR_NOTHING"
        yield (
            f"<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>"
            f"<selectcount>{len(self.draft.choices)}</selectcount><gradingtype>{way}</gradingtype>"
            f"<showgrading>SHOW</showgrading><numberingstyle>none</numberingstyle>"
        )
        for place, choice in enumerate(self.draft.choices, start=1):
            feedback = self._feedback(choice.feedback)
            yield self.text("answer", choice.text, f' fraction="{place}.0000000"', feedback)

    def _essay(self) -> Iterator[str]:
        yield "<responseformat>editor</responseformat><responserequired>1</responserequired>"
        yield "<responsefieldlines>15</responsefieldlines>"
        yield f"<minwordlimit>{self.draft.min_words or ''}</minwordlimit>"
        yield f"<maxwordlimit>{self.draft.max_words or ''}</maxwordlimit>"
        yield "<attachments>0</attachments><attachmentsrequired>0</attachmentsrequired>"
        yield self.text("graderinfo", self.draft.guide)

    def _typed(self, answer: Answer) -> str:
        number = self.draft.kind is Kind.NUMBER
        text = answer.text if number else written_answer(answer)
        off = f"<tolerance>{_escaped(answer.tolerance)}</tolerance>" if number else ""
        head = f'<answer fraction="{percent(answer.points)}" format="plain_text">'
        return f"{head}<text>{_escaped(text)}</text>{off}{self._feedback(answer.feedback)}</answer>"

    def _feedback(self, text: str) -> str:
        return self.text("feedback", text) if text else ""


def _file(sha: str, content: bytes | None) -> str:
    suffix = next((name for magic, name in _SUFFIXES if (content or b"").startswith(magic)), "bin")
    return f"hinh-{sha}.{suffix}"


def _others(draft: Draft) -> Iterator[Message]:
    yield from otherwise_in_moodle(draft)
    if rounded_shares(draft):
        yield message(N_("Tỉ lệ điểm bị làm tròn đến năm chữ số thập phân."))
    if draft.kind is Kind.MATCH and sides_lose_markup(draft):
        yield message(N_("Vế phải của các cặp chỉ giữ được chữ trơn."))
    if moodle_tags.source_is_changed(draft):
        yield message(N_("Nguồn có dòng trống hoặc dấu gạch nên bị sửa lại đôi chút."))
    if topic_of(category_of(draft.topic)) != draft.topic:
        yield message(N_("Tên chủ đề có dấu / nên bị sửa lại đôi chút."))


HOLDS = Holds(EVERY_KIND, EVERY_PART, _others)
