"""Pages about cited documents: the list, what a changed law touches, other names, sending back to review."""

import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from sqlalchemy import select
from support.queries import counted

from contest.banks.models import BankShare
from questions import actions, citing, queries
from questions.models import LegalDocument, Question, QuestionStep
from questions.rules import Choice, Draft, State, Verb

PAGES = "/to-chuc/ngan-hang/van-ban"
KEY = "50/2024/QH15"
LAW = "Luật Công đoàn số 50/2024/QH15"
BY_NAME = "Luật Công đoàn năm 2024"
BANK = "/to-chuc/ngan-hang/luat"


def draft(code, source, topic="Chung"):
    options = (Choice(f"Đúng {code}", True), Choice("Không rõ"))
    return Draft(f"Câu {code} hỏi điều gì?", options, code=code, source=source, topic=topic)


@pytest.fixture
def store(town):
    def put(bank, *pairs, topic="Chung"):
        drafts = [draft(code, source, topic) for code, source in pairs]
        actions.store_drafts(town.session, bank, drafts, author="test", now=town.now - timedelta(days=1))
        town.session.flush()

    return put


@pytest.fixture
def bank(client, town, store):
    """Four questions, three of which cite one law; Mai is signed in."""
    found = town.bank("luat", size=0)
    store(
        found,
        ("a", f"{LAW}, Điều 10"),
        ("b", f"{LAW}, Điều 5 khoản 1"),
        ("c", f"{BY_NAME}, Điều 6"),
        ("d", "Hiến pháp năm 2013, Điều 10"),
    )
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    return found


def at(path="/xem", key=KEY):
    return f"{PAGES}{path}?khoa={key}"


def codes(page):
    return [a.get("href").rsplit("=", 1)[1] for a in page.xpath("//td[contains(@class, 'cell-stem')]/a")]


def note(client, key=KEY, **changes):
    fields = {"how": "replaced", "changed_on": "2026-07-01", "by": "Luật số 9/2026/QH16", "note": ""}
    return client.send(at("/thay-doi", key), fields | changes)


# the list


def test_documents_are_listed_with_what_cites_them(client, bank):
    data = client.data(PAGES)
    assert [(row["title"], row["questions"], row["drawn"], row["places"]) for row in data["documents"]] == [
        (LAW, 2, 2, 2),
        ("Hiến pháp năm 2013", 1, 1, 1),
        (BY_NAME, 1, 1, 1),
    ]
    page = client.page(PAGES)
    assert [a.text_content() for a in page.xpath("//td/a")] == [row["title"] for row in data["documents"]]


@pytest.mark.parametrize(
    ("args", "found"),
    [("tim=hien+phap", 1), ("tim=50/2024", 1), ("tim=luat+cong+doan", 2), ("tim=khong+co", 0), ("loc=thay-doi", 0)],
)
def test_the_list_is_searched_without_diacritics(client, bank, args, found):
    assert client.data(f"{PAGES}?{args}")["total"] == found
    client.page(f"{PAGES}?{args}")


def test_only_changed_documents_can_be_shown(client, bank):
    note(client)
    (row,) = client.data(f"{PAGES}?loc=thay-doi")["documents"]
    assert (row["key"], row["changed_on"]) == (KEY, "2026-07-01")
    assert "đã thay đổi" in client.page(PAGES).text_content()


def test_banks_that_cite_nothing_say_what_to_do(client, town):
    mai = town.mai
    town.commit()
    assert "Chưa có câu hỏi nào ghi nguồn" in client.sign_in(mai).page(PAGES).text_content()


def test_everybody_sees_what_their_own_and_shared_banks_cite(client, town, store, organizer, rows):
    own = town.bank("rieng", size=0, owner=town.province and town.LC_PT)
    shared, foreign = (town.bank(code, size=0, owner=town.LC_TU) for code in ("chia", "la"))
    for bank, source in ((own, LAW), (shared, "Hiến pháp năm 2013"), (foreign, "Bộ luật Lao động năm 2019")):
        store(bank, (bank.code, source))
    town.session.add(BankShare(bank_id=shared.id, union_id=town.LC_PT.id, shared_at=town.now, shared_by="t"))
    person, member = organizer(town.LC_PT), town.lan
    town.commit()
    assert client.get(PAGES).status_code == 303
    client.sign_in(person)
    assert {row["title"] for row in client.data(PAGES)["documents"]} == {LAW, "Hiến pháp năm 2013"}
    assert client.get(at(key="bo luat lao dong 2019")).status_code == 404
    assert note(client, "bo luat lao dong 2019").status_code == 404
    page = client.page(at(key="hien phap 2013"))
    assert codes(page) == ["chia"] and not page.xpath("//input[@name='q']")
    assert not page.xpath("//main//form[contains(@action, 'thay-doi') or contains(@action, 'ten-khac')]")
    assert note(client, "hien phap 2013").status_code == 403
    client.send(at("/xem-lai", "hien phap 2013"), {"do": "retire", "tat-ca": "1"})
    assert {question.state for question in rows(Question)} == {State.APPROVED}
    client.sign_in(member)
    assert client.get(PAGES).status_code == 403


# one document


def test_a_document_shows_its_questions_by_place_and_those_in_open_rounds_first(client, town, bank, store):
    store(bank, ("e", f"{LAW}, Điều 99"), topic="Thi")
    round_ = town.round(town.contest(title="Cuộc thi lớn"), bank=bank, count=1)
    round_.blueprint[0].topic_id = queries.question(town.session, bank.id, "e").topic_id
    town.commit()
    page = client.page(at())
    assert codes(page) == ["e", "b", "a"]
    assert "Cuộc thi lớn, đợt 1" in page.xpath("string(//tbody/tr[1])")
    assert [li.text_content().split(" (")[0].strip() for li in page.xpath("//ul[@class='places']/li")] == [
        "Tất cả",
        "Điều 5 khoản 1",
        "Điều 10",
        "Điều 99",
    ]
    assert codes(client.page(at() + "&noi=Điều 10")) == ["a"]
    assert [row["code"] for row in client.data(at())["questions"]] == ["e", "b", "a"]


def test_a_change_is_noted_shown_and_taken_back(client, bank, log, rows):
    answer = note(client, note="Xem Điều 35.")
    assert answer.status_code == 303
    page = client.page(answer.location)
    text = page.text_content()
    assert "Đã thay đổi từ 01/07/2026" in text
    assert "Bị thay thế bởi Luật số 9/2026/QH16. Xem Điều 35." in text
    assert text.count("cần xem lại") >= 2
    assert client.send(at("/thay-doi"), {"do": "clear"}).status_code == 303
    assert "Đã thay đổi từ" not in client.page(at()).text_content()
    assert {row.noted_at for row in rows(LegalDocument)} == {None}
    assert [action for action, _ in log() if action.startswith("document.")] == ["document.change", "document.clear"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"changed_on": ""}, "Hãy nhập ngày bắt đầu"),
        ({"changed_on": "hôm qua"}, "Hãy nhập ngày theo dạng"),
        ({"changed_on": "0026-07-01"}, "quá xa"),
        ({"how": "lost"}, "Hãy chọn một mục"),
        ({"by": "x" * 301}, "không quá 300"),
    ],
)
def test_a_change_without_its_day_is_refused_beside_the_field(client, bank, rows, changes, words):
    answer = note(client, **changes)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert {row.noted_at for row in rows(LegalDocument)} == {None}


def test_a_question_warns_of_its_changed_document_on_its_page_and_in_the_list(client, bank):
    note(client)
    page = client.page(f"{BANK}/cau-hoi?ma=a")
    assert "Văn bản làm căn cứ đã thay đổi" in page.text_content() and "Bị thay thế" in page.text_content()
    assert "Văn bản làm căn cứ đã thay đổi" not in client.page(f"{BANK}/cau-hoi?ma=d").text_content()
    marked = client.page(BANK).xpath("//tr[.//span[text()='văn bản đã thay đổi']]/td[contains(@class, 'cell-code')]")
    assert {cell.text_content() for cell in marked} == {"a", "b"}
    assert {row["code"] for row in client.data(f"{BANK}?thieu=van-ban")["questions"]} == {"a", "b"}


def test_two_names_of_a_law_are_suggested_joined_and_parted(client, bank):
    page = client.page(at())
    assert "Có thể cũng là văn bản này: Luật Công đoàn năm 2024" in page.text_content()
    client.send(at("/ten-khac"), {"khac": "luat cong doan 2024"})
    assert codes(client.page(at())) == ["b", "c", "a"]
    assert codes(client.page(at(key="luat cong doan 2024"))) == ["b", "c", "a"]
    client.send(at("/ten-khac"), {"khac": "luat cong doan 2024", "do": "part"})
    assert codes(client.page(at())) == ["b", "a"]
    for other in (KEY, "khong co", ""):
        assert client.send(at("/ten-khac"), {"khac": other}).status_code == 404
    assert client.send(at("/ten-khac"), {"khac": "hien phap 2013", "do": "part"}).status_code == 404


def test_ticked_questions_go_back_to_review_with_the_reason(client, bank, town, look, log):
    note(client)
    page = client.page(client.send(at("/xem-lai"), {"q": "luat/a", "do": "review"}).location)
    assert "Đã gửi xem lại 1 câu" in page.text_content()
    question = look(queries.question, bank.id, "a")
    assert (question.state, question.approved_number) == (State.REVIEW, 1)
    (step,) = look(lambda session: session.scalars(select(QuestionStep)).all())
    assert (step.verb, step.text) == (Verb.SUBMIT, f"Văn bản làm căn cứ đã thay đổi: {LAW}")
    assert ("bank.question.submit", "bank:luat") in log()
    again = client.page(client.send(at("/xem-lai"), {"tat-ca": "1", "do": "review", "ly-do": "Xem  Điều 9"}).location)
    assert "Đã gửi xem lại 1 câu" in again.text_content() and "1 câu đã ở tình trạng đó" in again.text_content()
    assert "Xem Điều 9" in [step.text for step in look(lambda session: session.scalars(select(QuestionStep)).all())]


def test_questions_can_be_taken_out_of_use_at_once(client, bank, look):
    client.send(at("/xem-lai"), {"tat-ca": "1", "do": "retire"})
    states = {code: look(queries.question, bank.id, code).state for code in "abcd"}
    assert states == {"a": State.RETIRED, "b": State.RETIRED, "c": State.APPROVED, "d": State.APPROVED}


def test_a_deed_without_ticks_or_of_no_name_does_nothing(client, bank, look):
    for sent in ({"do": "review"}, {"do": "review", "q": ["luat/d", "khac/a", "x"]}):
        page = client.page(client.send(at("/xem-lai"), sent).location)
        assert "Chưa chọn câu hỏi nào" in page.text_content()
    assert client.send(at("/xem-lai"), {"do": "burn", "q": "luat/a"}).status_code == 400
    assert {look(queries.question, bank.id, code).state for code in "abcd"} == {State.APPROVED}


def test_the_questions_of_a_document_come_as_a_sheet(client, bank):
    note(client)
    answer = client.get(at("/xuat"))
    page = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell or "" for cell in row] for row in page.iter_rows(values_only=True)]
    assert rows[0][:4] == ["Nơi trích", "Ngân hàng", "Mã câu", "Câu hỏi"]
    assert [(row[0], row[2], row[7]) for row in rows[1:]] == [("Điều 5 khoản 1", "b", "Có"), ("Điều 10", "a", "Có")]


def test_a_document_costs_as_many_queries_for_more_questions(app, client, town, store, bank):
    client.page(at())
    with counted(app) as few:
        client.page(at())
    store(bank, *((f"n{n}", f"{LAW}, Điều {n}") for n in range(30)))
    town.commit()
    with counted(app) as many:
        client.page(at())
    assert len(few) == len(many)


def test_unknown_documents_are_not_found(client, bank):
    for path in ("/xem", "/xuat"):
        assert client.get(at(path, "khong-co")).status_code == 404
        assert client.get(f"{PAGES}{path}").status_code == 404


# from the terminal


def test_citations_are_made_anew_from_the_terminal(app, bank, town, look):
    with app.extensions["store"].session(readonly=False) as session:
        law = citing.document(session, KEY)
        citing.note_change(law, date(2026, 7, 1), "", town.now)
        session.commit()
    result = app.test_cli_runner().invoke(args=["bank", "citations", "rebuild"], catch_exceptions=False)
    assert result.exit_code == 0 and "4 citations of 3 documents" in result.output
    assert look(citing.document, KEY).changed_on == date(2026, 7, 1)


def test_a_draft_with_another_source_moves_in_the_list(client, bank, town):
    question = queries.question(town.session, bank.id, "a")
    new = replace(draft("a", "Hiến pháp năm 2013, Điều 9"), topic="Chung")
    actions.revise(town.session, question, new, author="test", now=town.now)
    town.commit()
    assert codes(client.page(at())) == ["b"]
    assert codes(client.page(at(key="hien phap 2013"))) == ["a", "d"]
