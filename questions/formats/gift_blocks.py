"""GIFT as text: blocks between blank lines, comments with what they say, and the escaped signs.

https://docs.moodle.org/en/GIFT_format; where Moodle would read two questions as one for want of a blank line, a
line that begins with a title starts a new one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from questions.formats.moodle import Unread
from questions.messages import N_, message
from questions.rules import clean

CATEGORY = "$CATEGORY:"

_SIGNS = "\\~=#{}:n"
_HIDDEN = {sign: chr(0xE000 + place) for place, sign in enumerate(_SIGNS)}
_SHOWN = {ord(hidden): "\n" if sign == "n" else sign for sign, hidden in _HIDDEN.items()}
_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
_ESCAPES = str.maketrans({**{sign: "\\" + sign for sign in "\\~=#{}:"}, "\n": "\\n"})
_TAKEN = dict.fromkeys(_SHOWN)
#: So much of a question's comments is looked through.
_COMMENTS = 20_000
_SAYS = re.compile(r"\[(id|tag):((?:\\\]|[^\]\x00-\x1f]){1,300})\]")
_GUIDE = re.compile(r"\[huong-dan-cham:((?:\\.|[^\[\]\\])*+)\]")


@dataclass(slots=True)
class Block:
    """Lines of one question or category: the line of the file it begins at, its text and its comments."""

    row: int
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """With escaped signs hidden, so that the signs that are left have a meaning."""
        return hide("\n".join(self.lines).strip())


@dataclass(frozen=True, slots=True)
class Split:
    """A question taken apart: the text with a gap where the answers stood in its middle; ``answers`` None for none."""

    title: str
    stem: str
    answers: str | None
    general: str = ""


def hide(text: str) -> str:
    """Escaped signs replaced by characters that mean nothing."""
    return _ESCAPED.sub(lambda match: _HIDDEN[match[1]], text.translate(_TAKEN))


def show(text: str) -> str:
    """The way back, without the backslashes."""
    return text.translate(_SHOWN)


def escaped(text: str) -> str:
    """A text as it is written: every sign of GIFT with a backslash, all in one line."""
    return text.translate(_ESCAPES)


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The file's blocks in order; a category line is a block of its own wherever it stands."""
    block = Block(0)
    closed = False
    for row, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith(CATEGORY) or (closed and text.startswith("::")):
            if block.lines:
                yield block
            kept = block.comments if text and not block.lines else []
            block, closed = Block(0, comments=kept), False
        if text.startswith(CATEGORY):
            yield Block(row, [text])
            block = Block(0)
        elif text.startswith("//"):
            block.comments.append(text)
        elif text:
            block.row = block.row or row
            block.lines.append(line)
            closed = closed or "}" in hide(line)
    if block.lines:
        yield block


def split(text: str) -> Split:
    """Title, stem, answers and general feedback of a block; raises Unread where the braces do not pair."""
    title = ""
    if text.startswith("::"):
        name, found, rest = text[2:].partition("::")
        title, text = (" ".join(clean(show(name)).split()), rest.strip()) if found else ("", text[2:].strip())
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        return Split(title, text, None)
    if start < 0 or end < start:
        raise Unread(message(N_("Dấu { và } không đủ cặp. Hãy sửa lại; dấu ngoặc trong lời văn ghi là \\{ và \\}.")))
    before, inside, after = text[:start], text[start + 1 : end].strip(), text[end + 1 :]
    if "{" in inside or "{" in after or "}" in after:
        raise Unread(
            message(
                N_(
                    "Câu hỏi có nhiều hơn một cụm { }. Hãy để một dòng trống giữa hai câu; "
                    "dấu ngoặc trong lời văn ghi là \\{ và \\}."
                )
            )
        )
    answers, found, general = inside.rpartition("####")
    if not found:
        answers, general = inside, ""
    return Split(title, f"{before}_____{after}" if after else before, answers.strip(), general.strip())


def said_in(comments: Iterable[str]) -> tuple[str, list[str], str]:
    """Code, tags and (ours only) the notes for markers that comments give."""
    text = "\n".join(comments)[:_COMMENTS]
    said = [(name, value.replace("\\]", "]").strip()) for name, value in _SAYS.findall(text)]
    codes = [" ".join(clean(value).split()) for name, value in said if name == "id"]
    guide = _GUIDE.search(text)
    unescaped = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], guide[1]) if guide else ""
    return codes[0] if codes else "", [value for name, value in said if name == "tag"], unescaped


def comment_of(code: str, tags: Iterable[str], guide: str) -> str:
    """The comment line that says so; empty for nothing to say."""
    bits = [f"[id:{_bracketed(code)}]"] if code else []
    bits += [f"[tag:{_bracketed(tag)}]" for tag in tags]
    if guide:
        bits.append("[huong-dan-cham:" + re.sub(r"([\\\[\]])", r"\\\1", guide).replace("\n", "\\n") + "]")
    return "// " + " ".join(bits) + "\n" if bits else ""


def _bracketed(text: str) -> str:
    return text.replace("]", "\\]")


def can_be_bracketed(text: str) -> bool:
    """Whether a code or tag is read back the same: a backslash before a bracket cannot be said."""
    return "\\]" not in text and not text.endswith("\\")
