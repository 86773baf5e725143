"""One question at the desk: looking, adding, editing, and two editors at once."""

from urllib.parse import urlencode

import pytest
from lxml import html

from contest.accounts.rules import TERMINAL
from contest.banks import actions
from contest.rounds.models import BlueprintRow
from questions import queries
from questions.models import Question, QuestionVersion
from questions.rules import Choice, Difficulty, Draft, Kind, ReadResult

BANK = "/to-chuc/ngan-hang/bank"
ODD = "1/2 & <b>?"
DRAFT = Draft(
    "Thủ đô nước ta?",
    (Choice("Hà Nội", correct=True), Choice("Huế"), Choice("Cả A và B", stays_last=True)),
    code=ODD,
    topic="Địa lý / Thủ đô",
    source="Hiến pháp năm 2013, Điều 13",
    explanation="Điều 13.",
)


@pytest.fixture
def bank(town, client):
    bank = town.bank(size=2)
    mai = town.mai
    actions.import_questions(town.session, TERMINAL, bank, ReadResult((DRAFT,)), town.now)
    town.commit()
    client.sign_in(mai)
    return bank


TWIN = {"stem": "câu hỏi số 1 của BANK"} | {
    f"choices-{index}-text": text for index, text in enumerate(("Sai 1.0", "Đúng 1.1", "Sai 1.2", "Sai 1.3"))
}


def address(page, code=ODD):
    return f"{BANK}/cau-hoi{page}?{urlencode({'ma': code})}"


def fields(page):
    """What a browser would send with the form of a question."""
    form = page.xpath("//form[.//textarea[@name='stem']]")[0]
    return {name: values if len(values) > 1 else values[0] for name, values in _values(form).items()}


def _values(form):
    found = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def filled(stem="Câu mới?", **changes):
    values = {
        "stem": stem,
        "kind": "single",
        "difficulty": "2",
        "topic": "",
        "source": "",
        "explanation": "",
        "code": "",
    }
    for index, text in enumerate(("Một", "Hai")):
        values[f"choices-{index}-text"] = text
    return values | {"choices-0-right": "y"} | changes


def test_a_question_is_shown_with_key_source_and_place(client, bank, town):
    page = client.page(address(""))
    text = " ".join(page.text_content().split())
    assert [li.text_content().split("\n")[0] for li in page.xpath("(//ul[@class='q-options'])[1]/li")]
    assert "A. Hà Nội ✓ đáp án đúng" in text
    assert page.xpath("//li[@class='option-right']//text()[contains(., 'Hà Nội')]")
    for words in ("Hiến pháp năm 2013, Điều 13", "Điều 13.", "Địa lý › Thủ đô", "Đang dùng", "giữ cuối", "bản 1"):
        assert words in text
    assert "Phương án C nhắc tới chữ cái" in text
    data = client.data(address(""))
    assert (data["code"], data["key"], data["topic"]) == (ODD, "A", "Địa lý / Thủ đô")


def test_an_unknown_question_is_not_found(client, bank):
    for page in ("", "/xem", "/sua"):
        client.page(address(page, "không có"), 404)


def test_the_participants_view_has_the_letters_and_not_the_key(client, bank):
    page = client.page(address("/xem"))
    assert page.xpath("//input[@name='q1']/@value") == ["A", "B", "C"]
    assert page.xpath("//input[@name='q1']/@type") == ["radio"] * 3
    text = page.text_content()
    assert "A. Hà Nội" in text
    assert "đáp án đúng" not in text and "Điều 13" not in text


def test_rounds_that_can_draw_the_question_are_named(client, bank, town, session):
    topics = {topic.path: topic.id for topic, _ in queries.topics(session, bank.id)}
    contest = town.contest(title="Cuộc thi Địa lý")
    round_ = town.round(contest, 1, bank=bank, count=1)
    round_.blueprint[0].topic_id = topics["Địa lý"]
    other = town.round(contest, 2, bank=bank, count=1)
    other.blueprint[0].topic_id = topics["Chung"]
    other.blueprint.append(
        BlueprintRow(position=2, bank_id=bank.id, topic_id=topics["Địa lý"], difficulty=Difficulty.HARD, count=1)
    )
    town.commit()
    text = client.page(address("")).text_content()
    assert "Cuộc thi Địa lý, đợt 1" in text
    assert "đợt 2" not in text


def test_a_question_typed_by_hand_is_stored_and_logged(client, bank, town, look, log):
    client.page(f"{BANK}/cau-hoi/moi?chu-de=Chung")
    data = filled(
        "  Câu   mới?  ",
        kind="multiple",
        topic="Chung / Nhỏ",
        difficulty="3",
        source="Luật Công đoàn",
        **{"choices-2-text": "Tất cả các phương án trên", "choices-1-right": "y"},
    )
    asked = client.send(f"{BANK}/cau-hoi/moi", data)
    assert asked.status_code == 422
    page = html.fromstring(asked.get_data(as_text=True))
    assert "Phương án C nói về các phương án khác" in page.text_content()
    answer = client.send(f"{BANK}/cau-hoi/moi", fields(page))
    assert (answer.status_code, answer.location) == (303, f"{BANK}/cau-hoi?ma=C0001")
    rows, _ = look(queries.questions, bank.id, text="moi")
    stored = queries.as_draft(*rows[0])
    assert stored == Draft(
        "Câu mới?",
        (Choice("Một", True), Choice("Hai", True), Choice("Tất cả các phương án trên", False, True)),
        Kind.MULTIPLE,
        "C0001",
        "Chung / Nhỏ",
        Difficulty.HARD,
        "Luật Công đoàn",
    )
    assert rows[0][1].author == f"person:{town.mai.id}"
    assert log()[-1] == ("bank.question.add", "bank:bank")


def test_after_saving_one_may_go_on_with_the_next_of_the_same_topic(client, bank):
    answer = client.send(f"{BANK}/cau-hoi/moi", filled(topic="Chung", code="X1", then="again"))
    assert answer.location == f"{BANK}/cau-hoi/moi?chu-de=Chung"
    page = client.page(answer.location)
    assert page.xpath("//input[@name='topic']/@value") == ["Chung"]
    assert "Đã thêm câu X1" in page.text_content()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stem": " "}, "chưa có nội dung"),
        ({"choices-0-right": ""}, "chưa có đáp án đúng"),
        ({"choices-1-right": "y"}, "Câu hỏi một đáp án nhưng có 2"),
        ({"choices-1-text": ""}, "ít nhất 2 phương án"),
        ({"choices-1-text": "một"}, "hai phương án trả lời giống nhau"),
        ({"choices-2-right": "y"}, "phương án trả lời bị trống"),
        (TWIN, "bank-1"),
        ({"code": "bank-1"}, "Mã bank-1 đã có"),
        ({"code": "x" * 61}, "không quá 60"),
        ({"topic": "x" * 301}, "không quá 300"),
        ({"stem": "x" * 4001}, "quá 4.000 ký tự"),
        ({"kind": "poem"}, "Hãy chọn một mục"),
        ({"difficulty": "9"}, "Hãy chọn một mục"),
    ],
)
def test_what_keeps_a_question_from_being_stored_is_said_and_nothing_is_lost(client, bank, rows, changes, words):
    data = {name: value for name, value in filled(**changes).items() if value}
    answer = client.send(f"{BANK}/cau-hoi/moi", data)
    assert answer.status_code == 422
    page = html.fromstring(answer.get_data(as_text=True))
    assert words in page.xpath("//div[@class='summary']")[0].text_content()
    assert page.findtext(".//title").startswith("Lỗi:")
    typed = data.get("choices-1-text", "")
    assert page.xpath("//textarea[@name='choices-1-text']")[0].text_content().strip() == typed
    assert len(rows(Question)) == 3


def test_an_opened_and_saved_form_changes_nothing(client, bank, rows, look):
    sent = fields(client.page(address("/sua")))
    assert sent["choices-2-last"] == "y" and sent["choices-0-right"] == "y"
    answer = client.send(address("/sua"), sent)
    assert answer.status_code == 303
    assert "không đổi" in client.page(answer.location).text_content()
    question = look(queries.question, bank.id, ODD)
    assert (question.version_number, len(rows(QuestionVersion))) == (1, 3)


def test_new_words_make_a_new_version_with_its_author_and_what_changed(client, bank, town, look, log):
    sent = fields(client.page(address("/sua"))) | {"stem": "Thủ đô nước Việt Nam?", "choices-2-text": "Vinh"}
    sent["choices-2-last"] = ""
    assert client.send(address("/sua"), {name: value for name, value in sent.items() if value}).status_code == 303
    page = client.page(address(""))
    history = [" ".join(node.text_content().split()) for node in page.xpath("//details[@class='more']")]
    assert "Bản 2" in history[0] and "Nguyễn Thị Mai" in history[0] and "đang dùng" in history[0]
    assert "Nội dung Thủ đô nước [bỏ: ta][thêm: Việt Nam]?" in history[0]
    assert "Phương án C giữ cuối [bỏ: có] → [thêm: không]" in history[0]
    assert "Bản 1" in history[1] and "Thủ đô nước ta?" in history[1]
    assert log()[-1] == ("bank.question.edit", "bank:bank")
    versions = look(lambda s: [v.stem for v in queries.history(s, queries.question(s, bank.id, ODD))])
    assert versions == ["Thủ đô nước Việt Nam?", "Thủ đô nước ta?"]


def test_two_editors_at_once_overwrite_nothing_and_see_both(app, client, bank, town, look, log):
    other = app.test_client().sign_in(town.admin if town.commit() else town.mai)
    mine, theirs = fields(client.page(address("/sua"))), fields(other.page(address("/sua")))
    assert other.send(address("/sua"), theirs | {"stem": "Bản của người khác?"}).status_code == 303
    before = log()
    answer = client.send(address("/sua"), mine | {"stem": "Bản của tôi?"})
    assert answer.status_code == 409
    page = html.fromstring(answer.get_data(as_text=True))
    assert "người khác vừa sửa câu này" in page.text_content()
    assert "Bản của người khác?" in page.xpath("//div[@class='preview-q']")[0].text_content()
    assert page.xpath("//textarea[@name='stem']")[0].text_content().strip() == "Bản của tôi?"
    assert look(lambda s: queries.newest_version(s, queries.question(s, bank.id, ODD)).stem) == "Bản của người khác?"
    assert log() == before
    assert client.send(address("/sua"), fields(page)).status_code == 303
    assert look(lambda s: queries.newest_version(s, queries.question(s, bank.id, ODD)).stem) == "Bản của tôi?"


@pytest.mark.parametrize("lost", ["version", "changed"])
def test_a_form_that_does_not_say_what_it_saw_is_taken_for_stale(client, bank, lost):
    sent = fields(client.page(address("/sua"))) | {"stem": "Khác?"}
    assert client.send(address("/sua"), {k: v for k, v in sent.items() if k != lost}).status_code == 409


def test_a_question_is_retired_from_its_own_page(client, bank):
    form = client.page(address("")).xpath("//form[contains(@action, '/cau-hoi/buoc')]")[0]
    assert "retire" in form.xpath(".//button/@value")
    answer = client.send(form.get("action"), dict(form.form_values()) | {"do": "retire", "y-kien": "Đã lạc hậu"})
    assert answer.status_code == 303
    page = client.page(answer.location)
    assert "Ngừng dùng" in page.text_content() and "không được rút vào đề mới" in page.text_content()
    assert "Đã lạc hậu" in page.xpath("//ol[@class='timeline']")[0].text_content()
    assert page.xpath("//h1")[0].text_content().endswith(f"Câu {ODD}")
