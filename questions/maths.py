"""Formulas in LaTeX shown as MathML, which browsers draw without any script.

What ``latex2mathml`` makes is never passed on as it is: its tree is written out again with known elements and
attributes only. What it cannot read is shown as typed.
"""

import re
from functools import lru_cache
from html import escape as escape_html
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

from questions import chemistry

#: Longer or deeper formulas are shown as typed.
MAX_FORMULA = 1500
MAX_BRACES = 20
MAX_LEVELS = 60
_TAGS = frozenset(
    re.findall(
        r"\S+",
        """
        math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable
        mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none
        """,
    )
)
_ATTRIBUTES = frozenset(
    re.findall(
        r"\S+",
        """
        display stretchy fence form width height depth accent accentunder movablelimits linethickness
        mathvariant displaystyle scriptlevel minsize maxsize largeop separator lspace rspace columnalign
        rowspacing columnspacing columnlines rowlines notation
        """,
    )
)
_VALUE = re.compile(r"[\w.%+\- ]{1,40}")
#: Commands that define, load or link: none of them is a formula.
_REFUSED = re.compile(
    r"\\(?:re|provide)?(?:newcommand|def|let|href|url|style|class|id|require|input|include)(?![a-zA-Z])"
)
_CE = re.compile(r"\\ce\{((?:[^{}]|\{[^{}]*\})*)\}")


def whole_ce(latex: str) -> str | None:
    r"""What is inside, when a formula is nothing but one ``\ce{...}``."""
    match = _CE.fullmatch(latex.strip())
    return match[1] if match else None


@lru_cache(maxsize=2048)
def to_mathml(latex: str, block: bool = False) -> str | None:
    r"""A formula as a ``math`` element, or None for what cannot be read.

    ``alttext`` holds it in a line of text, for screen readers and phones that draw no MathML; ``data-tex`` as typed.

    >>> to_mathml("x^2")
    '<math alttext="x^2" data-tex="x^2"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    >>> to_mathml(r"\frac{1")
    """
    root = _tree(latex)
    if root is None:
        return None
    inside = "".join(_write(child, 1) for child in root)
    names = f'alttext="{escape_html(_line(root))}" data-tex="{escape_html(latex)}"'
    return f"<math {names}{' display=block' if block else ''}>{inside}</math>"


def to_plain(latex: str) -> str:
    r"""A formula to be read in a line of text; what cannot be read stays as typed.

    >>> to_plain(r"\frac{a+b}{2} \leq \sqrt{x}")
    '(a+b)/2≤√x'
    """
    root = _tree(latex)
    return " ".join(latex.split()) if root is None else _line(root)


def _tree(latex: str) -> Element | None:
    """The formula as a tree in which everything is known to be harmless; None for anything else."""
    if len(latex) > MAX_FORMULA or not latex.strip() or _REFUSED.search(latex) or _depth(latex) > MAX_BRACES:
        return None
    try:
        root = convert_to_element(_CE.sub(lambda match: chemistry.to_latex(match[1]), latex))
    except Exception:
        # The converter has errors of its own, and lets others out; a text it cannot read is no error here.
        return None
    _join_decimals(root)
    return root if _is_known(root, 0) else None


def _depth(latex: str) -> int:
    """How deep braces stand inside each other; more than is allowed for braces that do not pair."""
    deepest = level = 0
    for char in re.sub(r"\\[\\{}]", "", latex):
        level += (char == "{") - (char == "}")
        deepest = max(deepest, level if level >= 0 else MAX_BRACES + 1)
    return deepest if level == 0 else MAX_BRACES + 1


def _join_decimals(parent: Element) -> None:
    """Make one number of ``3{,}14``: three elements, the second a group of nothing but a comma."""
    children = list(parent)
    for left, comma, right in zip(children, children[1:], children[2:], strict=False):
        if (left.tag, comma.tag, right.tag) != ("mn", "mrow", "mn") or left not in list(parent):
            continue
        if [unescape(c.text or "") for c in comma] == [","]:
            right.text = f"{left.text},{right.text}"
            parent.remove(left)
            parent.remove(comma)
    for child in parent:
        _join_decimals(child)


def _is_known(element: Element, level: int) -> bool:
    # A command that the converter does not know comes out as an identifier of that name.
    strange = (element.text or "").startswith("\\") and element.text != "\\"
    if level > MAX_LEVELS or element.tag not in _TAGS or strange:
        return False
    return all(_is_known(child, level + 1) for child in element)


def _write(element: Element, level: int) -> str:
    marks = "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES and _VALUE.fullmatch(value) and name != "display"
    )
    inside = escape_html(_text(element), quote=False) + "".join(_write(child, level + 1) for child in element)
    return f"<{element.tag}{marks}>{inside}</{element.tag}>"


def _text(element: Element) -> str:
    """The converter writes characters as entities, which are text like any other in a tree."""
    return unescape(element.text or "")


def _line(element: Element) -> str:
    return " ".join(_read(element).split())


def _read(element: Element) -> str:
    inside = [_read(child) for child in element]
    match element.tag, len(inside):
        case "mfrac", 2:
            return f"{_group(inside[0])}/{_group(inside[1])}"
        case "msqrt", _:
            return f"√{_group(''.join(inside))}"
        case "mroot", 2:
            return f"√[{inside[1]}]{_group(inside[0])}"
        case (("msup" | "mover"), 2):
            return f"{inside[0]}^{_group(inside[1])}"
        case (("msub" | "munder"), 2):
            return f"{inside[0]}_{_group(inside[1])}"
        case (("msubsup" | "munderover"), 3):
            return f"{inside[0]}_{_group(inside[1])}^{_group(inside[2])}"
        case "mtable", _:
            return "; ".join(inside)
        case "mtr", _:
            return ", ".join(inside)
        case "mspace", _:
            return " "
    return _text(element) + "".join(inside)


def _group(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 1 or re.fullmatch(r"\w+([.,]\d+)?", text) else f"({text})"
