"""Filling Word templates: docxtpl in a sandbox that knows nothing but plain data.

A template may have been written by anybody who organizes. So what its tags may say is a short list (:data:`ALLOWED`):
fields, their parts, conditions and loops that do not stand in one another; no calls, no arithmetic, no files. Loops
run over our data only and never within another, so that time and size are bounded by the data times the template,
and what comes out is counted while it is made.
"""

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from questions.messages import N_, Message, message

#: Characters that a filled part may have.
MAX_OUTPUT = 40_000_000
#: Tags and loops of a template, and characters of a text written inside of a tag.
MAX_LOOPS, MAX_TEXT = 60, 200
FILTERS = ("upper", "lower", "capitalize", "title", "trim", "default", "length", "first", "last", "join")
TESTS = ("defined", "undefined", "none")
_LOOP = ("index", "index0", "first", "last", "length")
ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem),
    *(nodes.For, nodes.If, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.Keyword),
    *(nodes.And, nodes.Or, nodes.Not),
)
#: What XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class Unfillable(Exception):
    """A template that cannot be filled; ``reasons`` say why and what to do."""

    def __init__(self, *reasons: Message) -> None:
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = reasons


class _Counted(Template):
    """A template whose output is counted while it is made."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        pieces: list[str] = []
        left = MAX_OUTPUT
        for piece in self.generate(*args, **kwargs):
            left -= len(piece)
            if left < 0:
                raise Unfillable(
                    message(N_("Tệp làm ra quá lớn. Hãy bỏ bớt hình, khung hoặc phần lặp lại trong tệp mẫu."))
                )
            pieces.append(piece)
        return "".join(pieces)


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates that see plain data and nothing else. ``seen``: the syntax trees of everything it has read."""

    template_class = _Counted

    def __init__(self) -> None:
        super().__init__(autoescape=True)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.seen: list[nodes.Template] = []

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
        except TemplateSyntaxError as wrong:
            raise Unfillable(_misspelt(source, wrong)) from None
        refusal = refused(tree)
        if refusal:
            raise Unfillable(refusal)
        self.seen.append(tree)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``a.b`` is a part of our data, never an attribute of Python's."""
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.getattr(obj, str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        return False


def refused(tree: nodes.Template) -> Message | None:
    """Why a template says more than it may; None when it does not."""
    loops = 0
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            return message(
                N_("Tệp mẫu dùng lệnh không được phép (%(what)s). Chỉ dùng trường dữ liệu, {%% if %%} và {%% for %%}."),
                what=_WORDS.get(type(node), type(node).__name__),
            )
        if isinstance(node, nodes.For):
            loops += 1
            if node.recursive or any(True for part in [*node.body, *node.else_] for _ in _loops(part)):
                return message(N_("Tệp mẫu có vòng lặp {%% for %%} nằm trong vòng lặp khác. Hãy tách thành hai bảng."))
        if isinstance(node, nodes.Filter) and not all(isinstance(part, nodes.Const) for part in node.args):
            return message(
                N_("Tệp mẫu dùng bộ lọc “%(name)s” sai cách. Hãy dùng lại như tệp mẫu có sẵn."), name=node.name
            )
        if isinstance(node, nodes.Const) and len(str(node.value)) > MAX_TEXT:
            return message(
                N_("Trong ngoặc {{ }} có chữ dài quá %(count)s ký tự. Hãy viết chữ đó ra ngoài ngoặc."), count=MAX_TEXT
            )
    if loops > MAX_LOOPS:
        return message(N_("Tệp mẫu có quá %(count)s vòng lặp {%% for %%}. Hãy bớt đi."), count=MAX_LOOPS)
    return None


_WORDS = {
    nodes.Call: "gọi hàm",
    nodes.Assign: "{% set %}",
    nodes.AssignBlock: "{% set %}",
    nodes.Macro: "{% macro %}",
    nodes.CallBlock: "{% call %}",
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
    nodes.FilterBlock: "{% filter %}",
    nodes.With: "{% with %}",
}


def _loops(node: nodes.Node) -> Iterable[nodes.Node]:
    if isinstance(node, nodes.For):
        yield node
    yield from node.find_all(nodes.For)


def _misspelt(source: str, wrong: TemplateSyntaxError) -> Message:
    """Where a tag is not written as it must be, in the words that stand around it."""
    lines = source.splitlines()
    near = re.sub(r"<[^>]+>", " ", lines[wrong.lineno - 1]) if 0 < wrong.lineno <= len(lines) else ""
    near = " ".join(near.split())
    if not near:
        return message(
            N_("Có chỗ điền viết sai. Hãy kiểm tra dấu ngoặc {{ }} và các cặp {%% for %%} … {%% endfor %%}.")
        )
    return message(
        N_(
            "Có chỗ điền viết sai gần “%(near)s”. Hãy kiểm tra dấu ngoặc {{ }} và các cặp "
            "{%% for %%} … {%% endfor %%}, {%% if %%} … {%% endif %%}."
        ),
        near=near[:120],
    )


def fill(template: bytes, data: Mapping[str, Any], sandbox: Sandbox | None = None) -> bytes:
    """A Word file made of a template and plain data: texts, numbers, lists and mappings of these.

    Raises Unfillable for a template that says more than it may, or what cannot be read.
    """
    book = DocxTemplate(io.BytesIO(template))
    try:
        book.render(plain(data), sandbox or Sandbox(), autoescape=True)
    except Unfillable:
        raise
    except (TemplateError, TypeError, ValueError, KeyError) as wrong:
        raise Unfillable(
            message(N_("Không điền được tệp mẫu (%(why)s). Hãy làm lại từ tệp mẫu có sẵn."), why=str(wrong)[:120])
        ) from wrong
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(value: Any) -> Any:
    """Data as templates may see it, without characters that a Word file cannot hold. Raises TypeError for anything
    but texts, numbers, None, lists and mappings.

    >>> plain({"ten": "Lan\\x00", "so": 3, "khong": None})
    {'ten': 'Lan', 'so': 3, 'khong': ''}
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return _CONTROL.sub("", str(value))
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    raise TypeError(f"templates do not see {type(value).__name__}")
