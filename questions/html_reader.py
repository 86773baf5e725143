r"""HTML as Moodle, Word and QTI files hold it, read into the texts of questions.

Kept: paragraphs, line breaks, strong, emphasis, underlined, sub- and superscript, lists, tables, quotations, code,
pictures that can be found, formulas in MathML, ``\(...\)``, ``\[...\]`` and ``$$...$$``. Dropped with what is
in them: scripts, styles, embedded objects, form fields. Anything else is read as its text.
"""

import re
from collections.abc import Callable, Iterator

from lxml import etree, html

from questions import mathml, reading
from questions.dialect import escape, escape_signs, tidy
from questions.rules import Markup, clean
from questions.runs import Block, Run, trimmed, write_block

#: Longer HTML is not read; no question holds as much.
MAX_HTML = 2_000_000
_DROPPED = frozenset(
    re.findall(
        r"\S+",
        """
        script style head title meta link object embed applet iframe frame noscript template svg canvas
        audio video input select textarea button option
        """,
    )
)
_BLOCKS = frozenset(
    re.findall(
        r"\S+",
        """
        p div h1 h2 h3 h4 h5 h6 ul ol li table blockquote pre section article header footer main figure
        figcaption address center fieldset dl dt dd hr body caption
        """,
    )
)
_STYLES = {
    "b": "b", "strong": "b", "i": "i", "em": "i", "cite": "i", "u": "u", "ins": "u", "sub": "sub", "sup": "sup",
    "h1": "b", "h2": "b", "h3": "b", "h4": "b", "h5": "b", "h6": "b", "th": "",
}  # fmt: skip
_TEX = re.compile(r"\\\((.{1,1500}?)\\\)|\\\[(.{1,1500}?)\\\]|\$\$([^$]{1,1500})\$\$", re.DOTALL)
_LINK = re.compile(r"https://[^\s<>\\]{1,500}")
_WEIGHT = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.IGNORECASE)

FindSource = Callable[[str], str | None]


def no_picture(source: str) -> str | None:
    """Finds no picture at all."""
    return None


def from_html(source: str, picture: FindSource = no_picture) -> tuple[str, Markup]:
    """Text and markup of a piece of HTML: plain where it is text and line breaks only.

    ``picture`` gives the SHA-256 of the picture that a ``src`` names; a picture it does not know is left out with
    its words kept.

    >>> from_html("<p>Nước là H<sub>2</sub>O</p>")
    ('Nước là H~2~O', <Markup.MARKDOWN: 'markdown'>)
    >>> from_html("a &lt; b<br>c")
    ('a < b\\nc', <Markup.PLAIN: 'plain'>)
    """
    root = _parse(source[:MAX_HTML])
    if root is None:
        return "", Markup.PLAIN
    blocks = _Reader(picture).blocks(root)
    if not any(block.lines or any(run.raw or run.styles for run in block.runs) for block in blocks):
        return clean("\n\n".join("".join(run.text for run in block.runs) for block in blocks)), Markup.PLAIN
    return tidy("\n\n".join(_written(block) for block in blocks)), Markup.MARKDOWN


def _written(block: Block) -> str:
    """Source of a block. Signs that run into each other could be read otherwise than meant: rather fewer of them."""
    bare, full = write_block(block, ""), write_block(block)
    if full == bare:
        return bare
    said = reading.plain(bare)
    fuller = (write_block(block, signs) for signs in ("biu", "bu", "iu", "u"))
    return next((source for source in fuller if reading.plain(source) == said), bare)


def _parse(source: str) -> html.HtmlElement | None:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    data = f"<html><body>{source}</body></html>".replace("\0", "").encode("utf-8", "replace")
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, ValueError):
        return None
    return root.find("body")


class _Reader:
    def __init__(self, picture: FindSource) -> None:
        self.picture = picture

    def blocks(self, element: html.HtmlElement) -> list[Block]:
        """Paragraphs, lists and tables of an element; loose text between them makes paragraphs."""
        found: list[Block] = []
        line: list[Run] = []

        def close() -> None:
            runs = trimmed(line)
            if runs:
                found.append(Block(runs))
            line.clear()

        for part in self._flow(element, frozenset()):
            if isinstance(part, Run):
                line.append(part)
            else:
                close()
                if part.lines:
                    found.append(part)
        close()
        return found

    def _flow(self, element: html.HtmlElement, styles: frozenset[str]) -> Iterator[Run | Block]:
        """Runs and finished blocks in order; an empty block stands for the edge of a paragraph."""
        styles = styles | _styles_of(element)
        keep = element.tag == "pre"
        yield from _text_runs(element.text, styles, keep)
        for child in element:
            yield from self._child(child, styles)
            yield from _text_runs(child.tail, styles, keep)

    def _child(self, child: html.HtmlElement, styles: frozenset[str]) -> Iterator[Run | Block]:
        name = child.tag if isinstance(child.tag, str) else ""
        local = name.rpartition(":")[2].lower()
        if not name or local in _DROPPED:
            return
        if local == "br":
            yield Run("\n", styles)
        elif local == "img":
            yield from self._image(child, styles)
        elif local == "math":
            yield _formula(mathml.to_latex(child), styles, child.get("display") == "block")
        elif local == "code":
            yield _code(child, styles)
        elif local == "a" and _LINK.fullmatch(child.get("href") or ""):
            yield _link(child, styles)
        elif local == "pre":
            yield from self._lines_of_code(child, styles)
        elif local in ("ul", "ol"):
            yield Block(lines=self._list(child, local == "ol"))
        elif local == "table":
            yield Block(lines=self._table(child))
        elif local in _BLOCKS:
            yield Block()
            yield from self._quoted(child, styles) if local == "blockquote" else self._flow(child, styles)
            yield Block()
        else:
            yield from self._flow(child, styles)

    def _quoted(self, child: html.HtmlElement, styles: frozenset[str]) -> Iterator[Block]:
        inside = "\n\n".join(_written(block) for block in self.blocks(child))
        if inside:
            yield Block(lines="\n".join(f"> {line}".rstrip() for line in inside.split("\n")))

    def _lines_of_code(self, child: html.HtmlElement, styles: frozenset[str]) -> Iterator[Run | Block]:
        text = "".join(child.itertext()).strip("\n")
        if child.find(".//code") is not None and "```" not in text and text.strip():
            yield Block(lines=f"```\n{text}\n```")
            return
        yield Block()
        yield from self._flow(child, styles)
        yield Block()

    def _image(self, child: html.HtmlElement, styles: frozenset[str]) -> Iterator[Run]:
        words = " ".join((child.get("alt") or child.get("title") or "").split())[:250]
        sha = self.picture(child.get("src") or "")
        if sha:
            yield Run(f"![{escape(words)}](hinh:{sha})", styles, raw=True)
        elif words:
            yield Run(words, styles)

    def _list(self, element: html.HtmlElement, numbered: bool) -> str:
        start = element.get("start") or "1"
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        lines: list[str] = []
        for item in _items(element):
            sign = f"{number + len(lines)}. " if numbered else "- "
            blocks = self.blocks(item) if item.tag == "li" else self.blocks(_wrapped(item))
            inside = "\n\n".join(_written(block) for block in blocks)
            # A list that begins right under the words of its item needs no empty line.
            inside = re.sub(r"\n\n(?=(?:- |\d+\. ))", "\n", inside)
            lines.append(sign + inside.replace("\n", "\n" + " " * len(sign)))
        return "\n".join(lines)

    def _table(self, element: html.HtmlElement) -> str:
        rows = [self._row(row) for row in element.iter("tr") if _nearest_table(row) is element]
        rows = [row for row in rows if row]
        if not rows:
            return ""
        first = next((row for row in element.iter("tr")), None)
        headed = first is not None and first.find("th") is not None
        width = max(map(len, rows))
        rows = [[*row, *[""] * (width - len(row))] for row in rows]
        if not headed:
            rows.insert(0, [""] * width)
        rows.insert(1, ["---"] * width)
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _row(self, row: html.HtmlElement) -> list[str]:
        cells: list[str] = []
        for cell in row:
            if cell.tag in ("td", "th"):
                cells.append(self._cell(cell))
                wide = cell.get("colspan") or "1"
                cells += [""] * (min(int(wide), 20) - 1 if re.fullmatch("[1-9][0-9]?", wide) else 0)
        return cells

    def _cell(self, cell: html.HtmlElement) -> str:
        """A cell is one line: its paragraphs stand behind each other, and tables inside it are read as text."""
        runs: list[Run] = []
        for part in self._flow(cell, frozenset()):
            runs.append(part if isinstance(part, Run) else Run(f" {' '.join(_words(part.lines))} "))
        one_line = [
            Run(run.text.replace("|", r"\|"), run.styles, True)
            if run.raw
            else run._replace(text=run.text.replace("\n", " "))
            for run in runs
        ]
        return " ".join(_written(Block(trimmed(one_line))).split("\n"))


def _items(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The items of a list; text that stands between them becomes an item of its own."""
    for child, loose in [(None, element.text), *((child, child.tail) for child in element)]:
        if child is not None and isinstance(child.tag, str):
            yield child
        if loose and loose.strip():
            item = html.Element("li")
            item.text = loose
            yield item


def _words(lines: str) -> list[str]:
    return [word for word in re.sub(r"[|]|^[-\s|]+$", " ", lines, flags=re.MULTILINE).split() if word != "---"]


def _nearest_table(row: html.HtmlElement) -> html.HtmlElement | None:
    return next(row.iterancestors("table"), None)


def _wrapped(element: html.HtmlElement) -> html.HtmlElement:
    """An element that stands in a list without being an item of it."""
    item = html.Element("li")
    item.append(element)
    return item


def _styles_of(element: html.HtmlElement) -> frozenset[str]:
    name = element.tag.lower() if isinstance(element.tag, str) else ""
    found = {_STYLES[name]} if _STYLES.get(name) else set()
    css = (element.get("style") or "")[:500].lower()
    if "underline" in css:
        found.add("u")
    if "italic" in css:
        found.add("i")
    if _WEIGHT.search(css):
        found.add("b")
    if "vertical-align" in css:
        found.update(kind for kind in ("sub", "sup") if re.search(rf"vertical-align\s*:\s*{kind}", css))
    return frozenset(found)


def _text_runs(text: str | None, styles: frozenset[str], keep: bool = False) -> Iterator[Run]:
    if not text:
        return
    if not keep:
        text = re.sub(r"[ \t\r\n\f\xa0]+", " ", text)
    begin = 0
    for match in _TEX.finditer(text):
        yield Run(text[begin : match.start()], styles)
        yield _formula((match[1] or match[2] or match[3]), styles, block=not match[1])
        begin = match.end()
    yield Run(text[begin:], styles)


def _link(element: html.HtmlElement, styles: frozenset[str]) -> Run:
    text = " ".join("".join(element.itertext()).split())
    return Run(f"[{escape_signs(text)}](<{element.get('href')}>)" if text else "", styles, raw=bool(text))


def _code(element: html.HtmlElement, styles: frozenset[str]) -> Run:
    text = " ".join("".join(element.itertext()).split())
    return Run(text, styles) if "`" in text or not text else Run(f"`{text}`", styles, raw=True)


def _formula(latex: str, styles: frozenset[str], block: bool = False) -> Run:
    latex = " ".join(latex.split())
    if not latex or "$" in latex or latex.endswith("\\"):
        return Run(latex, styles)
    return Run(f"$${latex}$$" if block else f"${latex}$", styles, raw=True)
