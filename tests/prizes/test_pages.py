"""The committee's pages of prizes: whose they are, what they say, choosing, refusing, the list as a file."""

from datetime import UTC, date, datetime
from io import BytesIO
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook
from prizes import podium
from prizes.podium import held, people
from sqlalchemy import select

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Role
from contest.prizes import actions, claims, queries
from contest.prizes.models import Award
from contest.prizes.rules import AwardState

DESK = "/to-chuc/cuoc-thi/cuoc-thi/trao-giai"
NAMES = ["Giàng Thị Máy", "Lý A Sử", "Trần Thị Nguyệt Minh Ngọc Phương Thảo", "Sùng A Pó"]


@pytest.fixture
def contest(town):
    made = podium.contest_of(town, tie_rule="committee")
    assert town.mai
    return made


@pytest.fixture
def mai(client, town, contest):
    town.commit()
    return client.sign_in(town.mai)


def crowd(town, contest, *scores):
    """Ids of entries: reading a row again would hold SQLite's lock while a page wants to write."""
    found = [entry.id for entry in people(town, contest, *scores, names=NAMES)]
    town.commit()
    return found


def propose(session, contest, town):
    """Ids of the awards."""
    awards = [award.id for award in actions.propose(session, TERMINAL, contest, 1, town.now)]
    session.commit()
    return awards


def announce(session, contest, town):
    propose(session, contest, town)
    actions.announce(session, TERMINAL, contest, 1, town.now)
    contest.rounds[0].published_at = town.now
    session.commit()


def seen(session, contest, **more):
    session.expire_all()
    found = held(session, contest, **more)
    session.commit()
    return found


def test_a_committee_proposes_sees_why_and_who_was_passed_over(mai, session, town, contest):
    first, second, third, _nothing = crowd(town, contest, 9, 8, 7, 0)
    page = mai.get(DESK)
    assert "Chưa đề nghị giải" in page.text
    mai.send(f"{DESK}/de-nghi", {"dot": 1})
    assert seen(session, contest) == [("Giải Nhất", first), ("Giải Nhì", second), ("Giải Nhì", third)]
    page = mai.get(f"{DESK}?dot=1")
    assert NAMES[0] in page.text and "Hạng 1 của đợt 1, hơn người xếp sau 1 điểm" in page.text
    assert "Mọi giải đã có người được đề nghị" in page.text
    data = mai.get(f"{DESK}?dot=1", headers={"Accept": "application/json"}).get_json()
    assert [(line["title"], len(line["awards"])) for line in data["prizes"]] == [("Giải Nhất", 1), ("Giải Nhì", 2)]
    assert (data["stale"], data["locked"], data["unsettled"]) == (False, None, [])


def test_whose_contest_it_is_decides_who_sees_its_prizes(client, session, town, contest):
    crowd(town, contest, 9)
    awards = propose(session, contest, town)
    away = town.union("XA", "Công đoàn nơi khác")
    stranger = town.person("Phạm Văn Xa", union=away)
    grant_role(session, TERMINAL, stranger, Role.ORGANIZER, away.id, town.now)
    session.commit()
    pages = [DESK, f"{DESK}/nhan", f"{DESK}/danh-sach.xlsx", f"{DESK}/{awards[0]}/khong-trao"]
    posts = [f"{DESK}/de-nghi", f"{DESK}/chon", f"{DESK}/{awards[0]}/khong-trao", f"{DESK}/{awards[0]}/nhan"]
    posts += [f"{DESK}/{awards[0]}/khoi-phuc", f"{DESK}/{awards[0]}/huy-nhan"]
    session.commit()
    for who, wanted in ((None, 303), (town.lan, 403), (town.hung, 403), (stranger, 404)):
        if who:
            person = SimpleNamespace(id=who.id)
            town.commit()
            client.sign_in(person)
        assert {client.get(page).status_code for page in pages} == {wanted}
        assert {client.send(page, data={"ly_do": "x"}).status_code for page in posts} == {wanted}
    assert seen(session, contest, states=[AwardState.REFUSED]) == []


def test_a_shared_place_is_settled_by_a_choice_with_a_reason(mai, session, town, contest):
    one, two, _third, _fourth = crowd(town, contest, 9, 9, 7, 6)
    mai.send(f"{DESK}/de-nghi", data={"dot": 1})
    page = mai.get(DESK)
    assert "2 người đồng hạng ở vị trí cuối, còn 1 giải" in page.text
    line = contest.prizes[0].id
    session.commit()
    wrong = mai.send(f"{DESK}/chon", data={"dot": 1, "giai": line, f"g{line}-nguoi": two})
    assert wrong.status_code == 422 and "Hãy ghi lý do" in wrong.text
    assert mai.send(f"{DESK}/chon", data={"dot": 1, "giai": 99999}).status_code == 404
    mai.send(f"{DESK}/chon", data={"dot": 1, "giai": line, f"g{line}-nguoi": two, f"g{line}-ly_do": "Bốc thăm"})
    assert seen(session, contest)[:2] == [("Giải Nhất", two), ("Giải Nhì", one)]
    assert "Được Ban tổ chức chọn trong 2 người đồng hạng: Bốc thăm" in mai.get(DESK).text


def test_a_refused_winner_is_replaced_and_a_mistake_undone(mai, session, town, contest):
    first, second, third, fourth = crowd(town, contest, 9, 8, 7, 6)
    (award, *_rest) = propose(session, contest, town)
    address = f"{DESK}/{award}/khong-trao"
    session.commit()
    assert NAMES[0] in mai.get(address).text
    assert mai.send(address, data={"ly_do": " "}).status_code == 422
    mai.send(address, data={"ly_do": "Không nhận giải"})
    assert seen(session, contest) == [("Giải Nhất", second), ("Giải Nhì", third), ("Giải Nhì", fourth)]
    page = mai.get(DESK)
    assert "Không nhận giải" in page.text and "Thay cho người đứng trên" in page.text
    mai.send(f"{DESK}/{award}/khoi-phuc", data={})
    assert seen(session, contest)[0] == ("Giải Nhất", first)


def test_announced_prizes_are_locked_and_the_page_says_how_to_go_on(mai, session, town, contest):
    crowd(town, contest, 9, 8, 7, 6)
    announce(session, contest, town)
    page = mai.get(DESK)
    assert "mở đính chính" in page.text
    assert "Không trao" not in page.text and "Đề nghị lại" not in page.text
    award = seen_award(session, contest)
    assert mai.send(f"{DESK}/{award}/khong-trao", data={"ly_do": "Không nhận"}).status_code == 422
    assert "mở đính chính" in mai.send(f"{DESK}/de-nghi", data={"dot": 1}, follow_redirects=True).text
    assert len(seen(session, contest)) == 3


def seen_award(session, contest):
    found = queries.awards(session, contest.id, 1)[0].id
    session.commit()
    return found


def test_winners_as_a_file_for_the_decision_and_in_the_log(mai, session, town, contest):
    crowd(town, contest, 9, 8, 7, 6)
    announce(session, contest, town)
    response = mai.get(f"{DESK}/danh-sach.xlsx?dot=1")
    rows = list(load_workbook(BytesIO(response.data), read_only=True).active.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == ["Giải Nhất", "Giải Nhì", "Giải Nhì"]
    assert (rows[1][3], rows[1][7], rows[1][8]) == (NAMES[0], "Đã công bố", "Không")
    entry = session.query(AuditEntry).filter_by(action="report.export").one()
    assert entry.details == {"what": "prizes", "round": 1, "rows": 3}


def test_a_part_without_prizes_or_an_unknown_one(mai, town, contest):
    town.commit()
    assert "Chưa có giải nào cho phần này" in mai.get(f"{DESK}?dot=0").text
    for odd in ("9", "-1", "x"):
        assert mai.get(f"{DESK}?dot={odd}").status_code == 404
    assert mai.get(f"{DESK}/999/khong-trao").status_code == 404
    assert "Chưa công bố giải nào" in mai.get(f"{DESK}/nhan").text


# Handing over


def test_a_prize_is_handed_over_after_a_look_at_papers(mai, session, town, contest):
    crowd(town, contest, 9, 8, 7, 6)
    announce(session, contest, town)
    award = seen_award(session, contest)
    assert NAMES[0] in mai.get(f"{DESK}/nhan?dot=1").text
    address = f"{DESK}/{award}/nhan"
    mai.get(address)
    for data, said in (
        ({"document": "", "last_digits": "1234"}, "loại giấy tờ"),
        ({"document": "Căn cước", "last_digits": "123"}, "đúng 4 ký tự cuối"),
        ({"document": "Căn cước", "last_digits": "012345678901"}, "không quá 4 ký tự"),
        ({"document": "Căn cước", "last_digits": "1234", "issued_on": "01/01/2090"}, "không thể sau hôm nay"),
        ({"document": "Căn cước", "last_digits": "1234", "recipient": "Lý A Sử"}, "giấy uỷ quyền"),
        ({"document": "Căn cước", "last_digits": "1234", "authorisation": "Giấy số 1"}, "người nhận thay"),
    ):
        page = mai.send(address, data=data)
        assert page.status_code == 422 and said in page.text
    given = {"document": "Căn cước", "last_digits": "1234", "issued_on": "05/09/2021"}
    for _twice in range(2):
        mai.send(address, data=given)
    assert seen(session, contest, states=[AwardState.CLAIMED])[0][0] == "Giải Nhất"
    page = mai.get(f"{DESK}/nhan?dot=1")
    assert "Căn cước …1234" in page.text
    row = mai.get(f"{DESK}/nhan?dot=1", headers={"Accept": "application/json"}).get_json()["rows"][0]
    assert (row["claim"]["last_digits"], row["claim"]["issued_on"]) == ("1234", "2021-09-05")
    assert "05/09/2021" in mai.get(address).text
    (details,) = session.scalars(select(AuditEntry.details).where(AuditEntry.action == "prize.claim"))
    assert "1234" not in str(details | {"award": ""})
    session.commit()
    assert "Hãy ghi lý do" in mai.send(f"{DESK}/{award}/huy-nhan", data={"ly_do": ""}, follow_redirects=True).text
    mai.send(f"{DESK}/{award}/huy-nhan", data={"ly_do": "Ghi nhầm người"})
    assert seen(session, contest, states=[AwardState.CLAIMED]) == []
    assert session.query(AuditEntry).filter_by(action="prize.unclaim").one().details["reason"] == "Ghi nhầm người"


def test_a_prize_that_is_not_announced_is_not_handed_over(mai, session, town, contest):
    crowd(town, contest, 9, 8, 7, 6)
    (award, *_rest) = propose(session, contest, town)
    address = f"{DESK}/{award}/nhan"
    session.commit()
    assert "Hãy công bố kết quả trước" in mai.get(address).text
    page = mai.send(address, data={"document": "Căn cước", "last_digits": "1234"})
    assert page.status_code == 422 and "Hãy công bố kết quả trước" in page.text
    assert session.query(Award).filter_by(state="claimed").count() == 0


def test_papers_issued_today_are_of_today_in_vietnam(session, town, contest):
    """Until seven in the morning it is still yesterday elsewhere."""
    crowd(town, contest, 9)
    announce(session, contest, town)
    award = session.get(Award, seen_award(session, contest))
    early = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    shown = claims.Shown("Căn cước", "1234", issued_on=date(2026, 11, 24))
    assert claims.claim(session, TERMINAL, award, shown, early).issued_on == date(2026, 11, 24)
