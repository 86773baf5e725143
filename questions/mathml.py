"""MathML, as Word, Moodle and QTI files hold it, written back as LaTeX."""

import re
from collections.abc import Callable

from lxml import etree

_SIGNS = {
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "×": r"\times ", "÷": r"\div ", "±": r"\pm ", "·": r"\cdot ",
    "→": r"\to ", "∞": r"\infty ", "∫": r"\int ", "∑": r"\sum ", "∏": r"\prod ", "√": r"\surd ", "∈": r"\in ",
    "∉": r"\notin ", "⊂": r"\subset ", "∪": r"\cup ", "∩": r"\cap ", "∅": r"\emptyset ", "⇒": r"\Rightarrow ",
    "⇔": r"\Leftrightarrow ", "∀": r"\forall ", "∃": r"\exists ", "π": r"\pi ", "α": r"\alpha ", "β": r"\beta ",
    "γ": r"\gamma ", "Δ": r"\Delta ", "δ": r"\delta ", "λ": r"\lambda ", "μ": r"\mu ", "ω": r"\omega ",
    "Ω": r"\Omega ", "φ": r"\varphi ", "θ": r"\theta ", "σ": r"\sigma ", "ρ": r"\rho ", "ε": r"\varepsilon ",
    "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}", "∘": r"\circ ", "⊥": r"\perp ", "∥": r"\parallel ",
    "−": "-", "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "\\": r"\backslash ",
    "~": r"\sim ", "^": r"\wedge ",
    "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "",
}  # fmt: skip
_ACCENTS = {"→": "vec", "⃗": "vec", "^": "hat", "ˆ": "hat", "¯": "overline", "‾": "overline", "~": "tilde", "˙": "dot"}
_FUNCTIONS = frozenset(
    re.findall(
        r"\S+",
        """
        sin cos tan cot log ln lim max min det gcd exp arcsin arccos arctan
        """,
    )
)
#: Deeper formulas are read no further.
MAX_LEVELS = 60


def to_latex(element: etree._Element) -> str:
    """A ``math`` element as LaTeX: what it carries as such, or what its elements say."""
    typed = element.get("data-tex")
    if typed:
        return typed
    for note in element.iter():
        if _name(note) == "annotation" and "tex" in (note.get("encoding") or "").lower():
            return _without_style((note.text or "").strip())
    return re.sub(r" +", " ", _all(element, 0)).strip()


def _without_style(latex: str) -> str:
    """Some write every formula as ``{\\displaystyle ...}``."""
    match = re.fullmatch(r"\{\\(?:display|text)style (.*)\}", latex, re.DOTALL)
    return match[1] if match else latex


def _name(element: etree._Element) -> str:
    # HTML parsers keep the prefix of <m:math> in the name; comments have no name at all.
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _all(element: etree._Element, level: int) -> str:
    return "".join(_one(child, level + 1) for child in element)


def _one(element: etree._Element, level: int) -> str:
    name = _name(element)
    if level > MAX_LEVELS or not name or name in ("annotation", "annotation-xml"):
        return ""
    if name in ("mi", "mn", "mo", "mtext"):
        return _leaf(name, "".join(element.itertext()).strip() if name != "mtext" else "".join(element.itertext()))
    inside = [_one(child, level + 1) for child in element]
    write = _WRITERS.get((name, len(inside)))
    if write:
        return write(*inside)
    return _many(name, element, inside)


def _leaf(name: str, text: str) -> str:
    if name == "mtext":
        return r"\text{" + re.sub(r"[\\{}$]", "", text) + "}" if text.strip() else " "
    if text in _FUNCTIONS:
        return f"\\{text} "
    if name == "mn":
        return text.replace(",", "{,}")
    written = "".join(_SIGNS.get(char, char) for char in text)
    return rf"\mathrm{{{written}}}" if len(text) > 1 and text.isalpha() else written


def _many(name: str, element: etree._Element, inside: list[str]) -> str:
    if name == "msqrt":
        return rf"\sqrt{{{''.join(inside)}}}"
    if name == "mfenced":
        opening, closing = (element.get(side, sign) for side, sign in (("open", "("), ("close", ")")))
        signs = (element.get("separators", ",") or ",")[:1]
        return f"{_SIGNS.get(opening, opening)}{signs.join(inside)}{_SIGNS.get(closing, closing)}"
    if name == "mtable":
        return r"\begin{matrix}" + r" \\ ".join(inside) + r"\end{matrix}"
    if name == "mtr":
        return " & ".join(inside)
    return " " if name == "mspace" else "".join(inside)


def _over(base: str, above: str) -> str:
    accent = _ACCENTS.get(above.strip()) or ("vec" if above.strip() == r"\to" else "")
    if accent:
        return rf"\{accent}{{{base}}}"
    return rf"{base}^{{{above}}}" if base.strip() in (r"\sum", r"\int", r"\prod") else rf"\overset{{{above}}}{{{base}}}"


def _under(base: str, below: str) -> str:
    limits = base.strip().removeprefix("\\") in {*_FUNCTIONS, "sum", "int", "prod"}
    return rf"{base}_{{{below}}}" if limits else rf"\underset{{{below}}}{{{base}}}"


_WRITERS: dict[tuple[str, int], Callable[..., str]] = {
    ("mfrac", 2): lambda top, bottom: rf"\frac{{{top}}}{{{bottom}}}",
    ("msup", 2): lambda base, above: rf"{{{base}}}^{{{above}}}",
    ("msub", 2): lambda base, below: rf"{{{base}}}_{{{below}}}",
    ("msubsup", 3): lambda base, below, above: rf"{{{base}}}_{{{below}}}^{{{above}}}",
    ("munderover", 3): lambda base, below, above: rf"{base}_{{{below}}}^{{{above}}}",
    ("mroot", 2): lambda inside, index: rf"\sqrt[{index}]{{{inside}}}",
    ("mover", 2): _over,
    ("munder", 2): _under,
}
