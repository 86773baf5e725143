r"""Equations of Word (Office Math, ECMA-376 part 1, 22.1) as LaTeX between dollar signs.

The constructs that school and office documents use; anything else makes the whole formula Unknown, so that none is
shown half.
"""

from collections.abc import Callable

from questions import maths
from questions.formats.numbering import Element, child, local, value

#: More is no formula of a question.
MAX_LENGTH = 1500
_PLAIN = {
    "\\": r"\backslash ",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "$": r"\$",
    "_": r"\_",
    "^": r"\hat{}",
    "~": r"\sim ",
    "\u00a0": " ",
    "−": "-",
    "×": r"\times ",
    "÷": r"\div ",
    "±": r"\pm ",
    "∓": r"\mp ",
    "·": r"\cdot ",
    "≤": r"\le ",
    "≥": r"\ge ",
    "≠": r"\ne ",
    "≈": r"\approx ",
    "∞": r"\infty ",
    "→": r"\to ",
    "⇒": r"\Rightarrow ",
    "⇔": r"\Leftrightarrow ",
    "∈": r"\in ",
    "∉": r"\notin ",
    "∪": r"\cup ",
    "∩": r"\cap ",
    "⊂": r"\subset ",
    "∅": r"\emptyset ",
    "∀": r"\forall ",
    "∃": r"\exists ",
    "√": r"\surd ",
    "∑": r"\sum ",
    "∫": r"\int ",
    "∏": r"\prod ",
    "°": r"^{\circ}",
    "…": r"\ldots ",
    "⊥": r"\perp ",
    "∠": r"\angle ",
    "Δ": r"\Delta ",
    "∆": r"\Delta ",
}
_GREEK = [
    "α",
    "alpha",
    "β",
    "beta",
    "γ",
    "gamma",
    "δ",
    "delta",
    "ε",
    "varepsilon",
    "ζ",
    "zeta",
    "η",
    "eta",
    "θ",
    "theta",
    "ι",
    "iota",
    "κ",
    "kappa",
    "λ",
    "lambda",
    "μ",
    "mu",
    "ν",
    "nu",
    "ξ",
    "xi",
    "π",
    "pi",
    "ρ",
    "rho",
    "σ",
    "sigma",
    "τ",
    "tau",
    "υ",
    "upsilon",
    "φ",
    "varphi",
    "ϕ",
    "phi",
    "χ",
    "chi",
    "ψ",
    "psi",
    "ω",
    "omega",
    "Γ",
    "Gamma",
    "Θ",
    "Theta",
    "Λ",
    "Lambda",
    "Ξ",
    "Xi",
    "Π",
    "Pi",
    "Σ",
    "Sigma",
    "Φ",
    "Phi",
    "Ψ",
    "Psi",
    "Ω",
    "Omega",
]
_PLAIN |= {sign: f"\\{name} " for sign, name in zip(_GREEK[::2], _GREEK[1::2], strict=True)}
_NARY = {"∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∬": r"\iint", "∮": r"\oint", "⋃": r"\bigcup", "⋂": r"\bigcap"}
_ACCENTS = {
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0305": "overline",
    "\u0304": "bar",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u20d7": "vec",
    "\u20d1": "vec",
}
_FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "log",
        "ln",
        "lg",
        "lim",
        "max",
        "min",
        "exp",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
    ]
)
_FENCES = {"{": r"\{", "}": r"\}", "|": "|", "‖": r"\|", "": ".", "⟨": r"\langle", "⟩": r"\rangle"}
_SKIP = frozenset({"rPr", "ctrlPr", "fPr", "sSupPr", "sSubPr", "sSubSupPr", "radPr", "dPr", "naryPr", "funcPr"}) | {
    *("limLowPr", "limUppPr", "accPr", "barPr", "eqArrPr", "mPr", "groupChrPr", "boxPr", "borderBoxPr", "sPrePr"),
    *("argPr", "bookmarkStart", "bookmarkEnd", "proofErr", "oMathParaPr", "del", "moveFrom"),
}


class Unknown(Exception):
    """A construct that is not told in LaTeX here."""


def latex(equation: Element) -> str:
    """The LaTeX of an ``m:oMath``, checked to be one that pages can show; raises Unknown."""
    text = _inside(equation).strip()
    # Word keeps an equation of one long line; a dollar or a line break would end the formula in the text.
    text = " ".join(text.split())
    if not text or len(text) > MAX_LENGTH or maths.to_mathml(text) is None:
        raise Unknown
    return text


def _inside(parent: Element | None) -> str:
    return "".join(_one(one) for one in parent if isinstance(one.tag, str)) if parent is not None else ""


def _one(element: Element) -> str:
    name = local(element)
    if name in _SKIP:
        return ""
    if name in ("e", "num", "den", "sub", "sup", "deg", "fName", "lim", "box", "oMath", "ins", "moveTo", "smartTag"):
        return _inside(element)
    if name == "r":
        return _run(element)
    write = _WRITERS.get(name)
    if write is None:
        raise Unknown
    return write(element)


def _run(run: Element) -> str:
    text = "".join(one.text or "" for one in run if local(one) == "t")
    if any(local(one) not in ("t", "rPr", "br", "tab") for one in run):
        raise Unknown
    plain = child(run, "rPr", "nor") is not None
    if plain and any(char.isalpha() for char in text):
        return r"\text{" + "".join(char for char in text if char not in "\\{}$%#&_^~") + "}"
    return f"\\{text} " if text in _FUNCTIONS else "".join(_PLAIN.get(char, char) for char in text)


def _part(element: Element, name: str) -> str:
    return "{" + _inside(child(element, name)).strip() + "}"


def _base(element: Element) -> str:
    text = _inside(child(element, "e")).strip()
    return text if len(text) == 1 else "{" + text + "}"


def _fraction(element: Element) -> str:
    if value(child(element, "fPr", "type")) == "noBar":
        return r"\binom" + _part(element, "num") + _part(element, "den")
    return r"\frac" + _part(element, "num") + _part(element, "den")


def _root(element: Element) -> str:
    degree = _inside(child(element, "deg")).strip()
    return r"\sqrt" + (f"[{degree}]" if degree else "") + _part(element, "e")


def _fenced(element: Element) -> str:
    properties = child(element, "dPr")

    def sign(name: str, usual: str) -> str:
        found = child(properties, name)
        char = usual if found is None else value(found) or ""
        return _FENCES.get(char, char)

    middle = sign("sepChr", "|")
    parts = [_inside(one).strip() for one in element if local(one) == "e"]
    return rf"\left{sign('begChr', '(')} {f' {middle} '.join(parts)} \right{sign('endChr', ')')} "


def _nary(element: Element) -> str:
    sign = child(element, "naryPr", "chr")
    char = "∫" if sign is None else value(sign) or ""
    if char not in _NARY:
        raise Unknown
    low, high = _inside(child(element, "sub")).strip(), _inside(child(element, "sup")).strip()
    limits = ("_{" + low + "}" if low else "") + ("^{" + high + "}" if high else "")
    return f"{_NARY[char]}{limits} {_inside(child(element, 'e'))}"


def _function(element: Element) -> str:
    return f"{_inside(child(element, 'fName')).strip()} {_part(element, 'e')}"


def _accent(element: Element) -> str:
    sign = child(element, "accPr", "chr")
    name = _ACCENTS.get("\u0302" if sign is None else value(sign) or "")
    if name is None:
        raise Unknown
    return f"\\{name}" + _part(element, "e")


def _bar(element: Element) -> str:
    above = value(child(element, "barPr", "pos")) == "top"
    return (r"\overline" if above else r"\underline") + _part(element, "e")


def _lines(element: Element) -> str:
    rows = [_inside(one).strip() for one in element if local(one) == "e"]
    return r"\begin{matrix}" + r" \\ ".join(rows) + r"\end{matrix}"


def _matrix(element: Element) -> str:
    rows = [one for one in element if local(one) == "mr"]
    cells = (" & ".join(_inside(cell).strip() for cell in row if local(cell) == "e") for row in rows)
    return r"\begin{matrix}" + r" \\ ".join(cells) + r"\end{matrix}"


_WRITERS: dict[str, Callable[[Element], str]] = {
    "f": _fraction,
    "sSup": lambda e: _base(e) + "^" + _part(e, "sup"),
    "sSub": lambda e: _base(e) + "_" + _part(e, "sub"),
    "sSubSup": lambda e: _base(e) + "_" + _part(e, "sub") + "^" + _part(e, "sup"),
    "sPre": lambda e: "{}_" + _part(e, "sub") + "^" + _part(e, "sup") + _base(e),
    "rad": _root,
    "d": _fenced,
    "nary": _nary,
    "func": _function,
    "limLow": lambda e: _inside(child(e, "e")).strip() + "_" + _part(e, "lim"),
    "limUpp": lambda e: _inside(child(e, "e")).strip() + "^" + _part(e, "lim"),
    "acc": _accent,
    "bar": _bar,
    "eqArr": _lines,
    "m": _matrix,
    "borderBox": lambda e: _inside(child(e, "e")),
}
