"""What the tags of a template ask for: fields that there are, used as what they hold; pure.

A field holds a text, a list of texts, or a list of rows with named columns. What is asked for otherwise would print
nothing, or data as programs write it, and nobody would notice before the letter is sent.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from jinja2 import meta, nodes

from contest.documents.filling import Read
from questions.messages import N_, Message, message

#: Fields by name: of lists of rows the names of their columns, of anything else None.
Known = Mapping[str, Collection[str] | None]


def asks_for_anything(seen: Collection[Read]) -> bool:
    return any(meta.find_undeclared_variables(read.tree) for read in seen)


def misused(seen: Collection[Read], known: Known, example: Mapping[str, Any]) -> list[Message]:
    """Fields that there are not, and fields used as what they are not, each once and with the words around it."""
    found = [
        problem
        for read in seen
        for problem in (
            *_unknown(read, known),
            *_wrong_lists(read, known, example),
            *_wrong_loops(read, known, example),
        )
    ]
    return list({str(problem): problem for problem in found}.values())


def _unknown(read: Read, known: Known) -> Iterator[Message]:
    undeclared = meta.find_undeclared_variables(read.tree)
    for name in read.tree.find_all(nodes.Name):
        if name.name in undeclared and name.name not in known:
            yield _no_field(name.name, known, read.near(name.lineno))
    for part in read.tree.find_all(nodes.Getattr):
        if isinstance(part.node, nodes.Name) and part.node.name in known and part.node.name in undeclared:
            yield _no_field(f"{part.node.name}.{part.attr}", known, read.near(part.lineno))


def _wrong_lists(read: Read, known: Known, example: Mapping[str, Any]) -> Iterator[Message]:
    """Lists that are printed as they are."""
    for output in read.tree.find_all(nodes.Output):
        for name in output.nodes:
            if isinstance(name, nodes.Name) and name.name in known and isinstance(example.get(name.name), list):
                yield message(
                    N_(
                        "Trường “%(name)s” là một danh sách (ở “%(where)s”) nên phải lặp từng dòng bằng "
                        "{%% for dong in %(name)s %%} … {%% endfor %%}. Hãy chép cách viết trong tệp mẫu có sẵn."
                    ),
                    name=name.name,
                    where=read.near(name.lineno),
                )


def _wrong_loops(read: Read, known: Known, example: Mapping[str, Any]) -> Iterator[Message]:
    """Loops over what is no list, and what they ask of a row."""
    for loop in read.tree.find_all(nodes.For):
        source = loop.iter
        while isinstance(source, nodes.Filter) and source.node is not None:
            source = source.node
        if not (isinstance(source, nodes.Name) and source.name in known and isinstance(loop.target, nodes.Name)):
            continue
        if not isinstance(example.get(source.name), list):
            yield message(
                N_("Trường “%(name)s” là một dòng chữ, không phải danh sách. Hãy bỏ vòng lặp, viết {{ %(name)s }}."),
                name=source.name,
            )
            continue
        yield from _wrong_columns(read, loop, loop.target.name, known[source.name])


def _wrong_columns(read: Read, loop: nodes.For, row: str, columns: Collection[str] | None) -> Iterator[Message]:
    there = [row] if columns is None else [f"{row}.{column}" for column in columns]
    for part in loop.find_all(nodes.Getattr):
        if isinstance(part.node, nodes.Name) and part.node.name == row and part.attr not in (columns or ()):
            yield _no_field(f"{row}.{part.attr}", there, read.near(part.lineno))
    for output in loop.find_all(nodes.Output) if columns else ():
        if any(isinstance(name, nodes.Name) and name.name == row for name in output.nodes):
            yield _no_field(row, there, read.near(output.lineno))


def _no_field(name: str, known: Collection[str], where: str) -> Message:
    near = get_close_matches(name, known, 3, 0.5)
    if not near:
        return message(
            N_("Không có trường “{{ %(name)s }}” (ở “%(where)s”). Hãy xem danh sách các trường."),
            name=name,
            where=where,
        )
    return message(
        N_("Không có trường “{{ %(name)s }}” (ở “%(where)s”). Có phải bạn muốn dùng: %(near)s?"),
        name=name,
        where=where,
        near=", ".join(f"{{{{ {one} }}}}" for one in near),
    )
