"""What the source of a question cites: documents and the places in them; pure.

Sources are typed by people: "khoản 2 Điều 5 Luật Công đoàn năm 2024; Nghị định số 191/2013/NĐ-CP, Điều 4 và Điều 6".
A document is known by its number, the way laws, decrees and papers of offices and of the Party are numbered
("50/2024/QH15", "191/2013/NĐ-CP", "457/KH-LĐLĐ", "43-NQ/TW"), else by its name and year; what has neither is cited
under its own words, so that books, newspapers and web sites are listed too. Numbers that start anew each year are
kept apart by the year of their date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from questions.text import fold

MAX_KEY = 200
MAX_TITLE = 500
MAX_PLACE = 200
#: Citations of one source beyond these are left aside.
MAX_CITED = 40
#: A range of articles wider than this is taken for its two ends.
MAX_RANGE = 30

_UPPER = "A-ZĐÀ-Ỹ"
_NUMBER = (
    rf"(?:\d{{1,5}}[a-z]?(?:\s?/\s?\d{{4}})?\s?[/-]\s?[{_UPPER}][\wĐđ]*(?:\s?[-/]\s?[{_UPPER}][\wĐđ]*)*"
    r"|\d{1,5}/\d{4}/[a-zđ]\w*(?:-[a-zđ]\w*)*)"
)
_KINDS = (
    "Bộ luật|Luật|Pháp lệnh|Hiến pháp|Điều lệ|Nghị định|Nghị quyết liên tịch|Nghị quyết|Quyết định|"
    "Thông tư liên tịch|Thông tư|Chỉ thị|Kế hoạch liên tịch|Kế hoạch|Công văn|Công điện|Hướng dẫn|Báo cáo|Chương trình|"
    "Kết luận|Quy định|Quy chế|Thông báo|Thông tri|Đề án|Sắc lệnh|Sắc luật|Lệnh|Tờ trình|Văn bản hợp nhất|Văn bản"
)
_NAMED = r"Bộ luật|Luật|Pháp lệnh|Hiến pháp|Điều lệ"
#: Words with which the name of a law has ended.
_END = (
    r"(?:số:?\s*\d\w*|năm|ngày|quy định|hiện hành|có hiệu lực|được|tại|theo|hợp nhất|và (?:Luật|Bộ luật|Nghị))\b"
    r"|(?:Điều|Khoản|Mục|Chương|Phần|Trang|Tr\.|điều|khoản|mục|chương|phần|trang|tr\.)\s*(?:\d|[IVX]+\b|[“\"])"
    r"|(?:điểm|Điểm) [a-zđ]\b"
)
_WORDS = rf"(?:\s+(?!{_END})[\w–-]+|,\s+(?!{_END})(?=[a-zđà-ỹ])(?!bài|tin|khóa|khoá)[\w–-]+)"
_DATE = r"(?:\s*,?\s*ngày\s+(?P<date>\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?P<dated>\d{4})))?"

NUMBERED = re.compile(
    rf"(?:(?P<kind>{_KINDS})(?P<name>{_WORDS}{{0,24}}?)\s+)?(?:số:?\s*)?(?<![\w/])(?P<number>{_NUMBER}){_DATE}"
)
NAMED = re.compile(
    rf"(?<!háp )(?<!ỷ )(?P<kind>{_NAMED}|luật(?=\s[{_UPPER}]))(?P<name>{_WORDS}{{0,16}})"
    r"(?:\s*\((?P<aside>kh(?:óa|oá)\s+[IVXL\d]+|sửa đổi[^()]{0,30})\))?(?:,?\s*(?P<term>kh(?:óa|oá)\s+[IVXL\d]+))?"
    r"(?:,?\s*năm)?(?:\s*(?P<year>(?:19|20)\d\d)\b)?"
)
_SHORT = {
    "BLLĐ": "Bộ luật Lao động",
    "BLDS": "Bộ luật Dân sự",
    "BLHS": "Bộ luật Hình sự",
    "BLTTDS": "Bộ luật Tố tụng dân sự",
    "BLTTHS": "Bộ luật Tố tụng hình sự",
}
_STATE = re.compile(r"\s*(?:nước )?cộng h(?:òa|oà) xã hội chủ nghĩa việt nam", re.IGNORECASE)
#: The title of an article in a newspaper names laws that it does not cite.
_QUOTED = re.compile(r"\b(?:bài|tin|viết|đề|trang|mục|phần)\s+[“\"][^”\"]*[”\"]", re.IGNORECASE)

_MANY = r"(?:\s*(?:,|và|hoặc|đến|-|–)\s*(?:{word}\s*)?{value})*"


def _atom(word: str, value: str) -> str:
    return rf"{word}\s*{value}" + _MANY.format(word=word, value=value)


_ARTICLE = _atom("[Đđ]iều", r"\d{1,3}[a-zđ]?\b(?!/)")
_CLAUSE = _atom("[Kk]hoản", r"\d{1,2}[a-zđ]?\b(?!/)")
_POINT = _atom("[Đđ]iểm", r"[a-zđ]\b")
_UPWARDS = rf"(?:(?P<point1>{_POINT})[\s,]*)?(?P<clause1>{_CLAUSE})[\s,]*(?P<article1>[Đđ]iều\s*\d{{1,3}}[a-zđ]?\b)"
_DOWNWARDS = (
    rf"(?P<article2>{_ARTICLE})(?:[\s,]*(?P<clause2>{_CLAUSE})(?![\s,]*[Đđ]iều)"
    rf"(?:[\s,]*(?P<point2>{_POINT})(?!\s*[Kk]hoản))?)?"
)
_OTHER = (
    r"(?P<other>(?<!\w)(?:(?:tiểu mục|mục|chương|phần|phụ lục|trang|tr\.|tập|câu)\s*(?:\d|[IVXL]+\b)[^,;()“”]{0,60}"
    r"|(?:mục|phần)\s*[“\"][^”\"]+[”\"]|(?:phần|nội dung)\s[^,;()“”]{1,60}))"
)
PLACE = re.compile(f"{_UPWARDS}|{_DOWNWARDS}|{_OTHER}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cited:
    """One place that a source cites: the document under its normal form, its title, and where in it ("" as a whole)."""

    key: str
    title: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    key: str
    title: str


def cited(source: str) -> tuple[Cited, ...]:
    """The places a source cites, in its order, each once.

    >>> [(c.title, c.place) for c in cited("khoản 2 Điều 5 Luật Công đoàn năm 2024; Nghị định số 191/2013/NĐ-CP")]
    [('Luật Công đoàn năm 2024', 'Điều 5 khoản 2'), ('Nghị định số 191/2013/NĐ-CP', '')]
    """
    found: dict[tuple[str, str], Cited] = {}
    last: tuple[str, str] | None = None
    for part in re.split(r"[;\n]", source):
        text = re.sub(r"\s+", " ", part).strip(" .,")
        for key, title, place in _of_part(text, last):
            item = Cited(key[:MAX_KEY], title[:MAX_TITLE], place[:MAX_PLACE])
            found.setdefault((item.key, item.place), item)
            last = key, title
    # A document cited with a place is not cited as a whole as well.
    placed = {key for key, place in found if place}
    return tuple(item for item in found.values() if item.place or item.key not in placed)[:MAX_CITED]


def name_and_year(title: str) -> tuple[str, str] | None:
    """Under what two titles may mean the same law: its name, folded, and its year; None where either is missing.

    >>> name_and_year("Luật Công đoàn số 50/2024/QH15") == name_and_year("Luật Công đoàn năm 2024")
    True
    """
    numbered = NUMBERED.search(title)
    if numbered:
        year = re.search(r"/(\d{4})/", re.sub(r"\s", "", numbered["number"]))
        name = fold(f"{numbered['kind'] or ''}{numbered['name'] or ''}")
        return (name, year[1]) if year and numbered["name"] else None
    named = NAMED.search(title)
    if named and named["year"]:
        return fold(_short_name(named["kind"], named["name"])), named["year"]
    return None


def place_key(place: str) -> tuple[tuple[int, str], ...]:
    """Sorts places as a document has them: Điều 2 before Điều 10.

    >>> sorted(["Điều 10", "Điều 2 khoản 1", "Điều 2"], key=place_key)
    ['Điều 2', 'Điều 2 khoản 1', 'Điều 10']
    """
    parts = re.findall(r"\d+|[^\W\d]+", fold(place))
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in parts)


def _of_part(text: str, last: tuple[str, str] | None) -> Iterator[tuple[str, str, str]]:
    """(key, title, place) of one part of a source; ``last`` is the document that the part before it cited."""
    if not text:
        return
    for short, name in _SHORT.items():
        text = re.sub(rf"\b{short}\b", name, text)
    hidden = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    mentions = _mentions(hidden)
    if not mentions:
        yield from _of_words(text, last)
        return
    taken: set[int] = set()
    for match in PLACE.finditer(text):
        at = _whose(match, mentions, text)
        cut = min((m.start for m in mentions if m.start > match.start()), default=len(text))
        inside = any(m.start <= match.start() < m.end for m in mentions)
        if not inside:
            taken.add(at)
            for place in _places(match, cut):
                yield mentions[at].key, mentions[at].title, place
    for at, mention in enumerate(mentions):
        if at not in taken:
            yield mention.key, mention.title, ""


def _mentions(text: str) -> list[_Mention]:
    found = [_numbered(match) for match in NUMBERED.finditer(text)]
    for match in NAMED.finditer(text):
        free = all(match.end() <= known.start or match.start() >= known.end for known in found)
        if free and (match["name"].strip() or match["year"]):
            found.append(_named(match))
    return sorted(found, key=lambda mention: mention.start)


def _numbered(match: re.Match[str]) -> _Mention:
    number = re.sub(r"\s", "", match["number"])
    key = number.upper()
    title = " ".join(filter(None, (match["kind"], (match["name"] or "").strip(), "số", number)))
    if not re.search(r"/\d{4}/", number) and match["dated"]:
        key += f"@{match['dated']}"
        title += " ngày " + re.sub(r"\s", "", match["date"])
    return _Mention(match.start(), match.end(), key, title if match["kind"] else number)


def _short_name(kind: str, name: str) -> str:
    return _STATE.sub("", kind[0].upper() + kind[1:] + name).strip(" ,-–")


def _named(match: re.Match[str]) -> _Mention:
    name = _short_name(match["kind"], match["name"])
    term = match["term"] or (match["aside"] if match["aside"] and match["aside"].startswith("kh") else None)
    title = " ".join(filter(None, (name, term, match["year"] and f"năm {match['year']}")))
    key = " ".join(filter(None, (fold(re.sub(r"[^\w\s]", " ", name)), term and fold(term), match["year"])))
    return _Mention(match.start(), match.end(), key, title)


def _whose(match: re.Match[str], mentions: list[_Mention], text: str) -> int:
    """Which document a place belongs to: the one that follows at once ("Điều 5 Luật ..."), else the one before."""
    after = next((at for at, mention in enumerate(mentions) if mention.start >= match.start()), None)
    before = next((at for at in range(len(mentions) - 1, -1, -1) if mentions[at].start <= match.start()), None)
    if before is None or after is None:
        return (after if before is None else before) or 0
    between = text[match.end() : mentions[after].start].strip()
    run = re.sub(PLACE, "", between).strip()
    return after if run in ("", "của", "trong", "và", "và của") and "," not in between else before


def _places(match: re.Match[str], cut: int) -> Iterator[str]:
    """The places that a match names, in one form: from the article down."""
    if match["other"]:
        stop = max(0, cut - match.start())
        words = re.sub(r"\s+(?:của|trong|và|ở|tại)$", "", match["other"][:stop].strip())
        yield words[0].lower() + words[1:]
        return
    articles = _values(match["article1"] or match["article2"], "điều")
    clauses = _values(match["clause1"] or match["clause2"] or "", "khoản")
    points = _values(match["point1"] or match["point2"] or "", "điểm")
    for article in articles[:-1]:
        yield f"Điều {article}"
    top = f"Điều {articles[-1]}"
    if not clauses:
        yield top
        return
    for clause in clauses[:-1]:
        yield f"{top} khoản {clause}"
    lowest = f"{top} khoản {clauses[-1]}"
    if not points:
        yield lowest
    for point in points:
        yield f"{lowest} điểm {point}"


def _values(text: str, word: str) -> list[str]:
    """The numbers or letters of a list, ranges counted out.

    >>> _values("Điều 5, Điều 7 - 9", "điều"), _values("điểm a và c", "điểm")
    (['5', '7', '8', '9'], ['a', 'c'])
    """
    found: list[str] = []
    listed = re.sub(rf"\b{word}\b", " ", text.lower())
    for first, last in re.findall(r"\b(\d{1,3}[a-zđ]?|[a-zđ])\b(?:\s*(?:-|–|đến)\s*(\d{1,3})\b)?", listed):
        found.append(first)
        if last and first.isdigit() and int(first) < int(last) <= int(first) + MAX_RANGE:
            found += map(str, range(int(first) + 1, int(last) + 1))
        elif last:
            found.append(last)
    return found


def _of_words(text: str, last: tuple[str, str] | None) -> Iterator[tuple[str, str, str]]:
    """A part that names no document by number or as a law: more places of the one before, or a title of its own."""
    first = PLACE.search(text)
    if first and first.start() == 0 and last:
        for match in PLACE.finditer(text):
            for place in _places(match, len(text)):
                yield *last, place
        return
    split = re.search(rf",\s*(?={_OTHER.replace('?P<other>', '?:')})", text, re.IGNORECASE)
    title, place = (text[: split.start()], text[split.end() :]) if split else (text, "")
    key = " ".join(re.findall(r"\w+", fold(title)))
    if key:
        yield key, title.strip(" ,."), place.strip(" ,.")
