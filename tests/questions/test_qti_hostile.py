"""QTI files that are broken or mean harm are refused in plain words and never make the reader raise."""

import io
import logging
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.formats import detect, qti, read, write
from questions.formats.common import unreadable
from questions.rules import Choice, Draft, Kind, ReadResult

FILES = Path(__file__).parent / "files" / "qti"
DRAFTS = (
    Draft("Thủ đô?", (Choice("Huế"), Choice("Hà Nội", True))),
    Draft("Xếp", (Choice("a"), Choice("b"), Choice("c")), kind=Kind.ORDER),
)
PACKAGES = {version: qti.write(DRAFTS, version=version) for version in ("1.2", "2.1", "2.2", "3.0")}


def said(data: bytes, format: str = "auto") -> str:
    result = read(data, format)
    assert result.questions == () and result.pictures == {}
    return str(result.faults[0].message)


def packed(members: dict[str, bytes], **more: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


ENTITY = b'<!DOCTYPE assessmentItem [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE questestinterop [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("declared", [ENTITY, LAUGHS, b'<!DOCTYPE assessmentItem SYSTEM "http://example.org/x.dtd">'])
@pytest.mark.parametrize("name", ["2.1/choice.xml", "1.2/ilias.xml"])
def test_document_types_are_refused_before_anything_is_read(name, declared):
    head, _, rest = (FILES / name).read_bytes().partition(b"?>")
    rest = rest.replace(b'<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2p1.dtd">', b"")
    data = head + b"?>" + b"<!-- x -->\n" + declared + rest
    assert said(data, "qti").startswith("Tệp XML có khai báo DOCTYPE nên không được mở")


def test_a_document_type_in_another_encoding_is_refused():
    text = "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE a [<!ENTITY x 'y'>]><assessmentItem>&x;</assessmentItem>"
    assert said(text.encode("utf-16"), "qti").startswith("Tệp XML có khai báo DOCTYPE")
    hidden = b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE a [+ADwAIQ-ENTITY x 'y'>]><questestinterop/>"
    assert said(hidden, "qti")


@pytest.mark.parametrize("version", ["1.2", "2.1", "3.0"])
def test_document_types_in_a_package_are_refused(version):
    changed = {
        name: content.replace(b"?>\n", b'?>\n<!DOCTYPE x [<!ENTITY y "z">]>', 1) if name.endswith(".xml") else content
        for name, content in members(PACKAGES[version]).items()
    }
    assert said(packed(changed)).startswith("Tệp XML có khai báo DOCTYPE")
    only_items = changed | {"imsmanifest.xml": members(PACKAGES[version])["imsmanifest.xml"]}
    result = read(packed(only_items))
    assert result.questions == ()
    assert all(str(fault.message).startswith("Tệp XML có khai báo DOCTYPE") for fault in result.faults)


@pytest.mark.parametrize("name", ["../../x.xml", "/etc/x.xml", "a/../../x", "C:/x", "\\\\server\\x"])
def test_paths_that_lead_out_of_the_archive(name):
    assert said(packed(members(PACKAGES["2.1"]) | {name: b"x"})).startswith("Tệp nén có cấu trúc lạ")


def test_a_reference_that_leads_out_of_the_package_finds_nothing():
    item = members(PACKAGES["2.1"])
    item["imsmanifest.xml"] = item["imsmanifest.xml"].replace(b"items/cau-00001.xml", b"../../../etc/passwd")
    item["de.xml"] = item["de.xml"].replace(b"items/cau-00001.xml", b"../../../etc/passwd")
    result = read(packed(item))
    assert str(result.faults[0].message).startswith("Thiếu tệp “etc/passwd” trong gói.")


def test_links_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members(PACKAGES["2.1"]).items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("items/link.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert said(out.getvalue()).startswith("Tệp nén có cấu trúc lạ")


def test_bombs_and_huge_pictures_are_refused_unread():
    bomb = packed(members(PACKAGES["2.1"]) | {"images/big.png": b"\0" * 80_000_000})
    assert len(bomb) < 200_000
    assert said(bomb).startswith("Tệp mở ra quá lớn")
    tight = packed(members(PACKAGES["2.1"]) | {"images/big.png": b"\0" * 5_000_000})
    assert said(tight).startswith("Tệp mở ra quá lớn")


def test_a_package_in_a_package_says_what_to_do():
    assert said(packed({"goi.zip": PACKAGES["2.1"]}), "qti").startswith("Trong tệp nén lại có tệp nén.")
    assert said(packed({"anh.txt": b"x"}), "qti").startswith("Đây không phải là tệp QTI")


@pytest.mark.parametrize("version", PACKAGES)
def test_a_package_cut_off_or_locked(version):
    data = PACKAGES[version]
    assert said(data[: len(data) // 2], "qti").startswith("Tệp hỏng")
    locked = bytearray(data)
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    assert said(bytes(locked), "qti").startswith("Tệp có mật khẩu.")


def test_deep_and_endless_rules_end():
    deep = b"<assessmentItem>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</assessmentItem>"
    assert said(deep, "qti").startswith("Tệp XML hỏng")
    section = b'<assessmentSection title="x" identifier="s"><assessmentSectionRef href="s.xml"/></assessmentSection>'
    manifest = (
        b'<manifest><resources><resource type="imsqti_test_xmlv2p1" href="s.xml"/>'
        b'<resource type="imsqti_item_xmlv2p1" href="i.xml"/></resources></manifest>'
    )
    item = (FILES / "2.1" / "choice.xml").read_bytes()
    result = read(packed({"imsmanifest.xml": manifest, "s.xml": section, "i.xml": item}))
    assert [q.code for q in result.questions] == ["choice"]


def test_rules_that_take_too_long_are_not_run_to_the_end():
    item = (FILES / "2.1" / "multiple-partial.xml").read_bytes()
    rule = b'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
    start = item.index(b"<responseProcessing")
    data = item[:start] + b"<responseProcessing>" + rule * 20_000 + b"</responseProcessing></assessmentItem>"
    result = read(data)
    assert [choice.correct for choice in result.questions[0].choices] == [True, False, False, True]
    assert str(result.notes[0].message).startswith("Cách tính điểm riêng của câu này")


def test_a_record_that_makes_no_sense_is_passed_over():
    for record in (
        b'{"mark": 1}',
        b"[1]",
        b'{"difficulty": 77, "tags": [1]}',
        b'{"code": {"a": 1}}',
        b"{",
        b"9" * 9000,
    ):
        data = {
            name: content.replace(b"<resources>", b"<resources>").replace(
                b"</lom:lom>", b"</lom:lom><record>%s</record>" % record
            )
            for name, content in members(PACKAGES["2.1"]).items()
        }
        result = read(packed(data))
        assert [q.stem for q in result.questions] == ["Thủ đô?", "Xếp"]


bytes_of_files = [path.read_bytes() for path in sorted(FILES.rglob("*.xml"))]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_faults(data):
    result = qti.read(data)
    assert isinstance(result, ReadResult) and result.faults


@st.composite
def spoilt(pick):
    """A sound file with a few stretches of it cut out, doubled or swapped."""
    data = pick(st.sampled_from(bytes_of_files))
    for _ in range(pick(st.integers(1, 4))):
        start = pick(st.integers(0, len(data)))
        end = min(len(data), start + pick(st.integers(0, 60)))
        put = pick(
            st.sampled_from([b"", data[start:end] * 2, b'"', b"<p>", b"</p>", b"-1", b"1e999", b"\xff", b"&amp;"])
        )
        data = data[:start] + put + data[end:]
    return data


@settings(max_examples=150, deadline=None)
@given(spoilt())
def test_spoilt_files_never_raise_and_never_fail_unforeseen(data):
    result = qti.read(data)
    assert isinstance(result, ReadResult)
    assert unreadable() not in [fault.message for fault in result.faults]


WORDS = [
    "RESPONSE",
    "SCORE",
    "A",
    "b",
    "0",
    "-1",
    "1e308",
    "nan",
    "inf",
    "x" * 70,
    "",
    "true",
    "identifier",
    "float",
    "pair",
]
TAGS = (
    [
        "match",
        "variable",
        "correct",
        "baseValue",
        "sum",
        "product",
        "divide",
        "index",
        "member",
        "equal",
        "gte",
        "mapResponse",
    ]
    + [
        "and",
        "or",
        "not",
        "isNull",
        "multiple",
        "ordered",
        "containerSize",
        "subtract",
        "max",
        "round",
        "contains",
        "delete",
    ]
    + [
        "setOutcomeValue",
        "responseCondition",
        "responseIf",
        "responseElse",
        "exitResponse",
        "lookupOutcomeValue",
        "any",
    ]
)


def elements(depth: int):
    name = st.sampled_from(TAGS)
    said_ = st.fixed_dictionaries(
        {"identifier": st.sampled_from(WORDS), "baseType": st.sampled_from(WORDS), "n": st.sampled_from(WORDS)}
    )
    inside = st.sampled_from(WORDS) if depth == 0 else st.lists(elements(depth - 1), max_size=3).map("".join)

    def make(parts):
        tag, attributes, content = parts
        text = "".join(f' {key}="{value}"' for key, value in attributes.items())
        return f"<{tag}{text}>{content}</{tag}>"

    return st.tuples(name, said_, inside).map(make)


@settings(max_examples=80, deadline=None)
@given(st.lists(elements(2), max_size=4), st.sampled_from(["single", "multiple", "ordered"]), st.sampled_from(WORDS))
def test_any_rules_give_a_question_or_a_fault(rules, cardinality, base):
    data = (
        '<assessmentItem identifier="x" title="y">'
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        "<correctResponse><value>A</value><value>b</value></correctResponse>"
        f'<mapping defaultValue="{base}"><mapEntry mapKey="A" mappedValue="{base}"/></mapping></responseDeclaration>'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        '<itemBody><choiceInteraction responseIdentifier="RESPONSE"><simpleChoice identifier="A">1</simpleChoice>'
        '<simpleChoice identifier="b">2</simpleChoice></choiceInteraction></itemBody>'
        f"<responseProcessing>{''.join(rules)}</responseProcessing></assessmentItem>"
    )
    with _watched() as records:
        result = qti.read(data.encode())
    assert records == []
    assert len(result.questions) == 1 or result.faults


class _watched(logging.Handler):
    """Warnings of the reader while something is read."""

    def __enter__(self):
        self.found = []
        logging.getLogger("questions").addHandler(self)
        return self.found

    def emit(self, record):
        self.found.append(record.getMessage())

    def __exit__(self, *error):
        logging.getLogger("questions").removeHandler(self)


def test_written_packages_are_told_by_their_content():
    for data in PACKAGES.values():
        assert detect(data, "khong.biet") == "qti"
    assert detect(write(DRAFTS, "qti")) == "qti"
    with pytest.raises(KeyError):
        qti.write(DRAFTS, version="9")
