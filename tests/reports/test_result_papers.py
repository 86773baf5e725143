"""Notices of results and decisions on prizes: from what was announced, for the contest's organizers."""

import io

import pytest
from docx import Document
from participation import crowd
from publishing.test_notice import HOA, announce
from reports.test_union_report import words

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.documents.checking import structure_problems
from contest.prizes.models import Award
from contest.prizes.rules import AwardState
from contest.proof.rules import owner_of
from contest.rounds.models import Entry, PrizeLine

HERE = "/to-chuc/cuoc-thi/cuoc-thi/van-ban"
BOTH = ["thong-bao", "quyet-dinh"]


@pytest.fixture
def contest(town):
    contest = town.contest(title="Gửi niềm tin", legal_basis="Kế hoạch số 377/KH-TLĐ ngày 09/11/2023.")
    round_ = town.round(contest, opens=-60, closes=-1)
    crowd.sit(town.session, crowd.enter(town.session, contest, town.lan), round_, score=3)
    assert town.mai
    town.commit()
    return contest


def test_nothing_is_made_before_it_is_announced(contest, client, town):
    client.sign_in(town.mai)
    assert "Chưa công bố kết quả nào" in client.page(HERE).text_content()
    for what in BOTH:
        for ending in ("", "/sua", ".docx", ".pdf"):
            assert client.get(f"{HERE}/{what}{ending}?dot=1").status_code == 404, (what, ending)


def test_the_notice(contest, client, town, session):
    announce(session, contest, 1)
    client.sign_in(town.mai)
    assert "Thông báo kết quả" in client.page(HERE).text_content()
    page = " ".join(client.page(f"{HERE}/thong-bao?dot=1").text_content().split())
    assert "THÔNG BÁO" in page and "Kết quả Đợt 1 cuộc thi “Gửi niềm tin”" in page and "N*** T*** Hoa" in page
    assert "TB-LĐLĐ" in page and "Có 1 người dự thi với 1 lượt thi; 1 người trả lời đúng tất cả." in page
    made = client.get(f"{HERE}/thong-bao.docx?dot=1").data
    assert structure_problems(made) == []
    text = words(made)
    assert "N*** T*** Hoa" in text and "0" * 64 in text and "Đính chính" not in text
    announce(session, contest, 1, version=2)
    assert "Đính chính lần 1: Một người bị huỷ tư cách dự thi." in words(
        client.get(f"{HERE}/thong-bao.docx?dot=1").data
    )


def test_the_decision_with_its_list(contest, client, town, session):
    announce(session, contest, 1)
    client.sign_in(town.mai)
    data = client.data(f"{HERE}/quyet-dinh?dot=1")
    assert data["kinh_gui"] == []
    assert data["tham_quyen"] == "BAN THƯỜNG VỤ LĐLĐ TỈNH LAI CHÂU" and data["ky_hieu"] == "QĐ-LĐLĐ"
    assert "Căn cứ Kế hoạch số 377/KH-TLĐ ngày 09/11/2023;" in data["can_cu"]
    assert "Trao 1 giải cá nhân và 1 giải tập thể Đợt 1 cuộc thi" in data["dieu"][0]
    assert data["dieu"][-1].endswith("./.")
    assert "QUYẾT ĐỊNH:" in client.page(f"{HERE}/quyet-dinh?dot=1").text_content()
    made = client.get(f"{HERE}/quyet-dinh.docx?dot=1").data
    assert structure_problems(made) == []
    table = Document(io.BytesIO(made)).tables[-1]
    assert [cell.text for cell in table.rows[1].cells][:3] == ["1", "Giải nhất", "N*** T*** Hoa"]
    assert client.get(f"{HERE}/quyet-dinh.pdf?dot=1").data.startswith(b"%PDF-")


def test_a_decision_names_winners_in_full_and_a_notice_as_they_agree(contest, client, town, session):
    line = PrizeLine(position=1, scope="round", title="Giải nhất", quantity=1)
    contest.prizes.append(line)
    session.flush()
    entry = session.query(Entry).filter_by(contest_id=contest.id, person_id=town.lan.id).one()
    session.add(
        Award(
            contest_id=contest.id,
            prize_line_id=line.id,
            entry_id=entry.id,
            rank=1,
            round_number=1,
            state=AwardState.ANNOUNCED,
            because=[],
            proposed_at=town.now,
        )
    )
    lan = {**HOA, "name": "L*** T*** Lan", "union": "", "owner": owner_of(contest.owner_salt, entry.id)}
    announce(session, contest, 1, winners=[lan])
    client.sign_in(town.mai)
    told = {what: client.data(f"{HERE}/{what}?dot=1")["giai_thuong"][0] for what in BOTH}
    assert told["thong-bao"]["ten"] != town.lan.name and "***" in told["thong-bao"]["ten"]
    assert (told["quyet-dinh"]["ten"], told["quyet-dinh"]["don_vi"]) == (town.lan.name, town.lan.union.name)
    made = Document(io.BytesIO(client.get(f"{HERE}/quyet-dinh.docx?dot=1").data)).tables[-1]
    assert made.rows[1].cells[2].text == town.lan.name


def test_what_is_written_into_a_decision(contest, client, town, session):
    announce(session, contest, 1)
    client.sign_in(town.mai)
    page = client.page(f"{HERE}/quyet-dinh/sua?dot=1")
    assert not page.xpath("//*[@name='kinh_gui' or @name='danh_gia']")
    sent = client.send(
        f"{HERE}/quyet-dinh/sua?dot=1", {"so": "12", "dieu": "Điều 1. Chỉ một điều", "can_cu": "Căn cứ A;"}
    )
    assert sent.status_code == 303
    data = client.data(f"{HERE}/quyet-dinh?dot=1")
    assert data["dieu"] == ["Điều 1. Chỉ một điều./."] and data["so_ky_hieu"] == "Số: 12"
    assert client.data(f"{HERE}/thong-bao?dot=1")["so"] == ""


def test_only_organizers_of_the_contest(contest, client, town, session):
    announce(session, contest, 1)
    other = town.person("Người huyện", union=town.LC_PT, kind="official")
    grant_role(session, TERMINAL, other, Role.ORGANIZER, town.LC_PT.id, town.now)
    town.commit()
    addresses = [HERE, *(f"{HERE}/{what}{ending}?dot=1" for what in BOTH for ending in ("", "/sua", ".docx", ".pdf"))]
    for address in addresses:
        assert client.get(address).status_code == 303, address
    client.sign_in(other)
    for address in addresses:
        assert client.get(address).status_code == 404, address
    client.sign_in(town.lan)
    for address in addresses:
        assert client.get(address).status_code == 403, address


def test_no_decision_on_no_prizes(contest, client, town, session):
    announce(session, contest, 1, winners=[])
    client.sign_in(town.mai)
    assert not client.page(HERE).xpath("//a[contains(@href, 'quyet-dinh')]")
    assert client.get(f"{HERE}/quyet-dinh?dot=1").status_code == 404
    assert "giai_thuong" in client.data(f"{HERE}/thong-bao?dot=1")


def test_what_is_not(contest, client, town, session):
    announce(session, contest, 1)
    client.sign_in(town.mai)
    for address in (
        f"{HERE}/giay-khen?dot=1",
        f"{HERE}/thong-bao",
        f"{HERE}/thong-bao?dot=9",
        f"{HERE}/thong-bao.odt?dot=1",
    ):
        assert client.get(address).status_code == 404, address
