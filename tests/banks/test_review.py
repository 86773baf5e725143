"""Review: who may take which step, approving what was seen, the queue, the timeline, versions and their return."""

import re

import pytest
from lxml import html
from support.queries import counted

from contest.accounts.rules import TERMINAL, Actor
from contest.banks import actions, queue, review, review_actions
from contest.banks.queue import Asked, Whose
from contest.banks.review import Standing
from questions import actions as library
from questions import queries
from questions.models import Question, QuestionStep
from questions.rules import Choice, Draft, ReviewRule, State, Verb

BANK = "/to-chuc/ngan-hang/hai-nguoi"
QUEUE = "/to-chuc/ngan-hang/cho-duyet"
LAN, MAI = "person:1", "person:2"


def standing(state=State.REVIEW, rule=ReviewRule.TWO, author=LAN, has_source=True):
    return Standing(rule, state, author, has_source)


# rules


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("state", list(State))
def test_a_step_is_taken_only_from_where_it_makes_sense(verb, state):
    may = review.refusal(verb, standing(state), LAN if verb is Verb.WITHDRAW else MAI, "vì thế") is None
    assert may == (state in review.FROM[verb])


def test_the_author_of_the_newest_version_neither_approves_nor_returns_it():
    for verb in (Verb.APPROVE, Verb.RETURN):
        assert "cần người khác" in str(review.refusal(verb, standing(), LAN, "ý kiến"))
        assert review.refusal(verb, standing(), MAI, "ý kiến") is None
        assert review.refusal(verb, standing(rule=ReviewRule.ONE), LAN, "ý kiến") is None


def test_only_the_author_withdraws():
    assert review.refusal(Verb.WITHDRAW, standing(), LAN) is None
    assert "Chỉ người viết" in str(review.refusal(Verb.WITHDRAW, standing(), MAI))


def test_what_has_to_be_said_with_a_step():
    assert "cần sửa gì" in str(review.refusal(Verb.RETURN, standing(), MAI))
    assert "Hãy ghi ý kiến" in str(review.refusal(Verb.COMMENT, standing(), MAI))
    assert "chưa ghi nguồn" in str(review.refusal(Verb.APPROVE, standing(has_source=False), MAI))
    assert review.refusal(Verb.APPROVE, standing(has_source=False), MAI, "sách nội bộ") is None
    assert review.refusal(Verb.APPROVE, standing(has_source=False, rule=ReviewRule.ONE), MAI) is None
    assert "quá 2000" in str(review.refusal(Verb.RETURN, standing(), MAI, "x" * 2001))


def test_the_steps_that_are_offered():
    assert review.open_verbs(standing(), MAI) == [Verb.APPROVE, Verb.RETURN, Verb.RETIRE, Verb.COMMENT]
    assert review.open_verbs(standing(), LAN) == [Verb.WITHDRAW, Verb.RETIRE, Verb.COMMENT]
    alone = standing(State.DRAFT, ReviewRule.ONE)
    assert review.open_verbs(alone, LAN) == [Verb.APPROVE, Verb.RETIRE, Verb.COMMENT]


# a bank with two persons


def draft(number, source="Luật Công đoàn, Điều 1"):
    choices = (Choice(f"Đúng {number}", True), Choice(f"Sai {number}"))
    return Draft(f"Câu hỏi thứ {number} của ngân hàng?", choices, code=f"C{number}", source=source)


@pytest.fixture
def two(town, organizer):
    """Mai writes three questions and submits them; Tú is another organizer of the province."""
    bank = town.bank("hai-nguoi", size=0)
    bank.review = ReviewRule.TWO
    town.tu = organizer(town.province, "Trần Anh Tú")
    for number in (1, 2, 10):
        library.add_question(town.session, bank, draft(number), author=f"person:{town.mai.id}", now=town.now)
    submit(town, bank)
    town.commit()
    return bank


def submit(town, bank, *codes):
    questions = queries.selected(town.session, bank.id, codes or ["C1", "C2", "C10"])
    library.set_state(town.session, questions, Verb.SUBMIT, town.now, actor=f"person:{town.mai.id}")


def state_of(look, bank, code="C1"):
    question = look(queries.question, bank.id, code)
    return State(question.state), question.version_number, question.approved_number


def step(client, do, code="C1", ban=1, **data):
    return client.send(f"{BANK}/cau-hoi/buoc?ma={code}", {"do": do, "ban": str(ban), **data})


def test_somebody_else_approves_and_the_question_is_drawn(client, town, two, look, log):
    client.sign_in(town.tu)
    assert look(queries.pool, two.id) == []
    answer = step(client, "approve")
    assert answer.location == f"{BANK}/cau-hoi?ma=C1"
    assert state_of(look, two) == (State.APPROVED, 1, 1)
    assert len(look(queries.pool, two.id)) == 1
    assert log()[-1] == ("bank.question.approve", "bank:hai-nguoi")
    assert "Trần Anh Tú duyệt" in " ".join(client.page(answer.location).text_content().split())


@pytest.mark.parametrize("do", ["approve", "return"])
def test_nobody_decides_about_their_own_words(client, town, two, look, log, do):
    client.sign_in(town.mai)
    before = log()
    answer = step(client, do, **{"y-kien": "tôi thấy được"})
    assert "cần người khác" in client.page(answer.location).text_content()
    assert state_of(look, two)[0] is State.REVIEW and log() == before


def test_an_approval_holds_for_the_version_that_was_seen(client, app, town, two, look, log):
    client.sign_in(town.tu)
    new = draft(1, source="Nguồn khác")
    question = queries.question(town.session, two.id, "C1")
    library.revise(town.session, question, new, author=f"person:{town.mai.id}", now=town.now)
    submit(town, two, "C1")
    town.commit()
    before = log()
    for seen in ("1", "", "x"):
        answer = step(client, "approve", ban=seen)
        assert "vừa được người khác sửa" in client.page(answer.location).text_content()
    assert state_of(look, two) == (State.REVIEW, 2, None) and log() == before
    step(client, "approve", ban=2)
    assert state_of(look, two) == (State.APPROVED, 2, 2)


@pytest.mark.parametrize("ban", ["9" * 5000, "٣", "²", "-1", ""])
def test_an_absurd_version_is_not_the_one_that_was_seen(client, town, two, look, ban):
    submit(town, two, "C1")
    assert step(client, "approve", ban=ban).status_code == 303
    assert state_of(look, two)[0] == State.REVIEW


def test_what_came_back_says_why_and_is_submitted_again(client, app, town, two, look):
    tu = client.sign_in(town.tu)
    assert "cần sửa gì" in tu.page(step(tu, "return").location).text_content()
    step(tu, "return", **{"y-kien": "Sai năm ban hành <b>"})
    assert state_of(look, two)[0] is State.DRAFT
    mai = app.test_client().sign_in(town.mai)
    page = mai.page(f"{QUEUE}?xem=tra-lai")
    assert page.xpath("//td[@class='cell-code']/text()") == ["C1"]
    assert "Sai năm ban hành <b>" in mai.page(f"{BANK}/cau-hoi?ma=C1").text_content()
    mai.send(f"{QUEUE}?xem=tra-lai", {"do": "submit", "q": "hai-nguoi C1", "v": "1 hai-nguoi C1"})
    assert state_of(look, two)[0] is State.REVIEW
    step(mai, "withdraw")
    assert state_of(look, two)[0] is State.DRAFT


def test_the_approved_version_is_drawn_while_a_new_one_waits(client, town, two, look):
    step(client.sign_in(town.tu), "approve")
    pool = look(queries.pool, two.id)
    question = queries.question(town.session, two.id, "C1")
    new = Draft("Lời văn mới?", draft(1).choices, code="C1")
    library.revise(town.session, question, new, author=f"person:{town.mai.id}", now=town.now)
    town.commit()
    assert state_of(look, two) == (State.DRAFT, 2, 1)
    assert look(queries.pool, two.id) == pool
    text = " ".join(client.page(f"{BANK}/cau-hoi?ma=C1").text_content().split())
    assert "Đề thi vẫn rút bản 1" in text
    assert [row["code"] for row in client.data(f"{BANK}?tinh-trang=ban-moi")["questions"]] == ["C1"]


def test_a_question_without_source_needs_a_reason(client, town, two, look):
    library.add_question(town.session, two, draft(3, source=""), author=f"person:{town.mai.id}", now=town.now)
    submit(town, two, "C3")
    town.commit()
    client.sign_in(town.tu)
    assert "chưa ghi nguồn" in client.page(f"{BANK}/cau-hoi/duyet?ma=C3").text_content()
    assert "chưa ghi nguồn" in client.page(step(client, "approve", "C3").location).text_content()
    assert state_of(look, two, "C3")[0] is State.REVIEW
    step(client, "approve", "C3", **{"y-kien": "Kiến thức phổ thông"})
    assert state_of(look, two, "C3")[0] is State.APPROVED
    assert [row["code"] for row in client.data(f"{BANK}?thieu=nguon")["questions"]] == ["C3"]


def test_a_retired_question_that_is_edited_stays_out_of_use(client, town, two, look):
    client.sign_in(town.tu)
    step(client, "approve")
    step(client, "retire")
    question = queries.question(town.session, two.id, "C1")
    new = Draft("Lời văn mới?", draft(1).choices, code="C1")
    library.revise(town.session, question, new, author=f"person:{town.mai.id}", now=town.now)
    town.commit()
    assert state_of(look, two) == (State.RETIRED, 2, 1)
    assert look(queries.pool, two.id) == []
    step(client, "restore", ban=2)
    assert state_of(look, two) == (State.DRAFT, 2, 1)


def test_a_round_is_warned_of_what_nobody_has_approved(client, town, two):
    contest = town.contest("cuoc", published=False)
    town.round(contest, bank=two, count=1, opens=60, closes=120)
    town.commit()
    step(client.sign_in(town.tu), "approve")
    page = client.page("/to-chuc/cuoc-thi/cuoc")
    assert "còn 2 câu hỏi là bản nháp hoặc chờ duyệt" in page.text_content()
    assert page.xpath(f"//main//a[@href='{QUEUE}']")


# the queue


def test_the_queue_holds_what_others_wrote_and_leads_from_one_to_the_next(client, town, two):
    client.sign_in(town.tu)
    page = client.page(QUEUE)
    assert page.xpath("//td[@class='cell-code']/text()") == ["C1", "C2", "C10"]
    start = page.xpath("//a[contains(., 'Duyệt lần lượt')]/@href")[0]
    seen = []
    for _ in range(3):
        page = client.page(start)
        form = page.xpath("//form[contains(@class, 'judge')]")[0]
        seen.append(re.search(r"Duyệt câu (\w+)", page.findtext(".//title"))[1])
        data = dict(form.form_values()) | {"do": "approve"}
        start = client.send(form.get("action"), data).location
    assert seen == ["C1", "C2", "C10"]
    assert start == QUEUE
    assert "Không có câu nào" in client.page(QUEUE).text_content()


def test_the_menu_counts_what_waits_for_the_visitor_and_for_nobody_else(client, app, town, two):
    link = "//nav//a[contains(@href, 'cho-duyet')]"
    tu, mai = client.sign_in(town.tu), app.test_client().sign_in(town.mai)
    assert "Chờ duyệt 3" in tu.page("/to-chuc").xpath(link)[0].text_content()
    assert mai.page("/to-chuc").xpath(link) == []
    assert app.test_client().page("/").xpath(link) == []


def test_ticked_questions_are_approved_at_once_and_the_others_told(client, town, two, look):
    library.add_question(town.session, two, draft(3, source=""), author=f"person:{town.mai.id}", now=town.now)
    library.add_question(town.session, two, draft(4), author=f"person:{town.tu.id}", now=town.now)
    submit(town, two, "C3", "C4")
    town.commit()
    client.sign_in(town.tu)
    seen = {f"C{n}": 1 for n in (1, 2, 3, 4)} | {"C2": 7}
    answer = client.send(
        QUEUE,
        {
            "do": "approve",
            "q": [f"hai-nguoi {code}" for code in seen],
            "v": [f"{number} hai-nguoi {code}" for code, number in seen.items()],
        },
    )
    text = client.page(answer.location).text_content()
    assert "Đã duyệt 1 câu hỏi" in text
    assert "Không đổi câu C2: Câu này vừa được người khác sửa" in text
    assert "Không đổi câu C3: Câu này chưa ghi nguồn" in text
    assert "Không đổi câu C4: Bạn là người viết" in text
    states = [state_of(look, two, code)[0] for code in seen]
    assert states == [State.APPROVED, State.REVIEW, State.REVIEW, State.REVIEW]


def test_the_desk_approves_only_what_is_ticked_and_seen(client, town, two, look):
    client.sign_in(town.tu)
    client.send(f"{BANK}/sap-xep", {"do": "approve", "tat-ca": "1"})
    client.send(f"{BANK}/sap-xep", {"do": "approve", "q": "C1"})
    assert state_of(look, two)[0] is State.REVIEW
    client.send(f"{BANK}/sap-xep", {"do": "approve", "q": "C1", "v": "1 C1"})
    assert state_of(look, two)[0] is State.APPROVED


def test_the_queue_is_of_own_banks_only(client, town, two, organizer):
    far = organizer(town.LC_TU)
    town.commit()
    client.sign_in(far)
    assert client.data(QUEUE)["total"] == 0
    assert client.get(f"{BANK}/cau-hoi/duyet?ma=C1").status_code == 404
    assert step(client, "approve").status_code == 404
    data = {"do": "approve", "q": "hai-nguoi C1", "v": "1 hai-nguoi C1"}
    assert client.send(QUEUE, data).status_code == 404


def test_the_queue_costs_the_same_for_more_questions(app, client, town, two):
    client.sign_in(town.tu)
    numbers = []
    for first in (20, 60):
        with counted(app) as statements:
            client.page(QUEUE)
        numbers.append(len(statements))
        for number in range(first, first + 40):
            library.add_question(town.session, two, draft(number), author=f"person:{town.mai.id}", now=town.now)
        submit(town, two, *[f"C{n}" for n in range(first, first + 40)])
        town.commit()
    assert numbers[0] == numbers[1] <= 14


def test_questions_wait_longest_first(town, two):
    rows = queue.page(town.session, None, Asked("person:0"), 0, 10)
    assert [question.code for question, _ in rows] == ["C1", "C2", "C10"]
    assert queue.number(town.session, None, Asked(f"person:{town.mai.id}", Whose.OWN)) == 3


def test_a_refused_step_writes_nothing(town, two):
    mai = f"person:{town.mai.id}"
    questions = queries.selected(town.session, two.id, ["C1", "C2"])
    outcome = review_actions.take(
        town.session, Actor(town.mai.id, "Mai"), two, questions, Verb.APPROVE, town.now, seen={"C1": 1, "C2": 1}
    )
    assert outcome.taken == [] and set(outcome.refused) == {"C1", "C2"}
    assert [row.verb for row in town.session.query(QuestionStep).filter_by(actor=mai)] == ["submit"] * 3


# versions


def test_an_old_version_comes_back_as_a_new_one(client, town, look):
    bank = town.bank(size=1)
    question = queries.question(town.session, bank.id, "bank-0")
    old = queries.as_draft(question, queries.newest_version(town.session, question))
    new = Draft("Lời văn mới?", old.choices, code="bank-0", topic="Chung", source="Nguồn mới")
    library.revise(town.session, question, new, author="person:9", now=town.now, note="Luật đổi")
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    page = client.page("/to-chuc/ngan-hang/bank/cau-hoi/ban?ma=bank-0&so=1")
    text = " ".join(page.text_content().split())
    assert "So với bản 2" in text and "Câu hỏi số 0 của bank?" in text and "Nguồn mới" in text
    form = page.xpath("//form[contains(@action, 'khoi-phuc')]")[0]
    data = dict(form.form_values())
    stale = client.send(form.get("action"), data | {"version": "1"})
    assert "người khác vừa sửa" in client.page(stale.location).text_content()
    answer = client.send(form.get("action"), data)
    assert answer.location == "/to-chuc/ngan-hang/bank/cau-hoi?ma=bank-0"
    versions = look(lambda s: [(v.number, v.stem, v.note) for v in queries.history(s, question)])
    assert versions[0] == (3, old.stem, "Lấy lại bản 1.")
    text = " ".join(client.page(answer.location).text_content().split())
    assert "Lý do: Luật đổi" in text and "Bản đang được rút bản 3" in text.replace("rútbản", "rút bản")
    assert client.get("/to-chuc/ngan-hang/bank/cau-hoi/ban?ma=bank-0&so=9").status_code == 404


def test_the_web_form_offers_two_persons_where_there_are_two(client, town, organizer, look):
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    chosen = "//input[@name='review'][@checked]/@value"
    assert client.page("/to-chuc/ngan-hang/moi").xpath(chosen) == ["one"]
    organizer(town.province)
    town.commit()
    assert client.page("/to-chuc/ngan-hang/moi").xpath(chosen) == ["two"]
    client.send("/to-chuc/ngan-hang/moi", {"title": "Mới", "code": "moi-1", "review": "two"})
    assert look(queries.bank, "moi-1").review == "two"
    client.send("/to-chuc/ngan-hang/moi-1/thong-tin", {"title": "Mới", "review": "one"})
    assert look(queries.bank, "moi-1").review == "one"


def test_drafts_that_were_never_approved_can_be_deleted_and_no_others(client, town, two, rows):
    client.sign_in(town.tu)
    step(client, "approve")
    answer = client.send(f"{BANK}/sap-xep", {"do": "discard", "q": ["C1", "C2"]})
    text = client.page(answer.location).text_content()
    assert "Đã xoá 1 bản nháp" in text and "1 câu đã từng được duyệt" in text
    assert sorted(question.code for question in rows(Question)) == ["C1", "C10"]


def test_the_terminal_writes_who_made_a_bank_of_two(town):
    bank = actions.create(
        town.session, TERMINAL, code="x", title="X", union_id=None, now=town.now, review=ReviewRule.TWO
    )
    assert bank.review == "two"


def test_pages_of_review_check_out(client, town, two):
    client.sign_in(town.tu)
    for address in (QUEUE, f"{QUEUE}?xem=cua-toi", f"{QUEUE}?ngan-hang=hai-nguoi", f"{BANK}/cau-hoi/duyet?ma=C1"):
        assert html.tostring(client.page(address))
