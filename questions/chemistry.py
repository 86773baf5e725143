r"""Chemical formulas as ``\ce{...}`` writes them (the mhchem package of LaTeX, its everyday part)."""

import re
from html import escape as escape_html
from typing import NamedTuple

#: A formula or an equation is no longer than that.
MAX_FORMULA = 400
_ARROWS = {"->": "→", "<-": "←", "<=>": "⇌", "<->": "↔"}
_COMMANDS = {"Delta": "Δ", "circ": "°", "cdot": "·", "alpha": "α", "beta": "β", "gamma": "γ", "uparrow": "↑"}
_PIECE = re.compile(
    r"""
    (?P<arrow><=>|<->|->|<-)(?:\[(?P<above>[^\[\]]*)\])?(?:\[(?P<below>[^\[\]]*)\])?
    | \^\{(?P<sup>[^{}]*)\} | _\{(?P<sub>[^{}]*)\}
    | \^(?P<short_sup>[0-9]+[+\-−]?|[+\-−]|[a-zA-Z°]+)
    | _(?P<short_sub>[0-9]+|[a-zA-Z])
    | (?P<gas>\^)(?=\s|$) | (?<=\s)(?P<solid>v)(?=\s|$)
    | (?P<number>(?<![A-Za-z)\]])[0-9]+(?:[.,/][0-9]+)?|[0-9]+)
    | (?P<sign>[+\-−]+)(?=$|[\s)\],;])
    | \\(?P<command>[a-zA-Z]+)\s?
    | (?P<dot>[*.·])(?=[0-9A-Z(])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Part(NamedTuple):
    """A piece of a formula; ``place`` is "" on the line, "sub" or "sup"."""

    place: str
    text: str


def parts(source: str) -> list[Part]:
    r"""The pieces of what stands inside ``\ce{...}``.

    >>> parts("2H2 + SO4^2-")[:4]
    [Part(place='', text='2H'), Part(place='sub', text='2'), Part(place='', text=' + SO'), Part(place='sub', text='4')]
    """
    found: list[Part] = []
    for match in _PIECE.finditer(source):
        last = found[-1] if found else Part("", " ")
        # A number or a charge belongs to the atom or bracket right before it.
        bound = last.place == "sub" or last.text[-1:].isalpha() or last.text[-1:] in ")]"
        for part in _pieces(match, bound):
            if part.text and found and found[-1].place == part.place:
                found[-1] = Part(part.place, found[-1].text + part.text)
            elif part.text:
                found.append(part)
    return found


def _pieces(match: re.Match[str], bound: bool) -> list[Part]:
    name = match.lastgroup or "other"
    text = match[name]
    if name in ("above", "below", "arrow"):
        note = " ".join(filter(None, (_word(match["above"]), _word(match["below"]))))
        return [Part("", " "), Part("sup", note), Part("", f"{_ARROWS[match['arrow']]} ")]
    if name in ("sup", "sub", "short_sup", "short_sub"):
        return [Part(name.removeprefix("short_"), _word(text))]
    if name == "number":
        return [Part("sub" if bound else "", text)]
    if name == "sign":
        return [Part("sup" if bound else "", text.replace("-", "−"))]
    signs = {"gas": "↑", "solid": "↓", "dot": "·", "command": _COMMANDS.get(text, text)}
    return [Part("", signs.get(name, {"#": "≡", "{": "", "}": "", "\\": "", "\n": " "}.get(text, text)))]


def _word(text: str | None) -> str:
    """What stands above an arrow or a line, freed of the commands that are usual there."""
    text = re.sub(r"\\([a-zA-Z]+)\s?", lambda m: _COMMANDS.get(m[1], ""), text or "")
    text = text.replace("^o", "°").replace("-", "−")
    return re.sub(r"[\^_{}\\$]", "", text).strip()


def to_html(source: str) -> str:
    """A formula as HTML with ``sub`` and ``sup``.

    >>> to_html("SO4^2- + H+")
    'SO<sub>4</sub><sup>2−</sup> + H<sup>+</sup>'
    """
    return "".join(
        f"<{place}>{escape_html(text)}</{place}>" if place else escape_html(" ".join(f"|{text}|".split())[1:-1])
        for place, text in parts(source)
    )


def to_plain(source: str) -> str:
    """A formula to be read in a line of text.

    >>> to_plain("2H2 + O2 -> 2H2O"), to_plain("SO4^2-")
    ('2H2 + O2 → 2H2O', 'SO4^2−')
    """
    written = "".join(f"^{text}" if place == "sup" else text for place, text in parts(source))
    return " ".join(written.split())


def to_latex(source: str) -> str:
    r"""A formula inside a larger one, for MathML.

    >>> to_latex("H2O")
    '\\text{H}_{\\text{2}}\\text{O}'
    """
    written, before = [], "sup"
    for place, text in parts(source):
        text = re.sub(r"[\\{}$]", "", text)
        base = "{}" if place and (before == place or not written) else ""
        sign = {"sub": "_", "sup": "^"}.get(place)
        written.append(f"{base}{sign}{{\\text{{{text}}}}}" if sign else f"\\text{{{text}}}")
        before = place
    return "".join(written)
