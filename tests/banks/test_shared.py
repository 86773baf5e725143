"""Shared banks, copying, topics, options to confirm, tags and figures on the desk."""

import pytest

from contest.accounts.rules import TERMINAL, Actor, Grant, Role
from contest.banks import actions, last_actions
from contest.banks.models import BankOwner, BankShare
from contest.statistics.models import QuestionStatistic
from contest.wiring import own_banks
from questions import actions as library
from questions import queries
from questions.models import Question, QuestionVersion, Topic
from questions.rules import Choice, Draft, Kind, ReviewRule, State, Verb

BANKS = "/to-chuc/ngan-hang"
#: Every address of a bank that changes something, with what it would take.
WRITES = {
    "/nhap": {},
    "/nhap/abc": {},
    "/thong-tin": {"title": "Của tôi"},
    "/xoa": {},
    "/sap-xep": {"do": "retire", "q": "bank-1"},
    "/cau-hoi/moi": {"stem": "?"},
    "/cau-hoi/sua?ma=bank-1": {"stem": "?"},
    "/cau-hoi/tam?ma=bank-1": {"stem": "?"},
    "/cau-hoi/bo-tam?ma=bank-1": {},
    "/cau-hoi/hinh": {},
    "/cau-hoi/xem-truoc": {"stem": "?"},
    "/cau-hoi/buoc?ma=bank-1": {"do": "retire", "ban": "1"},
    "/cau-hoi/khoi-phuc?ma=bank-1": {"so": "1"},
    "/chu-de": {"chu-de": "Chung", "do": "place", "sang": "Khác"},
    "/giu-cuoi": {"q": "bank-1"},
    "/chia-se": {"union": "LC-TU"},
}
READS = ("", "/cau-hoi?ma=bank-1", "/cau-hoi/xem?ma=bank-1", "/cau-hoi/ban?ma=bank-1&so=1")


@pytest.fixture
def shared(town, organizer, client):
    """A bank of the district Phong Thổ, shared with Than Uyên, whose organizer looks."""
    bank = town.bank(size=3, owner=town.province and town.LC_PT)
    town.session.add(BankShare(bank_id=bank.id, union_id=town.LC_TU.id, shared_at=town.now, shared_by="person:1"))
    town.reader = organizer(town.LC_TU)
    own = town.bank("cua-toi", size=0, owner=town.LC_TU)
    town.commit()
    client.sign_in(town.reader)
    return bank, own


@pytest.mark.parametrize("path", WRITES)
def test_whoever_a_bank_is_shared_with_changes_nothing(client, shared, log, rows, path):
    before = log()
    assert client.send(f"{BANKS}/bank{path}", WRITES[path]).status_code == 403
    assert log() == before
    assert {question.state for question in rows(Question)} == {State.APPROVED}


def test_every_way_to_write_into_a_bank_is_tried(app):
    """A new address of a bank that takes forms has to be listed above."""
    posts = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{BANKS}/<code>") and "POST" in rule.methods
    }
    tried = {path.partition("?")[0].replace("abc", "<token>") for path in WRITES}
    # Copying out of a bank writes into another one; the others only look.
    reading = {"/chep", "/gan-giong", "/xuat"}
    missing = {rule.removeprefix(f"{BANKS}/<code>") for rule in posts} - tried - reading
    assert {path for path in missing if not path.startswith("/nhap")} == set()


def test_a_shared_bank_is_listed_read_exported_and_drawn_from(client, shared, town, look):
    bank, own = shared
    page = client.page(BANKS)
    assert "Được chia sẻ" in page.text_content() and "Ngân hàng bank" in page.text_content()
    for path in READS:
        page = client.page(f"{BANKS}/bank{path}")
        assert not page.xpath("//main//a[contains(@href, '/sua')]")
        assert not page.xpath("//main//form[contains(@action, '/buoc')]")
    assert client.get(f"{BANKS}/bank/xuat/xlsx").status_code == 200
    assert [row.get("shared") for row in client.data(BANKS)["banks"]] == [None, True]
    reader = Actor(town.reader.id, "R", (Grant(Role.ORGANIZER, town.LC_TU.id),))
    assert set(look(own_banks, reader)) == {bank.id, own.id}


def test_others_do_not_find_a_shared_bank(app, shared, organizer, town):
    below = organizer(town.LC_TU_1)
    town.commit()
    visitor = app.test_client().sign_in(below)
    for path in READS:
        visitor.page(f"{BANKS}/bank{path}", 404)


def test_an_organizer_shares_and_takes_back(app, client, town, organizer, rows, log):
    town.bank(size=1, owner=town.province)
    mai, far = town.mai, organizer(town.LC_TU)
    town.commit()
    client.sign_in(mai)
    found = client.send(f"{BANKS}/bank/chia-se", {"tim_union": "1", "union_tu_khoa": "than uyen"})
    assert "LC-TU" in found.get_data(as_text=True)
    assert client.send(f"{BANKS}/bank/chia-se", {"union": "khong-co"}).status_code == 422
    assert client.send(f"{BANKS}/bank/chia-se", {"union": "LC"}).status_code == 422
    assert client.send(f"{BANKS}/bank/chia-se", {"union": "LC-TU"}).status_code == 303
    assert "LĐLĐ huyện Than Uyên" in client.page(f"{BANKS}/bank/chia-se").text_content()
    other = app.test_client().sign_in(far)
    other.page(f"{BANKS}/bank")
    assert client.send(f"{BANKS}/bank/chia-se", {"bo": "LC-TU"}).status_code == 303
    other.page(f"{BANKS}/bank", 404)
    assert rows(BankShare) == []
    assert [action for action, _ in log()][-2:] == ["bank.share", "bank.unshare"]


# copying


def copy(client, codes, to="cua-toi", bank="bank"):
    answer = client.send(f"{BANKS}/{bank}/chep", {"q": codes, "sang": to})
    return client.page(answer.location).text_content()


def test_questions_are_copied_under_new_codes_and_doubles_told(client, shared, town, look, rows):
    _, own = shared
    other = Draft("Câu có sẵn mã này?", (Choice("a", True), Choice("b")), code="bank-1")
    library.add_question(town.session, own, other, author="person:1", now=town.now)
    town.commit()
    text = copy(client, ["bank-0", "bank-1"])
    assert "Đã chép 2 câu" in text and "1 câu nhận mã mới" in text
    codes = {row["code"] for row in client.data(f"{BANKS}/cua-toi")["questions"]}
    assert codes == {"bank-0", "bank-1", "C0001"}
    assert "ở đó đã có câu giống hệt" in copy(client, ["bank-0"])
    assert len(rows(Question)) == 6


def test_only_approved_words_leave_a_shared_bank_and_follow_the_rule_of_the_other(client, shared, town, look):
    bank, own = shared
    bank.review, own.review = ReviewRule.TWO, ReviewRule.TWO
    draft = Draft("Bản nháp?", (Choice("a", True), Choice("b")), code="NHAP")
    library.add_question(town.session, bank, draft, author="person:1", now=town.now)
    question = queries.question(town.session, bank.id, "bank-0")
    old = queries.as_draft(question, queries.newest_version(town.session, question))
    new = Draft("Lời mới chưa duyệt?", old.choices, code="bank-0")
    library.revise(town.session, question, new, author="person:1", now=town.now)
    town.commit()
    text = copy(client, ["bank-0", "NHAP"])
    assert "câu chưa được duyệt thì chưa chép được" in text
    data = client.data(f"{BANKS}/cua-toi")["questions"]
    assert [(row["stem"], row["state"]) for row in data] == [(old.stem, "draft")]


def test_one_copies_only_into_banks_of_ones_own(client, shared, town):
    for target in ("bank", "khong-co"):
        assert client.send(f"{BANKS}/bank/chep", {"q": "bank-0", "sang": target}).status_code in (403, 404)


# topics


@pytest.fixture
def atlas(town, client):
    bank = town.bank("atlas", size=6, topics=("Địa lý / Núi", "Địa lý / Sông", "Lịch sử"))
    round_ = town.round(bank=bank, count=1)
    topics = {topic.path: topic for topic, _ in queries.topics(town.session, bank.id)}
    round_.blueprint[0].topic_id = topics["Địa lý / Núi"].id
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    return bank


def topic(client, path, do, to=""):
    answer = client.send(f"{BANKS}/atlas/chu-de", {"chu-de": path, "do": do, "sang": to})
    return client.page(answer.location).text_content() if answer.status_code == 303 else answer.status_code


def paths(look, bank):
    return {found.path: number for found, number in look(queries.topics, bank.id)}


def test_topics_are_renamed_and_moved_with_what_is_below(client, atlas, look):
    topic(client, "Địa lý", "place", "Tự nhiên /  Đất nước")
    assert paths(look, atlas) == {
        "Tự nhiên": 0,
        "Tự nhiên / Đất nước": 0,
        "Tự nhiên / Đất nước / Núi": 2,
        "Tự nhiên / Đất nước / Sông": 2,
        "Lịch sử": 2,
    }
    names = {found.path: found.name for found, _ in look(queries.topics, atlas.id)}
    assert names["Tự nhiên / Đất nước"] == "Đất nước"


def test_topics_are_merged_with_their_rounds(client, atlas, look):
    topic(client, "Địa lý / Núi", "merge", "Lịch sử")
    assert paths(look, atlas) == {"Địa lý": 0, "Địa lý / Sông": 2, "Lịch sử": 4}
    uses = look(lambda s: [t.path for t in s.query(Topic).join(Topic.bank).filter(Topic.path == "Lịch sử")])
    assert uses == ["Lịch sử"]
    topic(client, "Địa lý", "merge", "Lịch sử")
    assert paths(look, atlas) == {"Lịch sử": 4, "Lịch sử / Sông": 2}


@pytest.mark.parametrize(
    ("path", "do", "to", "words"),
    [
        ("Địa lý", "place", "Lịch sử", "Đã có chủ đề"),
        ("Địa lý", "place", "Địa lý / Trong", "bên trong chính nó"),
        ("Địa lý", "place", "Địa lý //", "từ 1 đến 300"),
        ("Địa lý", "merge", "Địa lý / Núi", "không nằm bên trong"),
        ("Địa lý", "delete", "", "còn chủ đề con"),
        ("Lịch sử", "delete", "", "còn câu hỏi"),
    ],
)
def test_topics_that_cannot_be_changed_so_stay(client, atlas, look, path, do, to, words):
    before = paths(look, atlas)
    assert words in topic(client, path, do, to)
    assert paths(look, atlas) == before


def test_an_empty_topic_is_deleted_unless_a_round_draws_from_it(client, atlas, look):
    client.send(f"{BANKS}/atlas/sap-xep", {"do": "move", "topic": "Lịch sử", "q": ["atlas-0", "atlas-3", "atlas-1"]})
    assert "Còn đợt thi" in topic(client, "Địa lý / Núi", "delete")
    client.send(f"{BANKS}/atlas/sap-xep", {"do": "move", "topic": "Lịch sử", "q": ["atlas-4"]})
    topic(client, "Địa lý / Sông", "delete")
    assert "Địa lý / Sông" not in paths(look, atlas)
    assert topic(client, "Không có", "delete") == 404


# options to confirm


def test_options_kept_last_are_confirmed_once(client, town, look, rows):
    bank = town.bank(size=0)
    texts = ("Tất cả các phương án trên", "Cả A và B", "Không quy định")
    for number, text in enumerate(texts):
        choices = (Choice("Một", True), Choice("Hai"), Choice(text, stays_last=number == 1))
        library.add_question(
            town.session, bank, Draft(f"Câu {number}?", choices, code=f"C{number}"), author="x", now=town.now
        )
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    page = client.page(f"{BANKS}/bank/giu-cuoi")
    assert page.xpath("//input[@name='giu']/@value") == ["2 C0", "2 C1"]
    assert page.xpath("//a[contains(., 'Sửa câu C1')]")
    client.send(f"{BANKS}/bank/giu-cuoi", {"q": ["C0", "C1"], "giu": ["2 C0", "2 C1"]})
    assert look(last_actions.unconfirmed, bank.id) == []
    version = look(lambda s: queries.newest_version(s, queries.question(s, bank.id, "C0")))
    assert (version.number, version.choices[2].stays_last) == (2, True)
    assert len(rows(QuestionVersion)) == 4
    assert "Không còn câu nào" in client.page(f"{BANKS}/bank/giu-cuoi").text_content()


# the desk


def test_the_desk_filters_by_kind_author_tag_lack_and_figures(client, town, look):
    bank = town.bank(size=4)
    essay = Draft("Tự luận?", kind=Kind.ESSAY, code="LUAN", tags=("Ôn tập",))
    mai = town.mai
    library.add_question(town.session, bank, essay, author=f"person:{mai.id}", now=town.now)
    round_ = town.round(bank=bank)
    for number, (right, index) in enumerate(((20.0, -5.0), (50.0, 40.0), (95.0, None))):
        version = queries.newest_version(town.session, queries.question(town.session, bank.id, f"bank-{number}"))
        figures = {"facility": right, "discrimination_index": index}
        town.session.add(
            QuestionStatistic(
                round_id=round_.id,
                version_id=version.id,
                drawn=40,
                figures=figures,
                suspect=number == 0,
                computed_at=town.now,
            )
        )
    town.commit()
    client.sign_in(mai)

    def codes(args):
        client.page(f"{BANKS}/bank?{args}")
        return [row["code"].removeprefix("bank-") for row in client.data(f"{BANKS}/bank?{args}")["questions"]]

    assert codes("loai=essay") == codes("nhan=Ôn+tập") == codes(f"nguoi=person:{mai.id}") == ["LUAN"]
    assert codes("thieu=nguon") == codes("thieu=chu-de") == ["LUAN"]
    assert codes("thieu=loi-giai") == ["0", "1", "2", "3", "LUAN"]
    assert codes("so-lieu=nghi-van") == codes("so-lieu=kho") == codes("so-lieu=phan-biet-kem") == ["0"]
    assert codes("so-lieu=vua") == codes("so-lieu=phan-biet-tot") == ["1"]
    assert codes("so-lieu=de") == ["2"]
    assert codes("so-lieu=chua-co") == ["3", "LUAN"]
    text = " ".join(client.page(f"{BANKS}/bank").text_content().split())
    assert "40 lượt" in text and "đúng 20%" in text.replace("20,0%", "20%") and "nghi vấn" in text


def test_tags_are_put_on_and_taken_off_many(client, town, look):
    town.bank(size=3)
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    post = f"{BANKS}/bank/sap-xep"
    client.send(post, {"do": "tag", "tags": "Biển  đảo, ôn tập", "tat-ca": "1"})
    client.send(post, {"do": "untag", "tags": "ôn tập", "q": "bank-1"})
    tags = {row["code"]: row["tags"] for row in client.data(f"{BANKS}/bank")["questions"]}
    assert tags == {"bank-0": ["Biển đảo", "ôn tập"], "bank-1": ["Biển đảo"], "bank-2": ["Biển đảo", "ôn tập"]}
    eleven = ", ".join(f"n{n}" for n in range(11))
    assert (
        "tối đa 10 nhãn"
        in client.page(client.send(post, {"do": "tag", "tags": eleven, "q": "bank-1"}).location).text_content()
    )
    assert "Hãy nhập nhãn" in client.page(client.send(post, {"do": "tag", "q": "bank-1"}).location).text_content()


def test_codes_sort_by_their_numbers(client, town):
    bank = town.bank("so", size=12)
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    assert [row["code"] for row in client.data(f"{BANKS}/so")["questions"]] == [f"so-{n}" for n in range(12)]
    assert client.data(f"{BANKS}/so?xep=-code")["questions"][0]["code"] == "so-11"
    assert bank.code == "so"


def test_a_bank_is_shared_within_the_verbs_only_once(town):
    bank = town.bank(size=0, owner=town.province)
    assert actions.share(town.session, TERMINAL, bank, town.LC_TU, town.now)
    assert not actions.share(town.session, TERMINAL, bank, town.LC_TU, town.now)
    assert town.session.get(BankOwner, bank.id)
    library.set_state(town.session, [], Verb.RETIRE, town.now)
