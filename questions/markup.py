"""What a text of a question shows: safe HTML, a line to read, and back from the HTML of other programs.

HTML is written here element by element from what :mod:`questions.dialect` reads; nothing that an author typed
reaches it other than escaped. The functions raise nothing, whatever the text.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape as escape_html
from itertools import pairwise

from markdown_it.token import Token

from questions import chemistry, dialect, maths, reading
from questions.dialect import escape, pictures
from questions.html_reader import from_html
from questions.reading import NO_WORDS
from questions.rules import Draft, Markup

__all__ = [
    "Shown",
    "as_markdown",
    "escape",
    "from_html",
    "pictures",
    "plain",
    "rename_pictures",
    "rewritten",
    "to_html",
    "to_inline",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a picture is fetched, and its size in pixels where known; ``lazy``: only when somebody scrolls there."""

    address: str
    width: int | None = None
    height: int | None = None
    lazy: bool = True


#: Finds a picture by its SHA-256; None for one that is not there.
FindPicture = Callable[[str], Shown | None]


def picture_address(sha: str) -> Shown:
    """The public address of a picture, whether or not it is there."""
    return Shown(f"/hinh/{sha}")


#: Characters that no page may hold.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PLAIN_TAGS = {
    "paragraph_open": "<p>",
    "paragraph_close": "</p>",
    "heading_open": "<p><strong>",
    "heading_close": "</strong></p>",
    "bullet_list_open": "<ul>",
    "bullet_list_close": "</ul>",
    "ordered_list_close": "</ol>",
    "list_item_open": "<li>",
    "list_item_close": "</li>",
    "blockquote_open": "<blockquote>",
    "blockquote_close": "</blockquote>",
    "table_open": '<div class=scroll role=group tabindex=0 aria-label="Bảng"><table>',
    "table_close": "</table></div>",
    "thead_open": "<thead>",
    "thead_close": "</thead>",
    "tbody_open": "<tbody>",
    "tbody_close": "</tbody>",
    "tr_open": "<tr>",
    "tr_close": "</tr>",
    "th_open": "<th>",
    "th_close": "</th>",
    "td_open": "<td>",
    "td_close": "</td>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "em_open": "<em>",
    "em_close": "</em>",
    "u_open": "<u>",
    "u_close": "</u>",
    "link_close": "</a>",
    "softbreak": "<br>",
    "hardbreak": "<br>",
}


def to_html(text: str, markup: Markup, picture: FindPicture = picture_address, tex: bool = False) -> str:
    r"""A text as HTML for a place whose line breaks stand as they are (``white-space: pre-line``).

    Plain text comes escaped and without any element. ``tex``: formulas as ``\(...\)`` for other programs.
    """
    if markup is not Markup.MARKDOWN or len(text) > dialect.MAX_SOURCE:
        return _UNFIT.sub("", escape_html(text))
    return _UNFIT.sub("", _Writer(picture, tex).blocks(dialect.tokens(text)))


def to_inline(text: str, markup: Markup, picture: FindPicture = picture_address, tex: bool = False) -> str:
    """The same for an option or a legend: no paragraph around it where there is only one."""
    if markup is not Markup.MARKDOWN or len(text) > dialect.MAX_SOURCE:
        return _UNFIT.sub("", escape_html(text))
    tokens = dialect.tokens(text)
    writer = _Writer(picture, tex, links=False)
    one_line = is_one_line(tokens)
    return _UNFIT.sub("", writer.inline(tokens[1].children or []) if one_line else writer.blocks(tokens))


_BLOCK = re.compile("<(?:p|ul|ol|div|blockquote|pre)[ >]")


def is_block(page: str) -> bool:
    """Whether HTML of :func:`to_inline` is more than what may stand in a line."""
    return bool(_BLOCK.match(page))


def is_one_line(tokens: list[Token]) -> bool:
    """Whether a text is a single paragraph."""
    return [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]


class _Writer:
    def __init__(self, picture: FindPicture, tex: bool, links: bool = True) -> None:
        self.picture, self.tex, self.links = picture, tex, links

    def blocks(self, tokens: Iterable[Token]) -> str:
        listed = list(tokens)
        hidden = _empty_heads(listed)
        return "".join(
            self._separated(previous, token) + self._block(token)
            for index, (previous, token) in enumerate(pairwise([None, *listed]))
            if token is not None and index not in hidden
        )

    def _separated(self, previous: Token | None, token: Token) -> str:
        """A break between two lines of a tight list item whose paragraphs are not written."""
        tight = previous is not None and previous.type == "paragraph_close" and previous.hidden
        return "<br>" if tight and token.type in ("paragraph_open", "math_block") else ""

    def _block(self, token: Token) -> str:
        if token.hidden:
            return ""
        if token.type == "inline":
            return self.inline(token.children or [])
        if token.type == "fence":
            return f"<pre><code>{escape_html(token.content)}</code></pre>"
        if token.type == "ordered_list_open":
            start = token.attrGet("start")
            return f"<ol start={start}>" if isinstance(start, int) else "<ol>"
        if token.type == "math_block":
            return f"<p>{self._formula(token.content, True)}</p>"
        return _PLAIN_TAGS.get(token.type, "")

    def inline(self, tokens: Iterable[Token]) -> str:
        return "".join(self._piece(token) for token in tokens)

    def _piece(self, token: Token) -> str:
        match token.type:
            case "text" | "text_special":
                return escape_html(token.content)
            case "sub" | "sup":
                return f"<{token.type}>{escape_html(token.content)}</{token.type}>"
            case "math" | "math_block":
                return self._formula(token.content, token.type == "math_block")
            case "chem":
                return chemistry.to_html(token.content)
            case "picture":
                return self._picture(token.info, token.content)
            case "code_inline":
                return f"<code>{escape_html(token.content)}</code>"
            case "link_open" if self.links:
                return f'<a href="{escape_html(str(token.attrGet("href")))}" rel="noopener noreferrer nofollow">'
            case "link_close" if not self.links:
                return ""
        return _PLAIN_TAGS.get(token.type, "")

    def _formula(self, latex: str, block: bool) -> str:
        inside = maths.whole_ce(latex)
        if inside is not None:
            return chemistry.to_html(inside)
        if self.tex:
            return escape_html(f"\\[{latex}\\]" if block else f"\\({latex}\\)")
        return maths.to_mathml(latex, block) or f"<code>{escape_html(latex)}</code>"

    def _picture(self, sha: str, words: str) -> str:
        shown = self.picture(sha)
        if shown is None:
            return f"<em>[{escape_html(words or NO_WORDS)}: chưa có tệp hình]</em>"
        size = f" width={shown.width} height={shown.height}" if shown.width and shown.height else ""
        address = f'src="{escape_html(shown.address)}" alt="{escape_html(words or NO_WORDS)}"'
        return f"<img {address}{size}{' loading=lazy' if shown.lazy else ''} decoding=async>"


def _empty_heads(tokens: list[Token]) -> frozenset[int]:
    """Places of the tokens of table heads that say nothing; Markdown demands a head of every table."""
    hidden: set[int] = set()
    begin = 0
    for index, token in enumerate(tokens):
        if token.type == "thead_open":
            begin = index
        elif token.type == "thead_close" and not any(t.content.strip() for t in tokens[begin:index]):
            hidden.update(range(begin, index + 1))
    return frozenset(hidden)


def plain(text: str, markup: Markup) -> str:
    """What a text says, in lines without any markup: for lists, titles and searches.

    >>> plain("**Nước** là H~2~O, diện tích $x^2$", Markup.MARKDOWN)
    'Nước là H2O, diện tích x^2'
    """
    return reading.plain(text) if markup is Markup.MARKDOWN else text


def as_markdown(draft: Draft) -> Draft:
    """The same question with every text in Markdown; a draft that is so already is returned as it is."""
    if draft.markup is Markup.MARKDOWN:
        return draft
    return rewritten(replace(draft, markup=Markup.MARKDOWN), escape)


def rewritten(draft: Draft, change: Callable[[str], str]) -> Draft:
    """The same question with every text that may hold markup changed."""
    return replace(
        draft,
        stem=change(draft.stem),
        passage=change(draft.passage),
        explanation=change(draft.explanation),
        guide=change(draft.guide),
        choices=tuple(
            replace(c, text=change(c.text), match=change(c.match), feedback=change(c.feedback)) for c in draft.choices
        ),
        answers=tuple(replace(answer, feedback=change(answer.feedback)) for answer in draft.answers),
    )


def rename_pictures(draft: Draft, names: Mapping[str, str]) -> Draft:
    """The same question with pictures called by other names, where ``names`` has one."""
    if draft.markup is not Markup.MARKDOWN or not names:
        return draft
    return rewritten(draft, lambda text: dialect.renamed(text, names))
