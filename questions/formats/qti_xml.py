"""XML of QTI files made safe and brought to one vocabulary: the names of QTI 2, without namespaces.

QTI 3.0 says the same as 2.x in other spelling (``qti-choice-interaction``, ``response-identifier``); after
:func:`root_of` both are ``choiceInteraction`` and ``responseIdentifier``. QTI 1.2 has names of its own.
"""

import re
from functools import lru_cache

from lxml import etree

from questions.files import Refused
from questions.messages import N_, message

#: An element of a tree that :func:`root_of` gave.
Element = etree._Element

_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
#: ILIAS and the examples of the specification name the document type of QTI 1.2, some with elements of their own.
#: Nothing is ever loaded from it; one that declares entities is none of these.
_HARMLESS = re.compile(
    rb"<!DOCTYPE\s+questestinterop(?:\s+(?:SYSTEM|PUBLIC\s+(?:\"[^\"<>]*\"|'[^'<>]*')))?"
    rb"\s*(?:\"[^\"<>]*\"|'[^'<>]*')?\s*(?:\[(?:(?!<!ENTITY)[^\]%])*\]\s*)?>"
)
_NAMES = rb"(?:questestinterop|(?:qti-)?assessment-?(?:item|test|section|stimulus)|manifest)"
_ROOTS = re.compile(
    rb"(?:<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>\s*)?(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+|[\w.-]+:)?" + _NAMES + rb"[\s/>]",
    re.IGNORECASE | re.DOTALL,
)


def looks_like_qti(data: bytes) -> bool:
    """Whether a file is XML whose root is one of QTI's, told without parsing it."""
    plain = data[:20_000].replace(b"\x00", b"") if b"\x00" in data[:200] else data[:20_000]
    plain = plain.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    start = _PROLOG.match(plain)
    return bool(_ROOTS.match(plain, start.end() if start else 0))


def root_of(data: bytes) -> Element:
    """The root of an XML file in the vocabulary of QTI 2; Refused for broken files and for document types."""
    data = _without_harmless(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(_broken(error)) from error
    if root is None:
        raise Refused(_broken(None))
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(_declared())
    _normalise(root)
    return root


def _without_harmless(data: bytes) -> bytes:
    """The file without the one document type that is known; Refused for any other, before a parser sees it."""
    start = _PROLOG.match(data)
    at = start.end() if start else 0
    harmless = _HARMLESS.match(data, at)
    if harmless:
        return data[:at] + data[harmless.end() :]
    plain = data.replace(b"\x00", b"") if b"\x00" in data[:200] else data[at : at + 20]
    if b"<!DOCTYPE" in plain:
        raise Refused(_declared())
    return data


def _declared():
    return message(
        N_("Tệp XML có khai báo DOCTYPE nên không được mở vì không an toàn. Hãy xoá khai báo đó rồi nhập lại.")
    )


def _broken(error: Exception | None):
    line = getattr(error, "lineno", None)
    if line:
        return message(N_("Tệp XML hỏng ở dòng %(line)s. Hãy xuất lại từ phần mềm đã tạo ra nó."), line=line)
    return message(N_("Tệp XML hỏng. Hãy xuất lại từ phần mềm đã tạo ra nó."))


def _normalise(root: Element) -> None:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name, ours = _tag(element.tag)
        element.tag = name
        attributes = element.attrib
        if any("}" in key or (ours and "-" in key) for key in attributes):
            for key, value in list(attributes.items()):
                new = _attribute(key)
                if new != key:
                    del attributes[key]
                    attributes[new] = value
        if name == "object" and (element.get("type") or "").startswith("image"):
            element.tag = "img"
            element.set("src", element.get("data") or "")
            element.set("alt", element.get("alt") or "".join(element.itertext()).strip())


@lru_cache(maxsize=2000)
def _tag(tag: str) -> tuple[str, bool]:
    """The name in the vocabulary of QTI 2, and whether it is one of QTI 3's own."""
    local = tag.rpartition("}")[2]
    if not local.startswith("qti-"):
        return local, "}" in tag
    return _camel(local[4:]), True


@lru_cache(maxsize=2000)
def _attribute(key: str) -> str:
    local = key.rpartition("}")[2]
    return local if local.startswith(("data-", "aria-")) else _camel(local)


def _camel(name: str) -> str:
    """
    >>> _camel("choice-interaction"), _camel("response-else-if"), _camel("value")
    ('choiceInteraction', 'responseElseIf', 'value')
    """
    first, *rest = name.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def is_true(element: Element, name: str) -> bool:
    """Whether an attribute says yes, in the spelling of any version."""
    return (element.get(name) or "").strip().lower() in {"true", "yes", "1"}


def words(element: Element | None) -> str:
    """All text in an element, blanks squeezed."""
    return "" if element is None else " ".join("".join(element.itertext()).split())
