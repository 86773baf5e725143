r"""The Markdown of the question texts: what is written how, and what is nothing but text.

Paragraphs, ``**strong**``, ``*emphasis*``, ``++underlined++``, ``H~2~O``, ``x^2^``, lists, tables, quotations, code,
links that begin with https://, pictures ``![words](hinh:<SHA-256>)``, formulas ``$x^2$`` and ``$$...$$`` in LaTeX, and
``\ce{H2O}``. Line breaks stand where they are typed. There is no HTML; ``_`` marks nothing, since
blanks to be filled are written with it; a heading is a paragraph in strong letters.
"""

import re
from collections.abc import Mapping

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from questions.rules import clean

#: Longer texts are shown as typed.
MAX_SOURCE = 60_000
#: A block of formulas is looked for in so many lines.
_MATH_LINES = 40
_IMAGE = re.compile(r"!\[((?:\\.|[^\]\[\\\n]){0,300})\]\(hinh:([0-9a-f]{64})\)")
PICTURE = re.compile(r"hinh:([0-9a-f]{64})")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~ ])")
_CE = re.compile(r"\\ce\{((?:[^{}\n]|\{[^{}\n]{0,60}\}){1,400})\}")


def _starts(state: StateInline, text: str) -> bool:
    return state.src.startswith(text, state.pos)


def _marks(state: StateInline, silent: bool) -> bool:
    """``*`` and ``++``: they open before a character that is no blank and close after one, inside words too."""
    marker = state.src[state.pos]
    step = 2 if marker == "+" else 1
    if silent or marker not in "*+" or not _starts(state, marker * step):
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    length = (end - state.pos) // step
    after = end < state.posMax and not state.src[end].isspace()
    before = state.pos > 0 and not state.src[state.pos - 1].isspace()
    for _ in range(length):
        token = state.push("text", "", 0)
        token.content = marker * step
        state.delimiters.append(Delimiter(ord(marker), length, len(state.tokens) - 1, -1, after, before))
    state.pos += length * step
    return True


def _underline(state: StateInline) -> None:
    """Turn matched ``++`` into underlined text; they pair like emphasis, always two signs at a time."""
    for group in [state.delimiters, *(meta["delimiters"] for meta in state.tokens_meta if meta)]:
        for start in group:
            if chr(start.marker) == "+" and start.end != -1:
                for index, nesting, kind in ((start.token, 1, "u_open"), (group[start.end].token, -1, "u_close")):
                    token = state.tokens[index]
                    token.type, token.tag, token.nesting, token.content = kind, "u", nesting, ""


def _raised(state: StateInline, silent: bool) -> bool:
    r"""``~sub~`` and ``^sup^``: one word, in which a blank is written ``\ ``."""
    marker = state.src[state.pos]
    if marker not in "~^":
        return False
    end = state.pos + 1
    while end < state.posMax and state.src[end] != marker:
        if state.src[end].isspace():
            return False
        end += 2 if state.src[end] == "\\" else 1
    if end >= state.posMax or end == state.pos + 1:
        return False
    if not silent:
        token = state.push("sub" if marker == "~" else "sup", "", 0)
        token.content = _ESCAPE.sub(r"\1", state.src[state.pos + 1 : end])
    state.pos = end + 1
    return True


def _maths(state: StateInline, silent: bool) -> bool:
    """``$...$`` with no blank inside next to a sign and no digit after the last: "5$ and 6$" are dollars."""
    if not _starts(state, "$"):
        return False
    fence = "$$" if _starts(state, "$$") else "$"
    begin = state.pos + len(fence)
    end = state.src.find(fence, begin, state.posMax)
    inside = state.src[begin:end] if end > begin else ""
    after = state.src[end + len(fence) : end + len(fence) + 1]
    if not inside or (fence == "$" and (inside != inside.strip() or inside.endswith("\\") or after.isdigit())):
        # The whole sign at once, so that none of it is looked at again.
        return _as_text(state, fence, silent)
    if not silent:
        token = state.push("math_block" if fence == "$$" else "math", "", 0)
        token.content = inside
    state.pos = end + len(fence)
    return True


def _as_text(state: StateInline, text: str, silent: bool) -> bool:
    if not silent:
        state.append_pending(text)
    state.pos += len(text)
    return True


def _chemistry(state: StateInline, silent: bool) -> bool:
    match = _CE.match(state.src, state.pos, state.posMax) if _starts(state, "\\ce{") else None
    if not match:
        return False
    if not silent:
        state.push("chem", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _image(state: StateInline, silent: bool) -> bool:
    match = _IMAGE.match(state.src, state.pos, state.posMax) if _starts(state, "![") else None
    if not match:
        return False
    if not silent:
        token = state.push("picture", "", 0)
        token.content, token.info = _ESCAPE.sub(r"\1", match[1]), match[2]
    state.pos = match.end()
    return True


def _maths_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """``$$`` at the beginning of a line, to a line that ends with it."""
    if not state.src.startswith("$$", state.bMarks[first] + state.tShift[first]):
        return False
    lines: list[str] = []
    for line in range(first, min(last, first + _MATH_LINES)):
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        lines.append(text)
        if text.endswith("$$") and (line > first or len(text) > 4):
            break
        if not text:
            return False
    inside = "\n".join(lines)
    if not inside.endswith("$$") or inside.count("$$") != 2 or not inside[2:-2].strip():
        return False
    if not silent:
        token = state.push("math_block", "", 0)
        token.content, token.block, token.map = inside[2:-2].strip(), True, [first, first + len(lines)]
        state.line = first + len(lines)
    return True


def _make() -> MarkdownIt:
    made = MarkdownIt("zero", {"breaks": True, "maxNesting": 20})
    made.enable(["heading", "list", "table", "blockquote", "fence"])
    made.enable(["newline", "escape", "backticks", "link", "emphasis"])
    made.inline.ruler.at("emphasis", _marks)
    made.inline.ruler2.after("emphasis", "underline", _underline)
    for name, rule in (("chem", _chemistry), ("maths", _maths), ("raised", _raised), ("picture", _image)):
        made.inline.ruler.before("escape", name, rule)
    made.block.ruler.before("list", "maths_block", _maths_block, {"alt": ["paragraph", "blockquote", "list"]})
    made.validateLink = lambda url: url.startswith("https://")  # type: ignore[method-assign]
    return made


_MARKDOWN = _make()


def tokens(source: str) -> list[Token]:
    """A text of at most :data:`MAX_SOURCE` characters as a flat list of blocks."""
    return _MARKDOWN.parse(source)


def pictures(source: str) -> list[str]:
    """SHA-256 of the pictures that a text shows, in order, each once."""
    return list(dict.fromkeys(match[2] for match in _IMAGE.finditer(source)))


def renamed(source: str, names: Mapping[str, str]) -> str:
    """A text whose pictures are called by other names, where ``names`` has one."""

    def rename(match: re.Match[str]) -> str:
        return f"![{match[1]}](hinh:{names.get(match[2], match[2])})"

    return _IMAGE.sub(rename, source)


def tidy(source: str) -> str:
    """Normal form of a text in Markdown: as :func:`questions.rules.clean`, with the blanks before a line kept.

    Items of a list inside a list, and lines of code, are told by them.
    """
    lines = source.expandtabs(4).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").split("\n")
    kept = [" " * min(len(line) - len(line.lstrip(" ")), 40) + clean(line) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line if line.strip() else "" for line in kept)).strip("\n").rstrip()


_SPECIAL = re.compile(r"[\\`*\[\]~^$|]|\+(?=\+)|(?<=\+)\+")
_LINE_START = re.compile(r"^([^\S\n]*)(?:([#>])|([-+:])(?=\s|$|-)|(\d{1,9})([.)])(?=\s|$))", re.MULTILINE)


def escape(text: str) -> str:
    r"""Plain text as the source that shows exactly that text.

    >>> print(escape("2 * 3 = 6\n1. Đúng"))
    2 \* 3 = 6
    1\. Đúng
    """
    return escape_starts(escape_signs(text))


def escape_signs(text: str) -> str:
    """Only what could be read as a sign inside a line."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def escape_starts(source: str) -> str:
    """Only what makes a block of a line that begins with it."""
    return _LINE_START.sub(lambda m: f"{m[1]}{m[4]}\\{m[5]}" if m[4] else f"{m[1]}\\{m[2] or m[3]}", source)
