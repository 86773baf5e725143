"""What a QTI package holds: its manifest, its tests with their sections, and the files of its items in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from questions.files import Content, Refused, manifest_of
from questions.formats import qti_record
from questions.formats.qti_content import inner, joined
from questions.formats.qti_xml import Element, root_of, words
from questions.messages import N_, message
from questions.rules import MAX_TAGS, Difficulty, clean
from questions.text import fold

#: Sections nest a few deep; a file that nests them deeper is not followed.
MAX_LEVELS = 20
_LEVELS = {
    "very easy": Difficulty.EASY,
    "easy": Difficulty.EASY,
    "difficult": Difficulty.HARD,
    "very difficult": Difficulty.HARD,
}
#: Titles that programs give to sections by themselves.
_IDLE = frozenset({"", "-", "section", "phan", "root section", "assessment section", "question pool", "main"})


@dataclass(frozen=True, slots=True)
class Said:
    """What the manifest says about a resource."""

    identifier: str = ""
    tags: tuple[str, ...] = ()
    difficulty: Difficulty = Difficulty.MEDIUM
    source: str = ""
    topic: str = ""
    record: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item's file is, the path of sections it belongs to, and what they show to everybody."""

    path: str
    topic: str = ""
    shared: str = ""
    said: Said = field(default_factory=Said)


class Files:
    """The members of a package by their path; of a bare XML file there are none."""

    def __init__(self, content: Content | None = None, base: str = "") -> None:
        self._content, self._base = content, base

    def read(self, path: str) -> bytes | None:
        """A member by its path as seen from the manifest; None for one that is not there."""
        name = joined(self._base, path) if self._base else path
        return self._content.read(name) if self._content and name in self._content.names else None

    def folded(self, path: str) -> bytes | None:
        """The same, tried as it is written and with its escapes read."""
        found = self.read(path)
        return found if found is not None else self.read(unquote(path))


def opened(data: bytes) -> tuple[Files, list[Place]]:
    """The files of a package and where its items are; Refused for a zip that is not one."""
    content = Content(data)
    manifest = manifest_of(content.names)
    if manifest is None:
        raise Refused(_no_manifest(content.names))
    files = Files(content, manifest.rpartition("/")[0])
    root = root_of(content.read(manifest))
    items, tests = _resources(root)
    places: dict[str, Place] = {}
    for path in tests:
        for place in _test_items(files, path):
            places.setdefault(place.path, place)
    ordered = [Place(p.path, p.topic, p.shared, items.get(p.path, Said())) for p in places.values()]
    ordered += [Place(path, said.topic, said=said) for path, said in items.items() if path not in places]
    if not ordered:
        raise Refused(message(N_("Gói này không có câu hỏi QTI nào. Hãy xuất lại câu hỏi dạng QTI rồi nhập.")))
    return files, ordered


def _no_manifest(names: frozenset[str]):
    if any(name.lower().endswith(".zip") for name in names):
        return message(N_("Trong tệp nén lại có tệp nén. Hãy giải nén ra rồi nhập từng gói QTI bên trong."))
    return message(N_("Đây không phải là tệp QTI (thiếu imsmanifest.xml). Hãy chọn lại tệp hoặc định dạng."))


def _resources(root: Element) -> tuple[dict[str, Said], list[str]]:
    """Files of items with what is said about them, and files of tests."""
    items: dict[str, Said] = {}
    tests: list[str] = []
    for resource in root.iter("resource"):
        kind = (resource.get("type") or "").lower()
        path = _path(resource)
        if not path or "qti" not in kind or "stimulus" in kind or "rptemplate" in kind or "outcomes" in kind:
            continue
        if "test" in kind or kind.startswith("imsqti_assessment_") or "section" in kind:
            tests.append(path)
        elif path not in items:
            items[path] = said_of(resource)
    return items, tests


def _path(resource: Element) -> str:
    """The file of a resource; Blackboard names it in an attribute of its own, text2qti in its first file only."""
    first = resource.find("file")
    href = resource.get("href") or resource.get("file") or ("" if first is None else first.get("href") or "")
    return joined("", href.partition("?")[0].partition("#")[0]) if href else ""


def said_of(resource: Element) -> Said:
    """The metadata of a resource: keywords, difficulty, what it is based on, and our own record."""
    place = resource.find("metadata")
    identifier = resource.get("identifier") or ""
    if place is None:
        return Said(identifier)
    record = None
    for one in place.iterfind("record"):
        record = qti_record.loads("".join(one.itertext()))
    tags = dict.fromkeys(tag for one in place.iter("keyword") if (tag := _string(one)))
    level = next((words(one.find("value")).lower() for one in place.iter("difficulty")), "")
    source = next((_string(one.find("resource")) for one in place.iter("relation") if _is_source(one)), "")
    topic = next((" / ".join(filter(None, map(_string, one.iter("taxon")))) for one in place.iter("taxonPath")), "")
    return Said(identifier, tuple(tags)[:MAX_TAGS], _LEVELS.get(level, Difficulty.MEDIUM), source, topic, record)


def _is_source(relation: Element) -> bool:
    return words(relation.find("kind/value")).lower() in ("isbasedon", "is based on", "references")


def _string(element: Element | None) -> str:
    """The text of a LOM value: its first string, or what stands in it."""
    if element is None:
        return ""
    first = next(element.iter("string", "langstring"), None)
    return clean("".join((element if first is None else first).itertext()))


def _test_items(files: Files, path: str) -> Iterator[Place]:
    """The items of a test in order, with the titles of their sections; a test that cannot be read has none."""
    data = files.folded(path)
    if data is None:
        return
    root = root_of(data)
    folder = path.rpartition("/")[0]
    sections = [root] if root.tag == "assessmentSection" else root.iterfind("testPart/assessmentSection")
    for section in sections:
        yield from _section(files, section, folder, (), "", 0)


def _section(
    files: Files, section: Element, folder: str, titles: tuple[str, ...], shared: str, level: int
) -> Iterator[Place]:
    if level > MAX_LEVELS:
        return
    titles = with_title(titles, section.get("title"))
    for block in section.iterfind("rubricBlock"):
        if "candidate" in (block.get("view") or "candidate").split():
            shared += inner(block)
    for part in section:
        if part.tag == "assessmentItemRef" and part.get("href"):
            yield Place(joined(folder, part.get("href") or ""), " / ".join(titles), shared)
        elif part.tag == "assessmentSection":
            yield from _section(files, part, folder, titles, shared, level + 1)
        elif part.tag == "assessmentSectionRef":
            path = joined(folder, part.get("href") or "")
            data = files.folded(path)
            if data is not None:
                yield from _section(files, root_of(data), path.rpartition("/")[0], titles, shared, level + 1)


def with_title(titles: tuple[str, ...], title: str | None) -> tuple[str, ...]:
    """The path of topics with a section's title, unless programs gave it by themselves.

    >>> with_title(("Luật",), " Chương 1 "), with_title((), "Section 1")
    (('Luật', 'Chương 1'), ())
    """
    name = " ".join(clean(title or "").split())
    if fold(name).rstrip(" 0123456789.:").replace("_", " ") in _IDLE:
        return titles
    return (*titles, name)
