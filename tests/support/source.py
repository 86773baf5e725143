"""The project's own source, parsed, for tests that hold the house's rules."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("contest", "questions")


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product by its path below the root."""
    paths = [ROOT / "wsgi.py", ROOT / "gunicorn.conf.py"]
    for folder in CODE:
        paths += sorted((ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(), path.name) for path in paths}


def nodes(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a kind with the path of its module."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield path, node


def dotted(node: ast.AST) -> str:
    """``datetime.now`` for the callee of such a call; "" for anything that is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else f"?.{node.attr}"
    return ""


def calls() -> Iterator[tuple[str, str]]:
    """Path and dotted callee of every call."""
    for path, node in nodes(ast.Call):
        yield path, dotted(node.func)


def imports(path: str) -> set[str]:
    """Full names of what a module imports: ``contest.clock``, ``contest.clock.now``."""
    found: set[str] = set()
    for node in ast.walk(modules()[path]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found
