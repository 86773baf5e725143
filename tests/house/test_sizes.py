"""Files and functions stay small in the tail: p90 of 30 lines a function and 300 a file, and no great handler."""

import ast

from support.source import ROOT, modules, nodes


def p90(sizes: list[int]) -> int:
    return sorted(sizes)[int(len(sizes) * 0.9)]


def functions() -> dict[str, int]:
    """Lines of every function without its docstring's."""
    found = {}
    for path, node in nodes((ast.FunctionDef, ast.AsyncFunctionDef)):
        first = node.body[0]
        has_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        docstring = first.end_lineno - first.lineno + 1 if has_doc else 0
        found[f"{path}:{node.name}"] = node.end_lineno - node.lineno + 1 - docstring
    return found


def test_functions_are_short():
    sizes = functions()
    assert len(sizes) > 500
    assert p90(list(sizes.values())) <= 30
    assert {name: lines for name, lines in sizes.items() if lines > 75} == {}


def test_files_are_short():
    sizes = {path: len((ROOT / path).read_text().splitlines()) for path in modules()}
    assert p90(list(sizes.values())) <= 300
    assert {path: lines for path, lines in sizes.items() if lines > 500} == {}
