"""The editor: every kind, options that speak of others, pictures, what is typed and not saved, shared passages."""

import io
from dataclasses import replace
from fractions import Fraction
from urllib.parse import urlencode

import pytest
from lxml import html
from PIL import Image

from contest.banks.models import UnsavedQuestion
from contest.banks.question_forms import percent_text
from contest.rounds.models import RoundPool
from questions import actions as library
from questions import lasts, queries
from questions.models import Picture
from questions.rules import TRUE_FALSE, Answer, Choice, Difficulty, Draft, Kind, Markup, Scoring, fraction

BANK = "/to-chuc/ngan-hang/bank"
WEIGHTS = (
    Choice("Một", True, points=Fraction(1)),
    Choice("Hai", points=Fraction(-1, 3)),
    Choice("Ba", points=Fraction(0)),
)
KINDS = [
    Draft("Một đáp án?", (Choice("Một", True, feedback="Đúng rồi"), Choice("Hai"), Choice("Ba", stays_last=True))),
    Draft("Có tỉ lệ?", WEIGHTS, scoring=Scoring.WEIGHTS),
    Draft(
        "Nhiều đáp án?",
        (Choice("Một", True), Choice("Hai", True), Choice("Ba")),
        Kind.MULTIPLE,
        scoring=Scoring.PARTIAL,
    ),
    Draft("Đúng hay sai?", (Choice(TRUE_FALSE[0]), Choice(TRUE_FALSE[1], True)), Kind.TRUEFALSE),
    Draft(
        "Bốn mệnh đề?",
        tuple(Choice(f"Mệnh đề {n}", n % 2 == 0) for n in range(4)),
        Kind.STATEMENTS,
        scoring=Scoring.STEPS,
    ),
    Draft(
        "Trả lời ngắn?",
        kind=Kind.SHORT,
        answers=(Answer("Hà Nội"), Answer("Thăng Long.*", Fraction(1, 2), pattern=True, feedback="Tên cũ")),
        exact=True,
        case=True,
    ),
    Draft("Số pi?", kind=Kind.NUMBER, answers=(Answer("3.14", tolerance="0.01"), Answer("3", Fraction(1, 4)))),
    Draft("Sắp thứ tự?", tuple(Choice(f"Bước {n}") for n in range(4)), Kind.ORDER, scoring=Scoring.PARTIAL),
    Draft(
        "Ghép đôi?",
        (Choice("Núi", match="Cao"), Choice("Sông", match="Dài"), Choice("", match="Rộng")),
        Kind.MATCH,
        scoring=Scoring.ALL,
    ),
    Draft("Tự luận?", kind=Kind.ESSAY, min_words=50, max_words=300, guide="Ba ý."),
]


@pytest.fixture
def bank(town, client):
    bank = town.bank(size=2)
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    return bank


def edit(code="bank-0", tail="sua"):
    return f"{BANK}/cau-hoi/{tail}?{urlencode({'ma': code})}"


def fields(page):
    found = {}
    for name, value in page.xpath("//form[.//textarea[@name='stem']]")[0].form_values():
        found.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items() if name != "picture"}


def parsed(answer):
    return html.fromstring(answer.get_data(as_text=True))


@pytest.mark.parametrize("draft", KINDS, ids=lambda draft: f"{draft.kind}-{draft.scoring}")
def test_a_question_of_every_kind_goes_through_the_form_unchanged(client, bank, town, look, draft):
    full = replace(
        draft,
        code="MOI",
        topic="Chung",
        difficulty=Difficulty.HARD,
        source="Luật",
        explanation="Vì **thế**.",
        title="Tên",
        markup=Markup.MARKDOWN,
        passage="Đoạn văn\nhai dòng",
        tags=("Biển đảo", "ôn tập"),
    )
    library.add_question(town.session, bank, full, author="person:1", now=town.now)
    town.commit()
    page = client.page(edit("MOI"))
    shown = page.xpath("//*[@data-kinds and not(@hidden)]/@data-kinds")
    assert all(draft.kind in names.split() for names in shown) and shown
    assert client.send(edit("MOI"), fields(page)).status_code == 303
    question = look(queries.question, bank.id, "MOI")
    assert question.version_number == 1
    again = client.send(edit("MOI"), fields(client.page(edit("MOI"))) | {"stem": "Câu khác?", "note": "sửa"})
    assert again.status_code == 303
    stored = look(lambda s: queries.as_draft(q := queries.question(s, bank.id, "MOI"), queries.newest_version(s, q)))
    assert stored == replace(full, stem="Câu khác?")
    client.page(f"{BANK}/cau-hoi?ma=MOI")


@pytest.mark.parametrize("draft", KINDS, ids=lambda draft: f"{draft.kind}-{draft.scoring}")
def test_the_preview_shows_what_is_typed_and_stores_nothing(client, bank, town, rows, draft):
    library.add_question(town.session, bank, replace(draft, code="MOI"), author="person:1", now=town.now)
    town.commit()
    sent = fields(client.page(edit("MOI")))
    answer = client.send(f"{BANK}/cau-hoi/xem-truoc", sent | {"stem": "Đang gõ <b>dở?"})
    assert answer.status_code == 200
    page = parsed(answer)
    assert "Đang gõ <b>dở?" in page.xpath("//form[@id='xem-truoc']")[0].text_content()
    half = client.send(f"{BANK}/cau-hoi/xem-truoc", {"kind": draft.kind.value, "choices-0-text": "nửa"})
    assert half.status_code == 200
    assert (
        client.send(f"{BANK}/cau-hoi/xem-truoc", {"kind": "x", "difficulty": "9", "min_words": "x"}).status_code == 200
    )


def test_numbers_and_shares_are_read_as_people_type_them(client, bank, look):
    data = {
        "kind": "number",
        "stem": "Bao nhiêu?",
        "difficulty": "2",
        "scoring": "all",
        "answers-0-text": "1 234,5",
        "answers-0-tolerance": "0,5",
        "answers-1-text": "1200",
        "answers-1-points": "33,33333 %",
        "code": "SO",
    }
    assert client.send(f"{BANK}/cau-hoi/moi", data).status_code == 303
    version = look(lambda s: queries.newest_version(s, queries.question(s, bank.id, "SO")))
    assert [(row["text"], row["points"], row["tolerance"]) for row in version.details["answers"]] == [
        ("1234.5", "1", "0.5"),
        ("1200", "1/3", "0"),
    ]
    for share in (Fraction(1, 3), Fraction(-1, 6), Fraction(1, 7), Fraction(9, 10)):
        assert fraction(percent_text(share)) == share


# options that speak about others


def lettered(text="Cả A và B"):
    return {
        "kind": "single",
        "stem": "Câu hỏi mới về chữ cái?",
        "difficulty": "2",
        "scoring": "all",
        "code": "CHU",
        "choices-0-text": "Một",
        "choices-0-right": "y",
        "choices-1-text": "Hai",
        "choices-2-text": text,
    }


def test_an_option_that_names_letters_is_refused_with_two_ways_out(client, bank, rows, look):
    answer = client.send(f"{BANK}/cau-hoi/moi", lettered())
    assert answer.status_code == 422
    page = parsed(answer)
    ways = page.xpath("//button[@name='viet-lai' or @name='giu-thu-tu']")
    assert [way.get("name") for way in ways] == ["viet-lai", "giu-thu-tu"]
    assert "Cả hai phương án trên" in ways[0].text_content()
    rewritten = parsed(client.send(f"{BANK}/cau-hoi/moi", fields(page) | {"viet-lai": ways[0].get("value")}))
    assert rewritten.xpath("//textarea[@name='choices-2-text']")[0].text_content().strip() == "Cả hai phương án trên"
    assert client.send(f"{BANK}/cau-hoi/moi", fields(rewritten)).status_code == 303
    version = look(lambda s: queries.newest_version(s, queries.question(s, bank.id, "CHU")))
    assert version.choices[2] == Choice("Cả hai phương án trên", stays_last=True)
    fixed = parsed(client.send(f"{BANK}/cau-hoi/moi", lettered() | {"code": "CHU2", "giu-thu-tu": "1"}))
    assert client.send(f"{BANK}/cau-hoi/moi", fields(fixed) | {"stem": "Một câu khác?"}).status_code == 303
    version = look(lambda s: queries.newest_version(s, queries.question(s, bank.id, "CHU2")))
    assert lasts.keeps_order(version.choices)


def test_options_found_by_wording_are_confirmed_and_may_be_declined(client, bank, look):
    asked = client.send(f"{BANK}/cau-hoi/moi", lettered("Tất cả các phương án trên"))
    page = parsed(asked)
    assert asked.status_code == 422 and page.xpath("//input[@name='choices-2-last'][@checked]")
    declined = fields(page)
    del declined["choices-2-last"]
    assert client.send(f"{BANK}/cau-hoi/moi", declined).status_code == 303
    version = look(lambda s: queries.newest_version(s, queries.question(s, bank.id, "CHU")))
    assert not version.choices[2].stays_last
    page = client.page(edit("CHU"))
    assert client.send(edit("CHU"), fields(page) | {"choices-0-text": "Số một"}).status_code == 303


@pytest.mark.parametrize(
    ("texts", "place", "expected"),
    [
        (("a", "b", "c", "Cả A, B và C"), 3, "Cả ba phương án trên"),
        (("a", "b", "c", "Cả A, B, C đều sai"), 3, "Cả ba phương án trên đều sai"),
        (("a", "b", "c", "Cả B và C"), 3, "Cả “b” và “c”"),
        (("a", "b", "Chỉ A đúng"), 2, None),
        (("a", "b", "Không có A, B"), 2, None),
        (("a", "Cả A và D"), 1, None),
        (("a", "Cả A và B"), 1, None),
    ],
)
def test_options_are_said_without_letters_where_that_is_safe(texts, place, expected):
    found = lasts.rewritten([Choice(text) for text in texts], place)
    assert found == expected or (expected is None and (found is None or "“a”" in found))


# pictures


def test_a_picture_is_stored_and_shown_in_the_text(client, bank, rows):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    sent = {"picture": (io.BytesIO(data.getvalue()), "h.png")}
    answer = client.send(f"{BANK}/cau-hoi/hinh", sent, content_type="multipart/form-data")
    sha = rows(Picture)[0].sha256
    assert answer.get_json()["text"] == f"![hình](hinh:{sha})"
    page = parsed(
        client.send(
            f"{BANK}/cau-hoi/moi",
            {**lettered("Ba"), "them-hinh": "1", "picture": (io.BytesIO(data.getvalue()), "h.png")},
            content_type="multipart/form-data",
        )
    )
    assert f"hinh:{sha}" in page.xpath("//textarea[@name='stem']")[0].text_content()
    assert page.xpath("//input[@name='markdown'][@checked]")
    bad = client.send(
        f"{BANK}/cau-hoi/hinh", {"picture": (io.BytesIO(b"%PDF"), "h.png")}, content_type="multipart/form-data"
    )
    assert bad.status_code == 422 and bad.get_json()["error"]


# what is typed and not saved


def test_what_is_typed_is_kept_found_again_and_gone_once_saved(client, bank, rows):
    sent = fields(client.page(edit())) | {"stem": "Gõ dở câu này"}
    told = client.send(edit(tail="tam"), sent).get_json()
    assert told["text"].startswith("Đã giữ bản nháp lúc") and told["others"] == []
    assert len(rows(UnsavedQuestion)) == 1
    page = client.page(edit())
    assert "Bạn có bản chưa lưu lúc" in page.text_content()
    assert page.xpath("//textarea[@name='stem']")[0].text_content().strip() == "Câu hỏi số 0 của bank?"
    again = client.page(page.xpath("//a[contains(., 'Tiếp tục bản đó')]/@href")[0])
    assert again.xpath("//textarea[@name='stem']")[0].text_content().strip() == "Gõ dở câu này"
    assert client.send(edit(), fields(again)).status_code == 303
    assert rows(UnsavedQuestion) == []


def test_what_was_kept_before_somebody_else_saved_is_stale(client, bank, town):
    sent = fields(client.page(edit())) | {"stem": "Gõ dở câu này"}
    client.send(edit(tail="tam"), sent)
    question = queries.question(town.session, bank.id, "bank-0")
    draft = queries.as_draft(question, queries.newest_version(town.session, question))
    library.revise(town.session, question, replace(draft, source="khác"), author="person:9", now=town.now)
    town.commit()
    kept = fields(client.page(edit() + "&tiep=1"))
    assert client.send(edit(), kept).status_code == 409


def test_a_new_question_left_unsaved_can_be_thrown_away(client, bank, rows):
    client.send(f"{BANK}/cau-hoi/tam", {"stem": "Câu mới dở dang", "kind": "single"})
    assert "Bạn có bản chưa lưu" in client.page(f"{BANK}/cau-hoi/moi").text_content()
    client.send(f"{BANK}/cau-hoi/bo-tam")
    assert rows(UnsavedQuestion) == []
    assert client.send(f"{BANK}/cau-hoi/tam", {"stem": "x" * 300_000}).get_json() == {"others": []}
    assert rows(UnsavedQuestion) == []


def test_editors_see_who_else_is_at_a_question(app, client, bank, town, organizer):
    tu = organizer(town.province, "Trần Anh Tú")
    town.commit()
    other = app.test_client().sign_in(tu)
    other.send(edit(tail="tam"), fields(other.page(edit())))
    assert "Trần Anh Tú đang sửa câu này" in client.page(edit()).text_content()
    assert "Trần Anh Tú" in client.send(edit(tail="tam"), {"stem": "?"}).get_json()["others"][0]
    assert "Bạn có bản chưa lưu" not in client.page(edit("bank-1")).text_content()


# reasons and passages


def test_a_question_that_a_round_has_drawn_is_changed_with_a_reason_only(client, bank, town, look):
    round_ = town.round(bank=bank, count=1)
    version = queries.newest_version(town.session, queries.question(town.session, bank.id, "bank-0"))
    town.session.add(RoundPool(round_id=round_.id, frozen_at=town.now, rows=[[1, [version.id]]]))
    town.commit()
    sent = fields(client.page(edit())) | {"stem": "Lời khác?"}
    refused = client.send(edit(), sent)
    assert refused.status_code == 422 and "Hãy ghi lý do sửa" in refused.get_data(as_text=True)
    assert client.send(edit(), sent | {"stem": "Câu hỏi số 0 của bank?", "topic": "Khác"}).status_code == 303
    sent = fields(client.page(edit())) | {"stem": "Lời khác?", "note": "Luật đổi"}
    assert client.send(edit(), sent).status_code == 303
    text = " ".join(client.page(f"{BANK}/cau-hoi?ma=bank-0").text_content().split())
    assert "Luật đổi" in text and "trong danh sách rút" in text and "bản 1" in text


def test_a_shared_passage_changes_for_all_who_share_it(client, bank, town, look):
    passage = "Đoạn văn mà ba câu cùng hỏi."
    for number in range(3):
        draft = Draft(f"Ý {number} là gì?", (Choice("a", True), Choice("b")), code=f"P{number}", passage=passage)
        library.add_question(town.session, bank, draft, author="person:1", now=town.now)
    town.commit()
    page = client.page(edit("P1"))
    assert "Đổi đoạn văn cho cả 2 câu khác dùng chung đoạn này (P0, P2)" in page.text_content()
    sent = fields(page) | {"passage": "Đoạn văn mới.", "whole_passage": "y"}
    assert client.send(edit("P1"), sent).status_code == 303
    for number in range(3):
        version = look(lambda s, n=number: queries.newest_version(s, queries.question(s, bank.id, f"P{n}")))
        assert (version.details["passage"], version.number) == ("Đoạn văn mới.", 2)
