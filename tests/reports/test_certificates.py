"""Certificates: once for everybody, in files, taken back, moved by a correction, and the page behind the QR code."""

import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
import segno
from PIL import Image
from prizes import podium
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.documents import typesetting
from contest.extensions import db
from contest.jobs import runner
from contest.publishing import actions as publishing
from contest.publishing.rules import Shown
from contest.reports import certificate_routes, certificate_rules, certificate_work, certificates, files
from contest.reports.certificate_rules import IN_ONE, Printed, Validity
from contest.reports.models import Certificate, MadeFile
from contest.reports.rules import KEPT_FOR, CertificateKind
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Entry
from contest.rounds.queries import contest_by_slug
from contest.rounds.settings import NameDisplay

NAMES = ["Lò Thị An", "Hà Văn Bình", "Mùa A Cơ", "Vàng Thị Dung"]
PRIZE = certificates.Wanted(CertificateKind.PRIZE, 1)
PART = certificates.Wanted(CertificateKind.TAKING_PART, 0)
WORDS = Printed(issuer="LĐLĐ tỉnh Lai Châu", words="Đã đạt", number="{n}/GCN", dated="ngày 12 tháng 12 năm 2023")
BASE = "/to-chuc/cuoc-thi/{}/chung-nhan"
SENT = {"issuer": "LĐLĐ tỉnh Lai Châu", "words": "Đã đạt", "number": "{n}/GCN", "first": "1", "day": "12/12/2023"}


@pytest.fixture
def contest(town):
    made = podium.contest_of(town)
    podium.people(town, made, 3, 9, 9, 5, names=NAMES)
    return made


@pytest.fixture
def announced(session, town, contest):
    publishing.publish(session, TERMINAL, contest, 1, Shown(NameDisplay.FULL), town.now)
    return contest


def issue(session, town, contest, wanted=PRIZE, words=WORDS):
    return certificates.issue(session, TERMINAL, contest, wanted, words, town.now)


def test_nobody_gets_one_before_results_are_announced(session, town, contest):
    with pytest.raises(Refused, match="Chưa công bố"):
        issue(session, town, contest)
    assert session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_winners_get_one_each_in_order_and_asked_twice_no_second(session, town, announced):
    made = issue(session, town, announced)
    assert [(row.number, row.name, row.title) for row in made] == [
        ("01/GCN", "Hà Văn Bình", "Giải Nhất"),
        ("02/GCN", "Mùa A Cơ", "Giải Nhất"),
        ("03/GCN", "Vàng Thị Dung", "Giải Nhì"),
    ]
    again = issue(session, town, announced)
    assert [row.id for row in again] == [row.id for row in made]


def test_everybody_who_took_part_gets_one_but_who_is_disqualified(session, town, announced):
    made = issue(session, town, announced, PART)
    assert {row.name for row in made} == set(NAMES)
    entry = made[0].entry_id
    session.get(Entry, entry).disqualified = True
    session.flush()
    assert entry not in {row.entry_id for row in certificates.holders(session, announced, PART) if row.entry_id}


def test_two_issuings_at_once_give_nobody_two(session, town, announced, app):
    slug, now = announced.slug, town.now
    town.commit()
    barrier = Barrier(2)

    def run(_turn):
        with app.app_context():
            barrier.wait()
            with db.begin() as own:
                found = contest_by_slug(own, slug)
                return len(certificates.issue(own, TERMINAL, found, PRIZE, WORDS, now))

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == [3, 3]
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Certificate)) == 3


def test_none_is_taken_back_while_everybodys_are_issued(session, town, announced, hurried, monkeypatch):
    first, look, tried = issue(session, town, announced)[0].id, certificates.holders, []
    town.commit()

    def revoked_meanwhile(*args):
        with pytest.raises(OperationalError):
            one = hurried.get_one(Certificate, first)
            certificates.revoke(hurried, TERMINAL, hurried.get_one(Contest, announced.id), one, "In sai tên", town.now)
        tried.append(first)
        return look(*args)

    monkeypatch.setattr(certificates, "holders", revoked_meanwhile)
    assert len(issue(session, town, announced)) == 3
    assert tried == [first]


def test_one_taken_back_says_so_and_may_be_issued_anew(session, town, announced):
    first = issue(session, town, announced)[0]
    certificates.revoke(session, TERMINAL, announced, first, "In sai tên", town.now)
    assert certificates.validity(session, announced, first) is Validity.REVOKED
    with pytest.raises(Refused, match="thu hồi trước đó"):
        certificates.revoke(session, TERMINAL, announced, first, "lần nữa", town.now)
    again = issue(session, town, announced)
    assert len(again) == 3 and first.id not in [row.id for row in again]


def test_a_prize_moved_by_a_correction_is_told(session, town, announced):
    first = issue(session, town, announced)[0]
    assert certificates.validity(session, announced, first) is Validity.VALID
    first.title = "Giải Đặc biệt"
    assert certificates.validity(session, announced, first) is Validity.CORRECTED


def test_many_go_into_a_zip_of_several(session, town, announced, monkeypatch):
    made = issue(session, town, announced)
    assert IN_ONE == 500
    monkeypatch.setattr(certificate_rules, "IN_ONE", 2)
    name, media_type, content = certificate_work.bundle(made, "Cuộc thi", "c", "https://x/chung-nhan/")
    assert (name, media_type) == ("chung-nhan-c.zip", "application/zip")
    packed = zipfile.ZipFile(BytesIO(content))
    assert packed.namelist() == ["chung-nhan-c-00001-00002.pdf", "chung-nhan-c-00003-00003.pdf"]
    assert all(packed.read(name).startswith(b"%PDF-") for name in packed.namelist())


def test_the_pdf_embeds_its_fonts(session, town, announced):
    content = certificate_work.single(issue(session, town, announced)[0], "Cuộc thi “#read(1)”", "https://x/")
    assert len(re.findall(rb"/FontFile2", content)) >= 2


# Pages


def test_an_organizer_issues_and_fetches_the_file(app, client, town, announced):
    slug, mai = announced.slug, town.mai
    town.commit()
    client.sign_in(mai)
    page = client.page(BASE.format(slug) + "?dot=1")
    assert "3 người, đơn vị được cấp" in page.text_content()
    answer = client.send(BASE.format(slug) + "?dot=1", SENT)
    assert answer.status_code == 303
    with app.app_context():
        runner.run_waiting()
    job = client.data(answer.location)
    assert job["state"] == "done" and job["result"]["count"] == 3
    file = client.get(job["result"]["url"])
    assert file.status_code == 200 and file.data.startswith(b"%PDF-")
    listed = client.data(BASE.format(slug) + "?dot=1")
    assert (listed["total"], listed["having"]) == (3, 3)
    code = listed["rows"][0]["code"]
    assert client.get(f"{BASE.format(slug)}/{code}.pdf").data.startswith(b"%PDF-")
    revoked = client.send(f"{BASE.format(slug)}/{code}/thu-hoi", {"ly_do": "In sai"})
    assert revoked.status_code == 303
    stranger = app.test_client()
    assert "đã bị thu hồi" in stranger.page(f"/chung-nhan/{code}").text_content()
    assert stranger.get(job["result"]["url"]).status_code in (302, 303)


def test_words_that_cannot_be_printed_are_refused(client, town, announced):
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    answer = client.send(BASE.format(announced.slug) + "?dot=1", SENT | {"number": "GCN", "day": "32/1/2023"})
    assert answer.status_code == 422
    assert "Ngày" in answer.text and "error" in answer.text
    assert client.data(BASE.format(announced.slug) + "?dot=1")["total"] == 0


def test_a_trial_writes_nothing_down(client, town, announced):
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    answer = client.send(BASE.format(announced.slug) + "?dot=1", SENT | {"xem_thu": "1"})
    assert answer.data.startswith(b"%PDF-")
    assert client.data(BASE.format(announced.slug) + "?dot=1")["total"] == 0


def test_before_the_announcement_the_page_says_what_is_missing(client, town, contest):
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    assert "Chưa công bố kết quả" in client.page(BASE.format(contest.slug) + "?dot=1").text_content()
    answer = client.send(BASE.format(contest.slug) + "?dot=1", SENT)
    assert answer.status_code == 409 and "Chưa công bố kết quả" in answer.text


def test_the_verifying_page_says_what_was_printed_and_is_not_indexed(client, session, town, announced):
    row = issue(session, town, announced)[0]
    code, name = row.code, row.name
    town.commit()
    page = client.page(f"/chung-nhan/{code.lower()}")
    assert name in page.text_content() and "còn hiệu lực" in page.text_content()
    answer = client.get(f"/chung-nhan/{code}")
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_desk_opens_at_what_is_announced(client, session, town, announced):
    mai = town.mai
    slug = announced.slug
    town.commit()
    client.sign_in(mai)
    chosen = client.page(BASE.format(slug)).xpath("//main//a[@aria-current]/@href")
    assert any("dot=1" in address for address in chosen)
    assert "Chưa công bố" in client.page(BASE.format(slug) + "?dot=0").text_content()


def test_a_code_may_be_typed_and_one_of_no_certificate_is_called_so(client, session, town, announced):
    code = issue(session, town, announced)[0].code
    town.commit()
    assert "Mã kiểm tra" in client.page("/chung-nhan").text_content()
    typed = client.get("/chung-nhan", query_string={"ma": f" {code[:4].lower()} {code[4:8]}-{code[8:]} "})
    assert typed.status_code == 303 and typed.location == f"/chung-nhan/{code}"
    forged = client.get("/chung-nhan/KHONGCOMA")
    assert forged.status_code == 404
    assert "Không có giấy chứng nhận nào mang mã này" in forged.text and "giấy giả" in forged.text
    asked = client.get("/chung-nhan/KHONGCOMA", headers={"Accept": "application/json"})
    assert asked.status_code == 404 and asked.json["title"]


def test_a_neighbour_an_official_and_a_stranger_get_nothing(client, session, town, announced):
    row = issue(session, town, announced)[0]
    code, slug = row.code, announced.slug
    neighbour, lan = town.person("Phạm Thị Láng"), town.lan
    other = town.union("HX", "LĐLĐ tỉnh khác", level="provincial")
    grant_role(session, TERMINAL, neighbour, Role.ORGANIZER, other.id, town.now)
    town.commit()
    addresses = [BASE.format(slug), f"{BASE.format(slug)}/{code}.pdf"]
    client.sign_in(neighbour)
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert client.send(f"{BASE.format(slug)}/{code}/thu-hoi", {"ly_do": "x"}).status_code == 404
    client.sign_in(lan)
    assert all(client.get(address).status_code in (403, 404) for address in addresses)
    assert client.get(f"/tai-khoan/chung-nhan/{code}.pdf").status_code == 404
    session.expire_all()
    assert certificates.by_code(session, code).revoked_at is None


def test_a_person_finds_their_own(client, session, town, announced):
    row = issue(session, town, announced)[0]
    person = session.get(Entry, row.entry_id).person
    code, name = row.code, row.name
    town.commit()
    client.sign_in(person)
    assert name in client.page("/tai-khoan/chung-nhan").text_content()
    assert client.get(f"/tai-khoan/chung-nhan/{code}.pdf").data.startswith(b"%PDF-")


def test_files_are_forgotten_and_given_to_nobody_else(session, town):
    lan, son = town.person("Lan Thị Một"), town.person("Sơn Văn Hai")
    made = files.store(session, "x", "a.pdf", "application/pdf", b"1" * 10, lan.id, town.now)
    assert files.made_for(session, made.code, lan.id) is made
    assert files.made_for(session, made.code, son.id) is None and files.made_for(session, made.code, None) is None
    assert files.forget(session, town.now + KEPT_FOR * 1.01) == 1
    assert session.scalar(select(func.count()).select_from(MadeFile)) == 0


# Terminal


def test_the_terminal_writes_a_file(app, town, announced, tmp_path):
    slug = announced.slug
    town.commit()
    command = ["certificate", "issue", slug, "--round", "1", "--address", "https://thi.vi.du", "-o", str(tmp_path)]
    done = app.test_cli_runner().invoke(args=command)
    assert done.exit_code == 0, done.output
    assert "3 certificates" in done.output
    assert (tmp_path / f"chung-nhan-{slug}.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("more", [["--round", "1", "--pattern", "khong"], ["--round", "1"]])
def test_the_terminal_says_why_not(app, town, contest, tmp_path, more):
    slug = contest.slug
    town.commit()
    command = ["certificate", "issue", slug, "--address", "https://thi.vi.du", "-o", str(tmp_path), *more]
    done = app.test_cli_runner().invoke(args=command)
    assert done.exit_code == 1 and ("{n}" in done.output or "Chưa công bố" in done.output)
    assert not list(tmp_path.iterdir())


# What is printed


def test_the_code_on_the_paper_leads_to_the_verifying_page(session, town, announced):
    certificate = issue(session, town, announced)[0]
    address = f"https://thi.example.vn/chung-nhan/{certificate.code}"
    page = certificate_work.page_data(certificate, "Cuộc thi", "https://thi.example.vn/chung-nhan/")
    picture = Image.open(BytesIO(typesetting.picture("certificate", {"pages": [page]}, 300))).convert("L")
    # 24 mm and 20 mm of margins; the code stands at the bottom left, 26 mm wide, with one module of white around.
    matrix = [list(row) for row in segno.make(address, error="m").matrix]
    assert _read(picture, len(matrix)) == [[bool(module) for module in row] for row in matrix]


def _read(picture, size):
    """The modules of the only black square pattern in the lower left quarter of a page."""
    dark = picture.point(lambda value: 255 if value < 128 else 0)
    left, low = round(24 / 297 * picture.width), round(150 / 210 * picture.height)
    right, end = left + round(26.5 / 297 * picture.width), picture.height - round(15 / 210 * picture.height)
    corner = dark.crop((left, low, right, end))
    x, y, right, bottom = corner.getbbox()
    step = (right - x) / size
    # Another line of text may stand below the code: modules are square.
    return [
        [corner.getpixel((round(x + (n + 0.5) * step), round(y + (m + 0.5) * step))) > 0 for n in range(size)]
        for m in range(size)
    ]


def test_the_round_is_named_beside_the_contest(session, town, announced):
    assert certificates.part_title(announced, 1) == f"Đợt 1 - {announced.title}"
    assert certificates.part_title(announced, 0) == announced.title


def test_taking_part_no_longer_holds_for_who_is_disqualified(session, town, announced, client):
    first = issue(session, town, announced, PART)[0]
    code = first.code
    session.get_one(Entry, first.entry_id).disqualified = True
    session.flush()
    assert certificates.validity(session, announced, first) is Validity.WITHDRAWN
    town.commit()
    text = client.page(f"/chung-nhan/{code}").text_content()
    assert "không còn được công nhận" in text and "còn hiệu lực" not in text


def test_certificates_lead_to_the_public_address(app, client, session, town, announced):
    mai = town.mai
    issue(session, town, announced)
    town.commit()
    client.sign_in(mai)
    with app.test_request_context("http://noi-bo:8000/"):
        assert certificate_routes.verify_base() == "http://noi-bo:8000/chung-nhan/"
        app.config["PUBLIC_URL"] = "https://thi.example.vn/hoi-thi"
        try:
            assert certificate_routes.verify_base() == "https://thi.example.vn/hoi-thi/chung-nhan/"
        finally:
            del app.config["PUBLIC_URL"]
