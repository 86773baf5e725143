"""Near-duplicates at the desk: while typing, after saving, in the preview of a file, and all those of a bank."""

import csv
import io
import json

import pytest
from lxml import html

from contest.banks import near
from contest.banks.models import BankShare
from questions import actions, queries
from questions.plans import Whose
from questions.rules import Choice, Draft, Verb

BANKS = "/to-chuc/ngan-hang"
BANK = f"{BANKS}/bank"
NEAR = f"{BANK}/gan-giong"
LAW = "Người lao động gia nhập công đoàn theo nguyên tắc nào của Luật Công đoàn?"
HEADER = ("Mã câu", "Chủ đề", "Câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Đáp án")
OPTIONS = ("Tự nguyện", "Bắt buộc", "Theo chỉ tiêu", "Theo thâm niên")


def draft(stem, code=None, options=OPTIONS):
    return Draft(stem, tuple(Choice(text, place == 0) for place, text in enumerate(options)), code=code)


@pytest.fixture
def bank(client, town):
    """A bank with one question worth finding, and Mai signed in."""
    found = town.bank(size=1)
    actions.add_question(town.session, found, draft(LAW, "L1"), author="test", now=town.now)
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    return found


def typed(client, stem, *options, own="", kind="single", **headers):
    data = {"stem": stem, "kind": kind, "choices-0-right": "y"}
    data |= {f"choices-{place}-text": text for place, text in enumerate(options)}
    return client.send(f"{NEAR}?ma={own}", data, **headers)


def told(client, *args, **kwargs):
    answer = typed(client, *args, headers={"Accept": "application/json"}, **kwargs)
    assert answer.status_code == 200
    return [(one["bank"], one["code"], one["how"]) for one in answer.json["near"]]


def table(*rows):
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEADER, *rows])
    return out.getvalue().encode()


def upload(client, content):
    data = {"file": (io.BytesIO(content), "cau-hoi.csv")}
    return client.send(f"{BANK}/nhap", data, content_type="multipart/form-data")


# while typing


def test_what_is_typed_is_found_whatever_the_order_and_the_marks(client, bank):
    assert told(client, LAW, *reversed(OPTIONS)) == [("bank", "L1", "same")]
    assert told(client, "nguoi lao dong gia nhap cong doan theo nguyen tac nao cua luat cong doan", *OPTIONS) == [
        ("bank", "L1", "diacritics")
    ]
    assert told(client, f"Theo bạn, {LAW}", *OPTIONS) == [("bank", "L1", "wording")]
    assert told(client, "Vì sao bầu trời có màu xanh vào ban ngày?", *OPTIONS) == []


def test_a_few_letters_are_not_looked_for(client, bank):
    assert told(client, "Người") == []


def test_the_part_of_the_page_shows_the_words_and_the_way(client, bank):
    text = typed(client, LAW, *OPTIONS).get_data(as_text=True)
    assert LAW in text and f'href="{BANK}/cau-hoi?ma=L1"' in text and "giống 100%" in text
    nothing = html.fromstring(typed(client, "Một câu hoàn toàn khác hẳn?").get_data(as_text=True))
    assert nothing.get_element_by_id("gan-giong").text_content().strip() == ""
    assert "Không có câu nào" in nothing.text_content()


def test_fields_of_another_kind_do_not_count(client, bank):
    """A question that became an essay still carries the options it had."""
    assert told(client, LAW, "Khác", "Khác nữa", kind="single") == []
    assert told(client, LAW, "Khác", "Khác nữa", kind="essay") == [("bank", "L1", "wording")]


def test_the_question_that_is_edited_is_not_near_itself(client, bank, town):
    actions.add_question(
        town.session, bank, draft(LAW.replace("nguyên tắc", "tiêu chí"), "L2"), author="t", now=town.now
    )
    town.commit()
    assert told(client, LAW, *OPTIONS, own="L1") == [("bank", "L2", "wording")]


def test_a_change_of_the_bank_is_seen_at_once(client, bank, town, look):
    other = "Thẻ đoàn viên công đoàn do cấp nào phát hành và quản lý?"
    assert told(client, other) == []
    actions.add_question(town.session, bank, draft(other, "L3"), author="t", now=town.now)
    town.commit()
    assert told(client, other, *OPTIONS) == [("bank", "L3", "same")]
    question = look(queries.question, bank.id, "L3")
    with client.application.extensions["store"].session(readonly=False) as session:
        changed = session.merge(question)
        actions.revise(session, changed, draft("Nay hỏi điều khác hẳn?", "L3"), author="t", now=town.now)
        session.commit()
    assert told(client, other, *OPTIONS) == []


def test_other_banks_one_may_see_are_looked_through_and_no_foreign_ones(client, town, organizer):
    town.bank("bank", size=1, owner=town.province and town.LC_PT)
    shared, foreign = (town.bank(code, size=1, owner=town.LC_TU) for code in ("chia", "la"))
    for bank in (shared, foreign):
        actions.add_question(town.session, bank, draft(LAW, "X"), author="t", now=town.now)
    town.session.add(BankShare(bank_id=shared.id, union_id=town.LC_PT.id, shared_at=town.now, shared_by="t"))
    person = organizer(town.LC_PT)
    town.commit()
    assert told(client.sign_in(person), LAW, *OPTIONS) == [("chia", "X", "same")]


def test_large_banks_beside_are_left_aside(client, bank, town, session, monkeypatch):
    small, large = town.bank("nho", size=3), town.bank("to", size=8)
    town.commit()
    assert near.beside(session, bank.id, None) == [small.id, large.id]
    monkeypatch.setattr(near, "MAX_BESIDE", 10)
    assert near.beside(session, bank.id, None) == [small.id]


def test_typing_needs_the_bank(client, town, organizer):
    bank = town.bank(owner=town.province and town.LC_PT)
    far = organizer(town.LC_TU)
    town.commit()
    assert bank
    assert client.send(NEAR, {"stem": LAW}).status_code in (302, 303)
    client.sign_in(far)
    assert client.send(NEAR, {"stem": LAW}).status_code == 404
    assert client.get(NEAR).status_code == 404


# after saving


def form(stem, *options):
    fields = {"stem": stem, "kind": "single", "difficulty": "2", "source": "Luật Công đoàn năm 2024"}
    for place, text in enumerate(options):
        fields[f"choices-{place}-text"] = text
    return fields | {"choices-0-right": "y"}


def test_saving_says_what_the_new_question_is_near_to_and_where_to_compare(client, bank):
    answer = client.send(f"{BANK}/cau-hoi/moi", form(f"Theo bạn, {LAW}", *OPTIONS))
    page = client.page(answer.location)
    assert "gần giống câu L1 của ngân hàng bank (lời văn gần như nhau)" in page.text_content()
    (link,) = page.xpath("//a[text()='So sánh hai câu']/@href")
    assert LAW in client.page(link).text_content()


def test_saving_something_of_its_own_says_nothing(client, bank):
    answer = client.send(f"{BANK}/cau-hoi/moi", form("Trụ sở của tổ chức đặt ở đâu?", "Hà Nội", "Huế"))
    assert "gần giống" not in client.page(answer.location).xpath(
        "string(//main/div[contains(@class, 'notice')][last()])"
    )


# files


def test_the_preview_shows_both_questions_side_by_side(client, bank, town):
    beside = town.bank("khac", size=1)
    other = "Thẻ đoàn viên công đoàn do cấp nào phát hành và quản lý?"
    actions.add_question(town.session, beside, draft(other, "K1"), author="t", now=town.now)
    town.commit()
    rows = [
        ("N1", "", f"Theo bạn, {LAW}", *OPTIONS[:3], "A"),
        ("N2", "", other, *OPTIONS[:3], "A"),
        ("N3", "", f"Hãy cho biết: {other}", *OPTIONS[:3], "A"),
        ("N4", "", "Vì sao bầu trời có màu xanh?", "Ánh sáng", "Nước biển", "Mây", "A"),
    ]
    place = upload(client, table(*rows)).location
    page = client.page(f"{place}?loai=near-duplicate")
    summaries = [" ".join(text.split()) for text in page.xpath("//details[@class='near']/summary/text()")]
    assert len(page.xpath("//article")) == 3
    assert any("câu K1 của ngân hàng khac" in text for text in summaries)
    assert any("câu N2 trong tệp này" in text for text in summaries)
    assert any(text.endswith("câu L1: lời văn gần như nhau") for text in summaries)
    assert len(page.xpath("//div[@class='near-pair']/section")) == 2 * len(summaries)
    client.send(place)
    assert "Đã nhập xong: 4 câu mới" in client.page(BANK).text_content()


def test_the_command_names_what_is_near(cli_run, tmp_path):
    run, rows = cli_run
    path = tmp_path / "cau.csv"
    path.write_bytes(
        table(("N1", "", f"Theo bạn, {LAW}", *OPTIONS[:3], "A"), ("N2", "", "Vì sao?", "A", "B", "C", "A"))
    )
    data = json.loads(run("import", str(path), "--bank", "bank", "--dry-run", "--json").stdout)
    assert [(q["code"], q["state"]) for q in data["questions"]] == [("N1", "near-duplicate"), ("N2", "new")]
    (one,) = data["questions"][0]["near"]
    assert (one["code"], one["bank"], one["how"]) == ("L1", "bank", "wording") and 0.8 < one["likeness"] < 1
    assert (data["new"], data["near-duplicate"]) == (1, 1)
    assert json.loads(run("import", str(path), "--bank", "bank", "--json").stdout)["imported"] == 2
    again = json.loads(run("import", str(path), "--bank", "bank", "--json").stdout)
    assert (again["imported"], again["same"], again["near-duplicate"]) == (0, 2, 0)


@pytest.fixture
def cli_run(app, bank, rows):
    runner = app.test_cli_runner()
    return lambda *args: runner.invoke(args=["bank", *args], catch_exceptions=False), rows


# a whole bank


def test_all_pairs_of_a_bank_are_listed_the_likest_first(client, bank, town):
    for code, stem in (("L2", LAW.replace("nguyên tắc", "tiêu chí")), ("L3", LAW.upper() + " ...")):
        options = OPTIONS if code == "L2" else (*OPTIONS, "Cách khác")
        actions.add_question(town.session, bank, draft(stem, code, options), author="t", now=town.now)
    town.commit()
    page = client.page(NEAR)
    assert [a.text_content() for a in page.xpath("//h2/a")] == ["Câu L3", "Câu L2"]
    data = client.data(NEAR)["pairs"]
    assert [(pair["code"], [one["code"] for one in pair["near"]]) for pair in data] == [
        ("L3", ["L1", "L2"]),
        ("L2", ["L1"]),
    ]


def test_a_bank_without_any_says_so(client, town):
    town.bank(size=1)
    mai = town.mai
    town.commit()
    assert "Không có hai câu nào" in client.sign_in(mai).page(NEAR).text_content()
    assert "Không có câu nào gần giống" in client.page(f"{NEAR}?ma=bank-0").text_content()


def test_no_more_indexes_are_kept_than_a_few(session, town):
    banks = [town.bank(code, size=2) for code in "abcd"]
    shelf = near.Shelf()
    first = shelf.index(session, [banks[0].id])
    assert shelf.index(session, [banks[0].id]) is first
    for bank in banks[1:]:
        shelf.index(session, [bank.id])
    assert shelf.index(session, [banks[0].id]) is not first
    actions.set_state(session, queries.selected(session, banks[0].id, ["a-0"]), Verb.RETIRE, town.now)
    assert Whose("a", "a-0") in shelf.index(session, [banks[0].id]).keys
