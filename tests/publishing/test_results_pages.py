"""The committee's pages of results: doors, steps in words, review, announcing and correcting through the browser."""

from datetime import timedelta

import pytest
from prizes import podium
from sqlalchemy import select
from support.queries import counted

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL
from contest.jobs import runner
from contest.publishing import queries
from contest.publishing.models import Publication, ResultCheck, ReviewMark
from contest.rounds.models import Entry
from contest.rulings import actions as rulings
from contest.rulings.rules import RulingKind
from contest.standings.models import Standing

BASE = "/to-chuc/cuoc-thi/cuoc-thi/ket-qua"
SHOWN = {"names": "full", "unions": "y", "places": ""}
PAGES = (BASE, f"{BASE}/ra-soat?dot=1", f"{BASE}/cong-bo?dot=1", f"{BASE}/dinh-chinh?dot=1")
VERBS = ("doi-chieu", "boc-tham", "ra-soat", "cong-bo", "dinh-chinh", "dinh-chinh/cong-bo", "dinh-chinh/huy")


@pytest.fixture
def contest(town):
    made = podium.contest_of(town)
    podium.people(town, made, 3, 9, 7, 7, names=["Lò Thị An", "Hà Văn Bình", "Mùa A Cơ", "Vàng Thị Dung"])
    return made


@pytest.fixture
def mai(client, town, contest):
    person = town.mai
    town.commit()
    return client.sign_in(person)


def text(page):
    return " ".join(page.text_content().split())


def said(response):
    return " ".join(response.get_data(as_text=True).split())


def announce(browser, **more):
    return browser.send(f"{BASE}/cong-bo?dot=1", {**SHOWN, "left": "y", "xac_nhan": "1", **more}, follow_redirects=True)


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_are_for_the_organizers_of_the_contest(client, town, contest, address):
    people = town.lan, town.hung
    town.commit()
    assert client.get(address).status_code == 303
    for person in people:
        client.sign_in(person)
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("verb", VERBS)
def test_only_they_act_and_only_on_their_own_contests(client, session, town, contest, verb):
    far = town.union("XX", "Liên đoàn Lao động tỉnh khác")
    stranger = town.person("Ngô Thị Xa", union=far)
    from contest.accounts.actions import grant_role
    from contest.accounts.rules import Role

    grant_role(session, TERMINAL, stranger, Role.ORGANIZER, far.id, town.now)
    lan = town.lan
    town.commit()
    assert client.sign_in(lan).send(f"{BASE}/{verb}", {"dot": "1"}).status_code == 403
    assert client.sign_in(stranger).send(f"{BASE}/{verb}", {"dot": "1", **SHOWN, "reason": "x"}).status_code == 404
    session.expire_all()
    assert contest.rounds[0].published_at is None
    assert session.scalars(select(Publication)).all() == []


@pytest.mark.parametrize("dot", ["9", "x", "99999999999"])
def test_there_are_no_such_results(mai, dot):
    assert "Không tìm thấy trang" in text(mai.page(f"{BASE}?dot={dot}", 404))


def test_the_desk_says_step_by_step_what_to_do(mai):
    page = text(mai.page(f"{BASE}?dot=1"))
    assert "Đã thu hết bài." in page
    assert "Chưa đối chiếu bảng xếp hạng với các lượt thi." in page
    assert "Chưa đề nghị giải." in page
    steps = {step["key"]: step["state"] for step in mai.data(f"{BASE}?dot=1")["steps"]}
    assert steps == {
        "close": "done",
        "collect": "done",
        "recount": "due",
        "review": "done",
        "prizes": "due",
        "announce": "due",
    }


def test_an_open_round_says_until_when(mai, town, session, contest):
    contest.rounds[0].closes_at = town.now + timedelta(days=365)
    town.commit()
    page = text(mai.page(f"{BASE}?dot=1"))
    assert "Đợt còn mở đến" in page
    assert "Chưa công bố được" in text(mai.page(f"{BASE}/cong-bo?dot=1"))
    assert "chưa kết thúc" in said(announce(mai))
    session.expire_all()
    assert contest.rounds[0].published_at is None


def test_the_ranking_is_compared_and_put_right(mai, session, contest):
    row = session.scalars(select(Standing).where(Standing.round_number == 1)).first()
    row.score += 1
    session.commit()
    answer = said(mai.send(f"{BASE}/doi-chieu", {"dot": "1"}, follow_redirects=True))
    assert "1 dòng sai, đã sửa" in answer
    assert "mọi dòng của bảng xếp hạng đều đúng" in said(
        mai.send(f"{BASE}/doi-chieu", {"dot": "1"}, follow_redirects=True)
    )
    session.expire_all()
    assert session.get(ResultCheck, (contest.id, 1)).wrong == 0


def test_an_announced_ranking_is_compared_and_left_alone(mai, session, contest):
    announce(mai)
    row = session.scalars(select(Standing).where(Standing.round_number == 1)).first()
    row.score += 1
    wrong = row.score
    session.commit()
    assert "phải mở đính chính" in said(mai.send(f"{BASE}/doi-chieu", {"dot": "1"}, follow_redirects=True))
    session.expire_all()
    assert row.score == wrong


def test_results_are_previewed_and_announced(mai, session, contest):
    preview = said(mai.send(f"{BASE}/cong-bo?dot=1", SHOWN))
    assert "Mọi người sẽ thấy" in preview
    session.expire_all()
    assert contest.rounds[0].published_at is None
    session.rollback()
    assert "Đã công bố kết quả." in said(announce(mai))
    made = queries.current(session, contest.id, 1)
    assert made.shown == {"names": "full", "unions": True, "places": None}
    session.rollback()
    assert "Đã công bố lúc" in text(mai.page(f"{BASE}?dot=1"))
    assert mai.get(f"{BASE}/cong-bo?dot=1").status_code == 303


def test_points_left_ask_for_a_confirmation(mai, session, town, contest):
    entry = session.scalars(select(Entry).order_by(Entry.id)).all()[0]
    rulings.decide(session, {}, TERMINAL, contest, RulingKind.NO_PRIZE, entry, None, "Thành viên ban đề", town.now)
    town.commit()
    refused = said(mai.send(f"{BASE}/cong-bo?dot=1", {**SHOWN, "xac_nhan": "1"}))
    assert "Hãy đánh dấu ô này" in refused
    session.expire_all()
    assert contest.rounds[0].published_at is None
    session.rollback()
    announce(mai)
    log = session.scalars(select(AuditEntry).where(AuditEntry.action == "results.announce")).one()
    assert log.details["left"] == 1


def test_points_are_looked_at_with_a_note(mai, session, town, contest):
    entry = session.scalars(select(Entry).order_by(Entry.id)).all()[0]
    rulings.decide(session, {}, TERMINAL, contest, RulingKind.NO_PRIZE, entry, None, "Thành viên ban đề", town.now)
    town.commit()
    assert "Còn 1 điểm chưa xem" in text(mai.page(f"{BASE}/ra-soat?dot=1"))
    point = mai.data(f"{BASE}/ra-soat?dot=1")["points"][0]
    fields = {"dot": "1", "topic": point["topic"], "subject": point["subject"], "note": "Đúng thể lệ"}
    for _ in range(2):
        assert "Đã ghi là đã xem" in said(mai.send(f"{BASE}/ra-soat", fields, follow_redirects=True))
    mark = session.scalars(select(ReviewMark)).one()
    assert (mark.topic, mark.note) == ("ruling", "Đúng thể lệ")
    session.rollback()
    data = mai.data(f"{BASE}/ra-soat?dot=1")
    assert (data["left"], data["points"][0]["looked_at"]["note"]) == (0, "Đúng thể lệ")
    gone = mai.send(f"{BASE}/ra-soat", {**fields, "subject": "77"}, follow_redirects=True)
    assert "không còn trong danh sách" in said(gone)


def test_from_a_correction_to_its_announcement(mai, client, session, town, contest):
    announce(mai)
    assert mai.get(f"{BASE}/dinh-chinh?dot=1").status_code == 200
    begun = mai.send(f"{BASE}/dinh-chinh?dot=1", {"reason": "Thi hộ"}, follow_redirects=True)
    assert "Chưa có gì thay đổi" in said(begun)
    assert "Đang đính chính" in text(mai.page(f"{BASE}?dot=1"))
    entry = session.scalars(select(Entry).order_by(Entry.id)).all()[0]
    rulings.decide(session, {}, TERMINAL, contest, RulingKind.DISQUALIFIED, entry, None, "Thi hộ", town.now)
    town.commit()
    changing = text(mai.page(f"{BASE}/dinh-chinh?dot=1"))
    assert "Lò Thị An" in changing
    assert "hạng 4, 3 điểm" in changing
    assert "Đã có thay đổi nên không huỷ được" in said(
        mai.send(f"{BASE}/dinh-chinh/huy", {"dot": "1"}, follow_redirects=True)
    )
    done = mai.send(f"{BASE}/dinh-chinh/cong-bo", {"dot": "1", **SHOWN}, follow_redirects=True)
    assert "Đã công bố bản đính chính" in said(done)
    visitor = client.application.test_client()
    public = text(visitor.page("/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1"))
    assert "Đính chính lần 1" in public
    assert "Thi hộ" in public
    assert "Lò Thị An" not in public
    old = text(visitor.page("/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1&ban=1"))
    assert "L*** T*** An" in old
    rows = visitor.data("/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1&ban=2")["ranking"]["rows"]
    assert [row["rank"] for row in rows] == [1, 2, 2]


@pytest.mark.parametrize(("reason", "words"), [("", "Hãy ghi lý do"), ("a" * 2001, "2000")])
def test_a_correction_with_a_reason_that_will_not_do_is_not_begun(mai, session, contest, reason, words):
    announce(mai)
    answer = mai.send(f"{BASE}/dinh-chinh?dot=1", {"reason": reason})
    assert answer.status_code == 422
    assert words in said(answer)
    session.expire_all()
    assert contest.rounds[0].correcting_since is None


@pytest.mark.parametrize("fields", [{"places": "0"}, {"xac_nhan": "1"}], ids=["places", "points-left"])
def test_an_announcement_that_cannot_be_made_so_is_refused_as_such(mai, session, contest, town, fields):
    entry = session.scalars(select(Entry).order_by(Entry.id)).all()[0]
    rulings.decide(session, {}, TERMINAL, contest, RulingKind.DISQUALIFIED, entry, None, "Thi hộ", town.now)
    town.commit()
    assert mai.send(f"{BASE}/cong-bo?dot=1", {**SHOWN, **fields}).status_code == 422
    assert mai.send(f"{BASE}/cong-bo?dot=1", SHOWN).status_code == 200
    session.expire_all()
    assert contest.rounds[0].published_at is None


def test_a_correction_without_changes_is_called_off(mai, session, contest):
    announce(mai)
    mai.send(f"{BASE}/dinh-chinh?dot=1", {"reason": "Nhầm"})
    assert "Đã huỷ đính chính" in said(mai.send(f"{BASE}/dinh-chinh/huy", {"dot": "1"}, follow_redirects=True))
    session.expire_all()
    assert contest.rounds[0].correcting_since is None


@pytest.mark.parametrize("query", ["", "?dot=1", "?dot=1&ban=1", "?dot=x"])
def test_there_are_no_versions_before_the_announcement(client, town, contest, query):
    town.commit()
    page = client.page(f"/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh{query}", 404)
    assert "Không tìm thấy trang" in text(page)


def test_so_many_places_are_shown_as_announced(mai, contest):
    announce(mai, places="2")
    ranking = mai.data("/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1&ban=1")["ranking"]
    assert [row["rank"] for row in ranking["rows"]] == [1, 2, 2]
    mai.page("/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1&ban=1&trang=2", 404)
    mai.page("/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1&ban=7", 404)


def test_a_large_contest_is_announced_beside_the_requests(app, mai, session, contest, monkeypatch):
    monkeypatch.setattr("contest.publishing.work.AT_ONCE", 1)
    for verb, fields in (("doi-chieu", {"dot": "1"}), ("cong-bo?dot=1", {**SHOWN, "left": "y", "xac_nhan": "1"})):
        job = mai.send(f"{BASE}/{verb}", fields).headers["Location"]
        with app.app_context():
            assert runner.run_waiting() == 1
        found = mai.data(job)
        assert (found["state"], found["result"]["url"]) == ("done", f"{BASE}?dot=1")
    session.expire_all()
    assert contest.rounds[0].published_at
    entry = session.scalars(select(Entry).order_by(Entry.id)).all()[0]
    session.rollback()
    mai.send(f"{BASE}/dinh-chinh?dot=1", {"reason": "Thi hộ"})
    rulings.decide(session, {}, TERMINAL, contest, RulingKind.DISQUALIFIED, entry, None, "Thi hộ", contest.created_at)
    session.commit()
    mai.send(f"{BASE}/dinh-chinh/cong-bo", {"dot": "1", **SHOWN})
    with app.app_context():
        assert runner.run_waiting() == 1
    assert [made.version for made in queries.versions(session, contest.id, 1)] == [2, 1]


def test_the_desk_asks_as_much_however_many_take_part(app, mai, town, contest):
    def asked():
        with counted(app) as statements:
            for address in (f"{BASE}?dot=1", f"{BASE}/ra-soat?dot=1"):
                mai.page(address)
        return len(statements)

    asked()
    few = asked()
    podium.people(town, contest, *range(1, 9))
    town.commit()
    assert asked() <= few
