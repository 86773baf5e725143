"""The desk of decisions: look for a question, try, decide, see what changed, take back; what everybody is told."""

from datetime import timedelta
from io import BytesIO

import pytest
from corrections import hall
from corrections.hall import POINTS
from openpyxl import load_workbook
from sqlalchemy import func, select
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Role
from contest.attempts.models import KeyChange
from contest.corrections.models import KeyRecount, ScoreChange
from contest.jobs import runner
from contest.rounds import actions as rounds
from contest.rounds.locks import Refused as NotPossible
from contest.rounds.models import PrizeLine
from contest.statistics.models import QuestionStatistic

HOME = "/to-chuc/cuoc-thi/cuoc-thi/dot/1/sua-dap-an"


@pytest.fixture
def round_(town):
    return hall.a_round(town)


@pytest.fixture
def crowd(town, session, round_):
    """Lan right, Hùng with the other answer, Sơn with nothing; the first two places have prizes."""
    round_.contest.prizes.append(PrizeLine(position=1, scope="round", title="Giải Nhất", quantity=1))
    round_.contest.prizes.append(PrizeLine(position=2, scope="contest", title="Giải Chung", quantity=1))
    sat = [
        hall.hand_in(town, round_, town.lan, {"mot": [0], "so": "1929"}),
        hall.hand_in(town, round_, town.hung, {"mot": [1], "so": "1929"}),
        hall.hand_in(town, round_, town.son, {"mot": [2]}),
    ]
    assert town.mai
    town.commit()
    return sat


def place(session, code="mot"):
    number = hall.version(session, code).number
    session.commit()
    return f"{HOME}/cau/kho/{number}"


def scores(session, attempts):
    """Scores as they are stored now; the session lets go afterwards."""
    session.expire_all()
    found = [attempt.score for attempt in attempts]
    session.commit()
    return found


def count(session, table):
    found = session.scalar(select(func.count()).select_from(table))
    session.commit()
    return found


def key_changed(client, session, round_):
    found = hall.applied(client.application, session, round_, hall.proposal(session, "mot", "key", keys=[1]))
    let_go(session)
    return found[0]


def let_go(session):
    """Read everything once more and hold no lock: on SQLite a session of a test keeps others from writing."""
    for one in list(session):
        session.refresh(one)
    session.commit()


def trial_url(session, kind="key", chosen="B", code="mot", end="thu"):
    picked = f"&chon={chosen}" if chosen else ""
    return f"{place(session, code)}/{end}?ma={code}&kieu={kind}{picked}"


def words(page):
    return " ".join(page.text_content().split())


def apply(client, session, reason="Đề in sai", **more):
    url = trial_url(session, **more)
    seen = client.data(url)["seen"]
    return client.send(url, {"reason": reason, "seen": seen})


def test_questions_that_look_wrong_come_first_and_can_be_looked_for(client, session, town, round_, crowd):
    wrong = hall.version(session, "so")
    session.add(
        QuestionStatistic(
            round_id=round_.id, version_id=wrong.id, drawn=3, figures={}, suspect=True, computed_at=town.now
        )
    )
    town.commit()
    client.sign_in(town.mai)
    found = client.data(HOME)["questions"]
    assert [row["code"] for row in found] == ["so", "luan", "mot", "ngan", "nhieu", "y"]
    assert (found[0]["suspect"], found[0]["drawn"]) == (True, 3)
    assert "có vẻ sai" in words(client.page(HOME))
    assert [row["code"] for row in client.data(f"{HOME}?tim=thu do")["questions"]] == ["mot"]
    assert "Không có câu hỏi nào khớp" in words(client.page(f"{HOME}?tim=khongco"))


def test_a_trial_says_in_words_who_changes_and_stores_nothing(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    assert "Xem thử không đổi gì cả" in words(client.page(f"{place(session)}?ma=mot"))
    url = trial_url(session)
    text = words(client.page(url))
    assert "2 lượt thi của 2 người đổi điểm: 1 tăng, 1 giảm." in text
    assert "2 người vào giải" not in text
    assert "Giải thưởng: 1 người vào giải, 1 người ra khỏi giải, 0 người đổi giải." in text
    data = client.data(url)
    assert (data["attempts"], data["scores_changed"], data["up"], data["down"]) == (3, 2, 1, 1)
    assert data["gains"] == {str(-POINTS): 1, str(POINTS): 1}
    rows = {row["name"]: row for row in data["rows"]}
    lan, hung = rows["Lò Thị Lan"], rows["Vàng Văn Hùng"]
    assert lan["round"] == {
        "old": {"rank": 1, "score": 2 * POINTS, "prize": "Giải Nhất"},
        "new": {"rank": 2, "score": POINTS, "prize": None},
    }
    assert hung["round"]["new"] == {"rank": 1, "score": 2 * POINTS, "prize": "Giải Nhất"}
    assert hung["whole"]["new"]["prize"] == "Giải Chung"
    assert hung["attempts"][0]["old"] == POINTS
    for table in (KeyChange, ScoreChange, KeyRecount):
        assert count(session, table) == 0


def test_the_list_is_filtered_searched_and_taken_away(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    url = trial_url(session)
    assert [row["name"] for row in client.data(f"{url}&tim=lan")["rows"]] == ["Lò Thị Lan"]
    assert client.data(f"{url}&loc=giai")["total"] == 2
    assert client.data(f"{url}&loc=tat-ca&tim=CĐCS")["total"] == 2
    assert client.get(f"{url}&loc=khac").status_code == 404
    assert client.get(f"{url}&trang=9").status_code == 404
    response = client.get(trial_url(session, end="thu.xlsx"))
    rows = list(load_workbook(BytesIO(response.get_data())).active.iter_rows(values_only=True))
    assert {row[0] for row in rows[1:]} == {"Lò Thị Lan", "Vàng Văn Hùng"}
    assert rows[1][6:8] in ((1, 2), (2, 1))
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "report.export")).one().details["people"] == 2


def test_a_decision_changes_scores_and_says_so(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    reply = apply(client, session)
    assert reply.headers["Location"] == f"{HOME}/lan/1"
    page = client.page(f"{HOME}/lan/1")
    text = words(page)
    assert "đang áp dụng" in text
    assert "2 lượt thi đổi điểm: 1 tăng, 1 giảm" in text
    assert "Nguyễn Thị Mai" in text
    assert scores(session, crowd) == [POINTS, 2 * POINTS, 0]
    actions = session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.startswith("key.")).order_by(AuditEntry.id)
    )
    assert list(actions) == ["key.change", "key.recount"]
    assert client.data(HOME)["decisions"][0]["recount"] == "done"
    assert "Đổi đáp án (B)" in words(client.page(HOME))


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_needs_a_reason(client, session, town, round_, crowd, reason):
    client.sign_in(town.mai)
    reply = apply(client, session, reason=reason)
    assert reply.status_code == 409
    assert "Hãy ghi lý do." in reply.get_data(as_text=True)
    assert count(session, KeyChange) == 0


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("kieu=key", "Hãy chọn phương án đúng."),
        ("kieu=key&chon=A", "đang được áp dụng rồi"),
        ("kieu=key&chon=A&chon=B", "chỉ có một phương án đúng"),
        ("kieu=key&chon=F", "không có phương án đó"),
        ("kieu=accept&chon=A", "đang được áp dụng rồi"),
        ("kieu=huy", "Hãy chọn cách xử lý."),
        ("", "Hãy chọn cách xử lý."),
    ],
)
def test_a_proposal_that_cannot_be_says_why(client, session, town, round_, crowd, address, said):
    client.sign_in(town.mai)
    reply = client.get(f"{place(session)}/thu?ma=mot&{address}")
    assert reply.status_code == 400
    assert said in reply.get_data(as_text=True)


def test_essays_can_only_be_given_to_all_or_dropped(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    page = client.page(f"{place(session, 'luan')}?ma=luan")
    assert page.xpath("//input[@name='kieu']/@value") == ["credit", "drop"]
    assert not page.xpath("//input[@name='chon']")


def test_what_changed_since_the_trial_is_shown_again(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    url = trial_url(session)
    seen = client.data(url)["seen"]
    assert apply(client, session, code="so", kind="credit", chosen="").status_code == 303
    reply = client.send(url, {"reason": "Đề in sai", "seen": seen})
    assert reply.status_code == 409
    assert "dữ liệu của đợt đã thay đổi" in reply.get_data(as_text=True)
    assert count(session, KeyChange) == 1
    assert client.send(url, {"reason": "Đề in sai", "seen": "x"}).status_code == 409


def test_attempts_that_end_after_the_trial_do_not_age_it(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    url = trial_url(session)
    seen = client.data(url)["seen"]
    late = hall.hand_in(town, round_, town.person("Người Đến Sau"), {"mot": [1]}, after_s=90)
    town.commit()
    assert client.send(url, {"reason": "Đề in sai", "seen": seen}).status_code == 303
    assert scores(session, [late]) == [POINTS]


def test_an_attempt_that_was_being_stored_during_the_trial_does_not_age_it(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    url = trial_url(session)
    seen = client.data(url)["seen"]
    # The last of the crowd ended later than this one, and was stored sooner.
    under_way = hall.hand_in(town, round_, town.person("Người Đang Nộp"), {"mot": [1]}, after_s=50)
    town.commit()
    assert client.send(url, {"reason": "Đề in sai", "seen": seen}).status_code == 303
    assert scores(session, [under_way]) == [POINTS]


def test_an_attempt_that_arrives_long_after_its_end_ages_the_trial(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    url = trial_url(session)
    seen = client.data(url)["seen"]
    hall.hand_in(town, round_, town.person("Người Gửi Muộn"), {"mot": [1]}, after_s=0)
    town.commit()
    assert client.send(url, {"reason": "Đề in sai", "seen": seen}).status_code == 409
    assert count(session, KeyChange) == 0


def test_sent_twice_it_stands_once(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    url = trial_url(session)
    sent = {"reason": "Đề in sai", "seen": client.data(url)["seen"]}
    first, second = client.send(url, sent), client.send(url, sent)
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert count(session, KeyChange) == 1
    assert count(session, ScoreChange) == 2


def test_a_decision_is_tried_and_taken_back(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    apply(client, session)
    url = f"{HOME}/lan/1/rut"
    assert "2 lượt thi của 2 người đổi điểm" in words(client.page(url))
    seen = client.data(url)["seen"]
    assert client.get(f"{url}.xlsx").status_code == 200
    assert client.send(url, {"reason": "", "seen": seen}).status_code == 409
    assert client.send(url, {"reason": "Đáp án cũ đúng", "seen": seen}).headers["Location"] == f"{HOME}/lan/1"
    assert scores(session, crowd) == [2 * POINTS, POINTS, 0]
    text = words(client.page(f"{HOME}/lan/1?rut=1"))
    assert "đã rút lại" in text
    assert "Đáp án cũ đúng" in text
    assert client.get(url).headers["Location"] == f"{HOME}/lan/1"
    assert client.send(url, {"reason": "Lại nữa", "seen": seen}).status_code == 303
    assert count(session, ScoreChange) == 4


def test_after_the_announcement_nothing_is_decided(client, session, town, round_, crowd):
    client.sign_in(town.mai)
    apply(client, session)
    url = trial_url(session, kind="credit", chosen="")
    seen, undo = client.data(url)["seen"], client.data(f"{HOME}/lan/1/rut")["seen"]
    round_.published_at = town.now
    town.commit()
    reply = client.send(url, {"reason": "Muộn", "seen": seen})
    assert reply.status_code == 409
    assert "đã công bố nên đã khoá" in reply.get_data(as_text=True)
    assert client.send(f"{HOME}/lan/1/rut", {"reason": "Muộn", "seen": undo}).status_code == 409
    assert "đã công bố" in words(client.page(f"{place(session)}?ma=mot"))
    assert session.scalars(select(KeyChange)).one().undone_at is None


def test_many_attempts_are_marked_again_beside_the_requests(app, client, session, town, round_, crowd, monkeypatch):
    monkeypatch.setattr("contest.corrections.work.AT_ONCE", 1)
    client.sign_in(town.mai)
    reply = apply(client, session)
    job = reply.headers["Location"]
    assert "/viec/" in job
    assert "Điểm đang được tính lại" in words(client.page(f"{HOME}/lan/1"))
    assert scores(session, crowd)[1] == POINTS
    again = apply(client, session, code="so", kind="credit", chosen="")
    assert again.status_code == 409
    assert "đang được tính lại" in again.get_data(as_text=True)
    with app.app_context():
        assert runner.run_waiting() == 1
    assert scores(session, crowd)[1] == 2 * POINTS
    data = client.data(job)
    assert (data["state"], data["result"]["scores"]) == ("done", 2)
    assert data["result"]["url"] == f"{HOME}/lan/1"


def test_a_recount_that_was_cut_off_is_taken_up(app, client, session, town, round_, crowd):
    hall.decided(session, round_, hall.proposal(session, "mot", "key", keys=[1]))
    town.commit()
    client.sign_in(town.mai)
    assert "Việc tính lại đã dừng giữa chừng" in words(client.page(f"{HOME}/lan/1"))
    assert client.send(f"{HOME}/lan/1/tinh-tiep").status_code == 303
    with app.app_context():
        runner.run_waiting()
    assert scores(session, crowd) == [POINTS, 2 * POINTS, 0]
    assert client.send(f"{HOME}/lan/1/tinh-tiep").headers["Location"] == f"{HOME}/lan/1"


def test_results_are_not_announced_while_scores_are_recounted(session, town, round_, crowd):
    change = hall.decided(session, round_, hall.proposal(session, "mot", "key", keys=[1]))
    round_.closes_at = town.now
    session.flush()
    later = town.now + timedelta(minutes=1)
    with pytest.raises(NotPossible, match="đang được tính lại"):
        rounds.publish_round(session, TERMINAL, round_.contest, round_, later)
    recount = session.get(KeyRecount, (change.id, False))
    recount.ended_at = later
    rounds.publish_round(session, TERMINAL, round_.contest, round_, later)
    assert round_.published_at == later


def test_pages_ask_as_much_however_many_scores_change(app, client, session, town, round_, crowd):
    key_changed(client, session, round_)
    client.sign_in(town.mai)
    url = trial_url(session, kind="credit", chosen="")
    addresses = [HOME, f"{place(session)}?ma=mot", url, f"{HOME}/lan/1", f"{HOME}/lan/1/rut"]
    for address in addresses:
        client.page(address)
    few = asked(app, client, addresses)
    for number in range(6):
        hall.hand_in(town, round_, town.person(f"Người Thứ {number}"), {"mot": [2], "so": "1929"})
    let_go(session)
    assert asked(app, client, addresses) == few


def asked(app, client, addresses):
    found = []
    for address in addresses:
        with counted(app) as queries:
            client.page(address)
        found.append((address, len(queries)))
    return found


def test_only_organizers_of_the_contest_come_in(client, session, town, round_, crowd):
    other = town.person("Ban Tổ Chức Khác")
    grant_role(session, TERMINAL, other, Role.ORGANIZER, town.LC_TU.id, town.now)
    key_changed(client, session, round_)
    town.commit()
    addresses = [
        HOME,
        f"{place(session)}?ma=mot",
        trial_url(session, kind="drop"),
        trial_url(session, kind="drop", end="thu.xlsx"),
        f"{HOME}/lan/1",
        f"{HOME}/lan/1/rut",
        f"{HOME}/lan/1/rut.xlsx",
    ]
    for person, status in ((other, 404), (town.lan, 403)):
        client.sign_in(person)
        assert {client.get(address).status_code for address in addresses} == {status}
        for address in (trial_url(session, kind="drop"), f"{HOME}/lan/1/rut", f"{HOME}/lan/1/tinh-tiep"):
            assert client.send(address, {"reason": "Tôi muốn", "seen": "x"}).status_code == status
    client.sign_in(town.mai)
    assert client.get(f"{place(session)}?ma=khongco").status_code == 404
    assert client.get(f"{HOME}/lan/7").status_code == 404


def test_everybody_is_told_without_the_key(client, session, town, round_, crowd):
    assert "cuoc-thi/dieu-chinh-dap-an" not in client.get("/cuoc-thi/cuoc-thi").get_data(as_text=True)
    key_changed(client, session, round_)
    assert client.page("/cuoc-thi/cuoc-thi").xpath("//a[@href='/cuoc-thi/cuoc-thi/dieu-chinh-dap-an']")
    address = "/cuoc-thi/cuoc-thi/dieu-chinh-dap-an"
    text = words(client.page(address))
    assert "Sách giáo khoa in sai" in text
    assert "Thủ đô?" not in text
    assert client.data(address)["decisions"][0]["answers"] is None
    round_.contest.key_shown = "at_once"
    town.commit()
    text = words(client.page(address))
    assert "Thủ đô?" in text
    assert "Được tính là đúng: Huế" in text


def test_a_member_sees_old_and_new_score_with_the_reason(client, session, town, round_, crowd):
    change = key_changed(client, session, round_)
    address = f"/bai-thi/{crowd[1].code}/ket-qua"
    town.commit()
    client.sign_in(town.hung)
    number = next(place for place, row in enumerate(crowd[1].paper, 1) if row[0] == change.version_id)
    town.commit()
    text = words(client.page(address))
    assert f"Đáp án câu {number} đã được điều chỉnh" in text
    assert "Sách giáo khoa in sai" in text
    assert f"Điểm cũ {POINTS}, điểm mới {2 * POINTS}." in text
    told = client.data(address)["corrections"]
    assert [(c["place"], c["old_score"], c["new_score"]) for c in told] == [(number, POINTS, 2 * POINTS)]
    hall.undone(client.application, session, round_, change)
    let_go(session)
    last = f"/bai-thi/{crowd[2].code}/ket-qua"
    town.commit()
    text = words(client.page(address))
    assert "đã được rút lại" in text
    assert f"Điểm cũ {2 * POINTS}, điểm mới {POINTS}." in text
    client.sign_in(town.son)
    assert "Điểm cũ" not in words(client.page(last))


def test_scores_stay_hidden_where_the_regulations_hide_them(client, session, town, round_, crowd):
    round_.contest.score_shown = "after_round"
    key_changed(client, session, round_)
    address = f"/bai-thi/{crowd[1].code}/ket-qua"
    town.commit()
    client.sign_in(town.hung)
    assert "Điểm cũ" not in words(client.page(address))
    assert client.data(address)["corrections"][0]["old_score"] is None


def test_a_question_in_its_bank_names_its_decisions(client, session, town, round_, crowd):
    key_changed(client, session, round_)
    client.sign_in(town.mai)
    page = client.page("/to-chuc/ngan-hang/kho/cau-hoi?ma=mot")
    assert "Đã điều chỉnh đáp án trong" in words(page)
