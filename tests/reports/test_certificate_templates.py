"""Certificates by an organizer's own Word template: everybody's page, one's own, and PDF with LibreOffice and without.

A small program stands in for LibreOffice: what it "makes" holds the text of the Word file it was given.
"""

import io
import zipfile

import pytest
from documents.test_checking import made, repacked
from docx import Document
from docx.oxml.ns import qn
from PIL import Image
from reports import test_certificates as plain
from reports.test_own_pdf import FAILS, STAND_IN
from reports.test_templates import send
from sqlalchemy import func, select

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.documents.checking import structure_problems
from contest.jobs import actions as jobs
from contest.jobs import queries, runner
from contest.jobs.models import Job
from contest.reports import certificate_rules, certificate_sheets, certificate_single_work, certificates, templates
from contest.reports.certificate_rules import Part
from contest.reports.models import Certificate
from contest.reports.rules import SHEETS, DocumentKind
from contest.reports.word import our_template
from contest.rounds.models import Entry

contest, announced = plain.contest, plain.announced
OWN = made("Giấy khen của tỉnh: {{ ho_ten }} - {{ giai }} hạng {{ hang }}, {{ ket_qua }} {{ so }}", "{{ ma_qr }}")
#: As the stand-in, but no more than two pages at once.
TWO_AT_MOST = (
    "#!/bin/sh\n"
    + 'python3 -m zipfile -e van-ban.docx parts; n=$(grep -o "w:sectPr>" parts/word/document.xml'
    + (" | wc -l)\n" + '[ "$n" -le 2 ] || exit 1\n{ echo "%PDF-1.7"; cat parts/word/document.xml; } > van-ban.pdf\n')
)


def desk(contest):
    return plain.BASE.format(contest.slug) + "?dot=1"


@pytest.fixture
def mai(town, client, announced):
    """The province's organizer, signed in; the contest's prizes are announced."""
    person = town.mai
    town.commit()
    client.sign_in(person)
    return person


@pytest.fixture
def own(client, mai, announced):
    """A template of the contest's own for its prize certificates is in force."""
    assert send(client, OWN, kind="prize", place=f"c:{announced.slug}").status_code == 303


def asked(client, address, sent, form=None):
    """What the page of the work says, and the file."""
    work = client.send(address, sent | ({"form": form} if form else {})).headers["Location"]
    with client.application.app_context():
        runner.run_waiting()
    done = client.data(work)
    assert done["state"] == "done", done
    return client.page(work).text_content(), client.get(done["result"]["url"])


def pages(content):
    assert structure_problems(content) == []
    return [p.text for p in Document(io.BytesIO(content)).paragraphs if p.text.strip()]


WORDS = [
    "Giấy khen của tỉnh: Hà Văn Bình - Giải Nhất hạng 1, 9 điểm 01/GCN",
    "Giấy khen của tỉnh: Mùa A Cơ - Giải Nhất hạng 1, 9 điểm 02/GCN",
    "Giấy khen của tỉnh: Vàng Thị Dung - Giải Nhì hạng 3, 5 điểm 03/GCN",
]


def test_everybody_has_a_page_of_the_word_file_with_a_code_of_their_own(client, own, announced, session):
    text = client.page(desk(announced)).text_content()
    assert "tệp mẫu riêng “mau.docx”" in text and "chưa cài LibreOffice" in text
    said, file = asked(client, desk(announced), plain.SENT, "docx")
    assert "Đã tạo 3 giấy chứng nhận." in said
    assert pages(file.data) == WORDS
    book = Document(io.BytesIO(file.data))
    blips = [one.get(qn("r:embed")) for one in book.element.body.iter(qn("a:blip"))]
    pictures = [book.part.related_parts[name].blob for name in blips]
    codes = [row.code for row in session.scalars(select(Certificate).order_by(Certificate.id))]
    address = "http://localhost/chung-nhan/"
    assert [_same(one, address + code) for one, code in zip(pictures, codes, strict=True)] == [True] * 3
    assert "còn hiệu lực" in client.page(f"/chung-nhan/{codes[0]}").text_content()


def _same(content, address):
    expected = certificate_sheets._code(address)
    both = [Image.open(io.BytesIO(one)).convert("1") for one in (content, expected)]
    return both[0].tobytes() == both[1].tobytes() and both[0].size == both[1].size


def test_a_trial_is_the_first_ones_word_page(client, own, announced, session):
    answer = client.send(desk(announced), plain.SENT | {"xem_thu": "1"})
    assert pages(answer.data) == WORDS[:1]
    assert session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_without_libreoffice_the_pdf_has_our_layout_and_the_work_says_so(client, own, announced):
    said, file = asked(client, desk(announced), plain.SENT, "pdf")
    assert b"LiberationSerif" in file.data
    assert "theo mẫu có sẵn vì máy chủ không làm được PDF từ tệp mẫu riêng" in said


def test_with_libreoffice_the_pdf_is_of_the_own_template(client, own, announced, office):
    office(STAND_IN)
    assert "cả Word và PDF" in client.page(desk(announced)).text_content()
    _said, file = asked(client, desk(announced), plain.SENT, "pdf")
    assert "Mùa A Cơ" in file.data.decode() and "Giấy khen của tỉnh" in file.data.decode()


def test_where_libreoffice_fails_the_pdf_has_our_layout(client, own, announced, office):
    office(FAILS)
    said, file = asked(client, desk(announced), plain.SENT, "pdf")
    assert b"LiberationSerif" in file.data and "theo mẫu có sẵn" in said


def test_what_libreoffice_cannot_do_at_once_it_does_in_halves(client, own, announced, office, monkeypatch):
    office(TWO_AT_MOST)
    monkeypatch.setattr(certificate_sheets, "LEAST", 1)
    _said, file = asked(client, desk(announced), plain.SENT, "pdf")
    packed = zipfile.ZipFile(io.BytesIO(file.data))
    assert packed.namelist() == [f"chung-nhan-{announced.slug}-{n:05d}-{n:05d}.pdf" for n in (1, 2, 3)]
    assert "Vàng Thị Dung" in packed.read(packed.namelist()[2]).decode()


def test_many_go_into_several_word_files(client, own, announced, monkeypatch):
    monkeypatch.setattr(certificate_rules, "IN_ONE", 2)
    _said, file = asked(client, desk(announced), plain.SENT, "docx")
    packed = zipfile.ZipFile(io.BytesIO(file.data))
    assert [name[-16:] for name in packed.namelist()] == ["00001-00002.docx", "00003-00003.docx"]
    assert [words for name in packed.namelist() for words in pages(packed.read(name))] == WORDS


def test_without_a_template_of_ones_own_word_files_are_by_ours(client, mai, announced):
    assert "Giấy theo mẫu có sẵn" in client.page(desk(announced)).text_content()
    _said, file = asked(client, desk(announced), plain.SENT, "docx")
    assert structure_problems(file.data) == []
    text = "".join(Document(io.BytesIO(file.data)).element.body.itertext(qn("w:t")))
    assert text.count("GIẤY CHỨNG NHẬN") == 3 and "Vàng Thị Dung" in text
    assert client.send(desk(announced), plain.SENT | {"form": "odt"}).status_code == 404


def test_of_taking_part_no_points_are_told_before_they_are_announced(session, town, contest):
    part = certificates.Wanted(plain.PART.kind, 1)
    held = plain.issue(session, town, contest, part)
    assert {row.printed["result"] for row in held} == {""}
    assert certificate_sheets.sheet_of(held[0], Part("C"), "").data["hang"] == ""


# One at a time


def test_an_organizer_fetches_one_again(client, own, announced, session, town, office):
    code = plain.issue(session, town, announced)[0].code
    town.commit()
    base = plain.BASE.format(announced.slug)
    assert pages(client.get(f"{base}/{code}.docx").data) == WORDS[:1]
    assert client.get(f"{base}/{code}.pdf").data.startswith(b"%PDF-")
    office(STAND_IN)
    assert client.get(f"{base}/{code}.pdf").status_code == 303
    assert client.page(desk(announced)).xpath(f"//form[@action='{base}/{code}/tep']")
    _said, file = asked(client, f"{base}/{code}/tep", {})
    assert "Hà Văn Bình" in file.data.decode()


def test_a_persons_own_follows_the_template_and_is_made_once(client, own, announced, session, town, office):
    row = plain.issue(session, town, announced)[0]
    person, code = session.get_one(Entry, row.entry_id).person, row.code
    town.commit()
    client.sign_in(person)
    here = "/tai-khoan/chung-nhan"
    assert "theo mẫu chung" in client.page(here).text_content()
    assert client.get(f"{here}/{code}.pdf").data.startswith(b"%PDF-")
    office(STAND_IN)
    assert client.get(f"{here}/{code}.pdf").headers["Location"] == here
    assert client.page(here).xpath(f"//form[@action='{here}/{code}/tep']")
    said, file = asked(client, f"{here}/{code}/tep", {})
    assert "Hà Văn Bình" in file.data.decode() and "Đã làm xong tệp giấy chứng nhận." in said
    asked(client, f"{here}/{code}/tep", {})
    assert session.scalar(select(func.count()).where(Job.kind == certificate_single_work.JOB)) == 1
    session.rollback()
    other = town.person("Người Khác")
    town.commit()
    client.sign_in(other)
    assert client.send(f"{here}/{code}/tep").status_code == 404


def test_a_neighbour_gets_nothing(client, own, announced, session, town):
    code = plain.issue(session, town, announced)[0].code
    other = town.union("HX", "LĐLĐ tỉnh khác", level="provincial")
    neighbour = town.person("Phạm Thị Láng")
    grant_role(session, TERMINAL, neighbour, Role.ORGANIZER, other.id, town.now)
    town.commit()
    client.sign_in(neighbour)
    base = plain.BASE.format(announced.slug)
    assert client.get(f"{base}/{code}.docx").status_code == 404
    assert client.send(f"{base}/{code}/tep").status_code == 404
    assert send(client, OWN, kind="prize", place=f"c:{announced.slug}").status_code != 303


def test_members_work_lets_other_work_go_first(session, town, announced):
    row = plain.issue(session, town, announced)[0]
    person = session.get_one(Entry, row.entry_id).person
    first = jobs.queue(session, certificate_single_work.JOB, {"certificate": row.id}, person.id, town.now)
    second = jobs.queue(session, sorted(set(jobs.WORKS) - set(jobs.patient()))[0], {}, town.mai.id, town.now)
    session.flush()
    assert queries.next_job(session, town.now, jobs.patient()) is second
    assert queries.next_job(session, town.now) is first


# What a template must be


@pytest.mark.parametrize("kind", SHEETS)
def test_ours_is_one_and_is_tried_for_somebody_who_does_not_exist(kind):
    assert templates.problems(our_template(kind), kind) == []
    content = templates.tried(our_template(kind), kind)
    assert structure_problems(content) == []
    body = Document(io.BytesIO(content)).element.body
    text = "".join(body.itertext(qn("w:t")))
    assert "Nguyễn Thị Bích Hường" in text and certificate_sheets.LONG["ho_ten"] in text
    assert len(list(body.iter(qn("a:blip")))) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (made("{{ ho_ten }}"), "chưa có mã QR trên mọi giấy"),
        (made("{{ ma_qr }} {{ don_vi }}"), "chưa có chỗ ghi tên trên mọi giấy"),
        (made("{{ ho_ten }}", "{%p if giai %}", "{{ ma_qr }}", "{%p endif %}"), "chưa có mã QR trên mọi giấy"),
        (made("{{ ho_tenn }} {{ ma_qr }}"), "Có phải bạn muốn dùng: {{ ho_ten }}"),
        (made("{% for c in ho_ten %}{{ c }}{% endfor %}{{ ma_qr }}"), "là một dòng chữ, không phải danh sách"),
        (made("{{ ho_ten.upper() }} {{ ma_qr }}"), "lệnh không được phép"),
        (made("{{ giai_thuong }} {{ ho_ten }} {{ ma_qr }}"), "Không có trường"),
        (repacked(OWN, add={"word/vbaProject.bin": b"x"}), "macro"),
        (repacked(OWN, add={"word/zeros.bin": b"0" * 41 * 1024 * 1024}), "Tệp quá lớn"),
        (b"khong phai", "không phải là tệp Word"),
    ],
)
def test_a_bad_file_is_refused_with_what_to_do(content, said):
    assert said in " ".join(map(str, templates.problems(content, DocumentKind.PRIZE)))


def test_the_page_of_fields_says_what_must_be_there(client, mai):
    text = client.page("/to-chuc/mau-van-ban/truong/prize").text_content()
    assert "Bắt buộc có" in text and "{{ ma_qr }}" in text and "{%tr" not in text


def test_the_terminal_writes_word(app, own, town, announced, tmp_path):
    command = [
        "certificate",
        "issue",
        announced.slug,
        "--round",
        "1",
        "--address",
        "https://thi.vi.du",
        "--form",
        "docx",
    ]
    town.commit()
    done = app.test_cli_runner().invoke(args=[*command, "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert len(pages((tmp_path / f"chung-nhan-{announced.slug}.docx").read_bytes())) == 3
