"""Filling Word templates: docxtpl in a sandbox that knows nothing but plain data.

A template may have been written by anybody who organizes. So what its tags may say is a short list (:data:`ALLOWED`):
fields, their parts, conditions and loops that do not stand in one another; no calls, no arithmetic, no files. Loops
run over our data only and never within another, so that time and size are bounded by the data times the template,
and what comes out is counted while it is made.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.exceptions import PythonDocxError
from docxtpl import DocxTemplate
from jinja2 import Template, TemplateAssertionError, TemplateError, TemplateSyntaxError, nodes, pass_eval_context
from jinja2.filters import sync_do_join
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from questions.messages import N_, Message, message

#: Characters that a filled part may have.
MAX_OUTPUT = 40_000_000
#: Loops of a template, characters of a text written inside of a tag, and how deep tags and their parts are nested.
MAX_LOOPS, MAX_TEXT, MAX_DEPTH = 60, 200, 40
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

#: What python-docx, docxtpl and lxml raise for a file whose parts are not what they should be.
UNREADABLE = (
    *(PythonDocxError, etree.LxmlError, zipfile.BadZipFile, OSError),
    *(KeyError, IndexError, AttributeError, TypeError, ValueError),
)
BROKEN = message(N_("Tệp Word này bị hỏng, không đọc được. Hãy mở bằng Word, lưu lại rồi tải lên lần nữa."))

WRONG_USE = message(
    N_(
        "Không điền được tệp mẫu: có chỗ so sánh hoặc lọc một trường không như nó có. Hãy chép cách viết trong tệp mẫu "
        "có sẵn."
    )
)
TANGLED = message(N_("Tệp mẫu có chỗ điền viết lồng nhau quá nhiều. Hãy viết gọn lại như trong tệp mẫu có sẵn."))


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


@dataclass(frozen=True, slots=True)
class Read:
    """A part of a template that was read: its syntax tree, and its XML, in which a line begins with each paragraph."""

    tree: nodes.Template
    source: str

    def near(self, line: int) -> str:
        return _words(self.source, line)


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates that see plain data and nothing else. ``seen``: everything it has read."""

    template_class = _Counted

    def __init__(self) -> None:
        super().__init__(autoescape=True)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS} | {"join": _joined}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.seen: list[Read] = []

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
        except TemplateSyntaxError as wrong:
            raise Unfillable(_misspelt(source, wrong)) from None
        except RecursionError:
            raise Unfillable(TANGLED) from None
        if _is_deep(tree):
            raise Unfillable(TANGLED)
        read = Read(tree, source)
        refusal = refused(read)
        if refusal:
            raise Unfillable(refusal)
        self.seen.append(read)
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


@pass_eval_context
def _joined(context: Any, value: Any, d: str = "", attribute: str | None = None) -> Any:
    """The filter ``join`` for lists alone: a text joined letter by letter grows with each time it is."""
    return sync_do_join(context, value, d, attribute) if isinstance(value, list) else value


def _is_deep(tree: nodes.Template) -> bool:
    """Whether tags, or parts of one, stand in one another deeper than a template needs and Python can follow."""
    layer: list[nodes.Node] = [tree]
    for _depth in range(MAX_DEPTH):
        layer = [part for node in layer for part in node.iter_child_nodes()]
    return bool(layer)


def refused(read: Read) -> Message | None:
    """Why a part of a template says more than it may, and where; None when it does not."""
    loops = 0
    for node in read.tree.find_all(nodes.Node):
        reason = _refused_node(node, read)
        if reason:
            return reason
        loops += isinstance(node, nodes.For)
    if loops > MAX_LOOPS:
        return message(N_("Tệp mẫu có quá %(count)s vòng lặp {%% for %%}. Hãy bớt đi."), count=MAX_LOOPS)
    return None


def _refused_node(node: nodes.Node, read: Read) -> Message | None:
    if not isinstance(node, ALLOWED):
        return message(
            N_(
                "Tệp mẫu dùng lệnh không được phép (%(what)s, ở “%(where)s”). Chỉ dùng trường dữ liệu, {%% if %%} và "
                "{%% for %%}."
            ),
            what=_WORDS.get(type(node), type(node).__name__),
            where=read.near(node.lineno),
        )
    if isinstance(node, nodes.For) and _has_loops(node):
        return message(
            N_("Tệp mẫu có vòng lặp {%% for %%} nằm trong vòng lặp khác (ở “%(where)s”). Hãy tách thành hai bảng."),
            where=read.near(node.lineno),
        )
    if isinstance(node, nodes.Filter) and not _is_fixed(node):
        return message(N_("Tệp mẫu dùng bộ lọc “%(name)s” sai cách. Hãy dùng lại như tệp mẫu có sẵn."), name=node.name)
    if isinstance(node, nodes.Const) and len(str(node.value)) > MAX_TEXT:
        return message(
            N_("Trong ngoặc {{ }} có chữ dài quá %(count)s ký tự. Hãy viết chữ đó ra ngoài ngoặc."), count=MAX_TEXT
        )
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
    **dict.fromkeys((nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow), "phép tính"),
    **dict.fromkeys((nodes.Neg, nodes.Pos, nodes.Concat), "phép tính"),
    **dict.fromkeys((nodes.List, nodes.Tuple, nodes.Dict), "danh sách viết sẵn"),
}


def _is_fixed(filter_: nodes.Filter) -> bool:
    """Whether a filter is told nothing but what the template itself writes."""
    told = [*filter_.args, *(named.value for named in filter_.kwargs), filter_.dyn_args, filter_.dyn_kwargs]
    return all(part is None or isinstance(part, nodes.Const) for part in told)


def _has_loops(loop: nodes.For) -> bool:
    """Whether a loop runs within itself, or has another one inside."""
    parts = [*loop.body, *loop.else_]
    return loop.recursive or any(isinstance(part, nodes.For) or part.find(nodes.For) for part in parts)


def _misspelt(source: str, wrong: TemplateSyntaxError) -> Message:
    """Where a tag is not written as it must be, in the words that stand around it."""
    near = _words(source, wrong.lineno)
    if not near:
        return message(
            N_("Có chỗ điền viết sai. Hãy kiểm tra dấu ngoặc {{ }} và các cặp {%% for %%} … {%% endfor %%}.")
        )
    return message(
        N_(
            "Có chỗ điền viết sai gần “%(near)s”. Hãy kiểm tra dấu ngoặc {{ }} và các cặp "
            "{%% for %%} … {%% endfor %%}, {%% if %%} … {%% endif %%}."
        ),
        near=near,
    )


def _words(source: str, line: int) -> str:
    """What people read in a line of a part, so that they find it; shortened."""
    lines = source.splitlines()
    text = re.sub(r"<[^>]+>", " ", lines[line - 1]) if 0 < line <= len(lines) else ""
    return " ".join(text.split())[:120]


def fill(template: bytes, data: Mapping[str, Any], sandbox: Sandbox | None = None) -> bytes:
    """A Word file made of a template and plain data: texts, numbers, lists and mappings of these.

    Raises Unfillable for a template that says more than it may, or what cannot be read.
    """
    values, out = plain(data), io.BytesIO()
    try:
        book = DocxTemplate(io.BytesIO(template))
        book.render(values, sandbox or Sandbox(), autoescape=True)
        book.save(out)
    except TemplateAssertionError as wrong:
        raise Unfillable(
            message(
                N_("Tệp mẫu dùng bộ lọc hoặc phép thử không có. Chỉ dùng: %(names)s."), names=", ".join(FILTERS + TESTS)
            )
        ) from wrong
    except TemplateError as wrong:
        raise Unfillable(WRONG_USE) from wrong
    except UNREADABLE as wrong:
        raise Unfillable(BROKEN) from wrong
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
