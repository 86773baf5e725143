"""What a text in Markdown says, in lines without any markup."""

from markdown_it.token import Token

from questions import chemistry, dialect, maths

#: Said in place of a picture without words of its own.
NO_WORDS = "hình"


def plain(text: str) -> str:
    """The words of a text: paragraphs apart by an empty line, items of lists and rows of tables line by line."""
    if len(text) > dialect.MAX_SOURCE:
        return text
    reader = _Reader()
    for token in dialect.tokens(text):
        reader.take(token)
    return "".join(reader.said)


class _Reader:
    """Gathers what blocks say: paragraphs apart by an empty line, items and rows of tables on lines of their own."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.breaks = 0
        self.sign = ""
        self.cells: list[str] | None = None

    def take(self, token: Token) -> None:
        match token.type:
            case "inline":
                words = "".join(_word(child) for child in token.children or ())
                if self.cells is None:
                    self._say(words)
                else:
                    self.cells.append(words)
            case "math_block":
                self._say(_read(token.content), 2)
            case "fence":
                self._say(token.content.rstrip("\n"), 2)
            case "list_item_open":
                self.sign += f"{token.info}. " if token.info else "- "
            case "tr_open":
                self.cells = []
            case "tr_close":
                self._row()
            case "paragraph_close" if token.hidden:
                self.breaks = 1
            case _ if token.type.endswith("_close"):
                self.breaks = max(self.breaks, 1 if token.level else 2)

    def _say(self, words: str, breaks: int = 0) -> None:
        if self.said:
            self.said.append("\n" * self.breaks)
        self.said.append(self.sign + words)
        self.breaks, self.sign = breaks, ""

    def _row(self) -> None:
        if any(self.cells or ()):
            self._say(" | ".join(self.cells or ()), 1)
        self.cells = None


def _word(token: Token) -> str:
    match token.type:
        case "text" | "text_special" | "code_inline" | "sub":
            return token.content
        case "sup":
            return f"^{token.content}"
        case "math" | "math_block":
            return _read(token.content)
        case "chem":
            return chemistry.to_plain(token.content)
        case "picture":
            return f"[{token.content or NO_WORDS}]"
        case "softbreak" | "hardbreak":
            return "\n"
    return ""


def _read(latex: str) -> str:
    inside = maths.whole_ce(latex)
    return maths.to_plain(latex) if inside is None else chemistry.to_plain(inside)
