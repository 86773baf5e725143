"""What is handed out: texts of figures, pictures whose QR code chooses the union, paper with or without names."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from contest.campaigns import handouts, texts
from contest.campaigns.facts import Facts, Span
from contest.campaigns.queries import Absent
from contest.campaigns.rules import Reason
from contest.campaigns.texts import Tone
from contest.documents import typesetting

HOME = "/theo-doi/cuoc-thi/LC-PT-1/tuyen-truyen"
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
FACTS = Facts(
    contest="Gửi niềm tin",
    union="CĐCS Mầm non",
    address="https://thi.vn/cuoc-thi/gui?don-vi=MN",
    people=12,
    attempts=20,
    opens_at=NOW - timedelta(days=5),
    closes_at=NOW + timedelta(days=3),
    now=NOW,
    minutes=20,
    rate=60.0,
    wanted=15,
)


def said(facts, tone):
    return "\n".join(str(line) for line in texts.text(facts, tone))


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"rate": None, "wanted": None},
        {"people": 0, "attempts": 0, "rate": 0.0},
        {"closes_at": NOW + timedelta(hours=3)},
        {"closes_at": NOW - timedelta(days=1)},
        {"closes_at": NOW - timedelta(days=1), "people": 0, "attempts": 0, "rate": None},
        {"opens_at": NOW + timedelta(days=1), "people": 0, "attempts": 0, "rate": None},
        {"opens_at": None, "closes_at": None, "people": 0, "attempts": 0, "rate": None},
        {"span": Span("Đợt 2", NOW - timedelta(days=1), NOW + timedelta(days=1))},
        {"span": Span("Đợt 2", NOW + timedelta(days=1), NOW + timedelta(days=2))},
        {"minutes": None},
    ],
)
def test_every_text_names_contest_and_address(tone, changes):
    text = said(replace(FACTS, **changes), tone)
    assert "Gửi niềm tin" in text
    assert text.count(FACTS.address) == 1
    assert "None" not in text


def test_a_title_with_quotation_marks_stands_between_others(drive, own, client, town):
    drive.contest.title = "Cuộc thi “Gửi niềm tin”"
    town.commit()
    texts_now = client.sign_in(own).data("/theo-doi/cuoc-thi/LC-PT-1/tuyen-truyen")["texts"]
    assert all("“Cuộc thi ‘Gửi niềm tin’”" in text for text in texts_now.values())


def test_a_reminder_tells_figures_and_what_is_missing():
    text = said(FACTS, Tone.REMINDER)
    assert "còn 3 ngày" in text
    assert "12 người dự thi với 20 lượt thi, đạt tỷ lệ 60.0%" in text
    assert "Còn thiếu 3 người nữa để đạt chỉ tiêu 15 người." in text


def test_a_target_that_is_reached_is_not_missing():
    text = said(replace(FACTS, people=15), Tone.REMINDER)
    assert "đã đạt chỉ tiêu 15 người" in text
    assert "thiếu" not in text


def test_no_rate_is_invented():
    for tone in Tone:
        assert "tỷ lệ" not in said(replace(FACTS, rate=None), tone).lower()


@pytest.mark.parametrize(
    ("changes", "tone"),
    [
        ({"opens_at": NOW + timedelta(days=1)}, Tone.OPENING),
        ({"opens_at": NOW - timedelta(days=1)}, Tone.OPENING),
        ({}, Tone.REMINDER),
        ({"closes_at": NOW + timedelta(hours=3)}, Tone.LAST_DAY),
        ({"span": Span("Đợt 2", NOW - timedelta(days=1), NOW + timedelta(hours=3))}, Tone.LAST_DAY),
        ({"closes_at": NOW}, Tone.THANKS),
        ({"opens_at": None, "closes_at": None}, Tone.OPENING),
    ],
)
def test_the_tone_that_fits_the_day(changes, tone):
    assert texts.fitting(replace(FACTS, **changes)) is tone


def test_without_dates_none_are_told_and_nothing_is_over():
    facts = replace(FACTS, opens_at=None, closes_at=None, people=0, attempts=0, rate=None)
    for tone in Tone:
        text = said(facts, tone)
        assert "lịch thi sẽ được thông báo" in text
        assert not [word for word in ("kết thúc", "hạn cuối", "2026", "Vào thi", "chưa có ai") if word in text]


def test_between_two_rounds_nobody_is_sent_to_a_closed_door():
    facts = replace(FACTS, span=Span("Đợt 2", NOW + timedelta(days=1), NOW + timedelta(days=3)))
    text = said(facts, Tone.REMINDER)
    assert text.startswith("Đợt 2 của “Gửi niềm tin” mở từ ")
    assert "Vào thi" not in text
    assert "Đăng ký trước tại" in text


def test_the_round_that_is_open_tells_when_it_closes():
    span = Span("Đợt 2", NOW - timedelta(days=1), NOW + timedelta(hours=3))
    text = said(replace(FACTS, span=span), Tone.LAST_DAY)
    assert text.startswith("Hôm nay là ngày cuối của Đợt 2, “Gửi niềm tin”, đóng lúc ")
    assert "Đợt 2 đang mở, đóng lúc " in said(replace(FACTS, span=span), Tone.REMINDER)


def test_nobody_is_thanked_where_nobody_came():
    over = replace(FACTS, closes_at=NOW - timedelta(days=1), people=0, attempts=0, rate=None)
    assert "cảm ơn" not in said(over, Tone.THANKS)


def test_a_text_is_short_enough_for_one_message():
    """Zalo takes some 2,000 signs in one message; longer ones are cut in two."""
    long = replace(FACTS, contest="Cuộc thi tìm hiểu " * 16, union="Công đoàn cơ sở " * 16)
    assert max(len(said(long, tone)) for tone in Tone) < 1800


@pytest.mark.parametrize("reason", Reason)
def test_a_sentence_for_those_who_answer(reason):
    lines = [str(line) for line in texts.to_officials(FACTS, reason)]
    assert lines[0] == "Kính gửi CĐCS Mầm non."
    assert FACTS.address in lines[-1]


def test_the_page_has_the_texts_in_fields_and_the_address_of_the_union(drive, own, client):
    page = client.sign_in(own).page(HOME)
    fields = page.xpath("//textarea[@readonly]")
    assert len(fields) == len(Tone)
    assert fields[0].get("id") == "bai-mo-dau"
    assert all("http://localhost/cuoc-thi/cuoc-thi?don-vi=LC-PT-1" in field.text for field in fields)
    assert all(page.xpath(f"//label[@for='{field.get('id')}']") for field in fields)
    data = client.data(HOME)
    assert data["fitting"] == "mo-dau"
    assert set(data["texts"]) == {str(tone) for tone in Tone}


def test_a_level_above_is_not_chosen_beforehand(drive, above, client):
    address = client.sign_in(above).data("/theo-doi/cuoc-thi/LC-PT/tuyen-truyen")["address"]
    assert address == "http://localhost/cuoc-thi/cuoc-thi"


@pytest.mark.parametrize(("name", "size"), [("vuong.png", (1080, 1080)), ("ngang.png", (1200, 630))])
def test_pictures_have_their_size(drive, own, client, name, size):
    answer = client.sign_in(own).get(f"{HOME}/{name}")
    assert answer.mimetype == "image/png"
    assert Image.open(BytesIO(answer.data)).size == size
    assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["ap-phich-a3.pdf", "ap-phich-a4.pdf", "bang-ghi.pdf"])
def test_papers_are_pdf(drive, own, client, name):
    answer = client.sign_in(own).get(f"{HOME}/{name}")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_only_the_own_table_holds_names_and_nobody_keeps_it(drive, own, above, client, monkeypatch):
    given = []

    def noted(layout, data):
        given.append((layout, str(data)))
        return b"%PDF"

    monkeypatch.setattr(typesetting, "pdf", noted)
    client.sign_in(own)
    answer = client.get(f"{HOME}/bang-ghi.pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Đèo Thị Ánh" in given[-1][1]
    assert "Tẩn Mỹ Dao" not in given[-1][1]
    client.get(f"{HOME}/ap-phich-a3.pdf")
    client.sign_in(above)
    client.get(f"{HOME}/bang-ghi.pdf")
    client.get("/theo-doi/cuoc-thi/LC-PT/tuyen-truyen/bang-ghi.pdf")
    assert [layout for layout, _ in given] == ["paper_table", "poster", "paper_table", "paper_table"]
    assert not [name for _, text in given[1:] for name in ("Đèo Thị Ánh", "Lò Thị Lan") if name in text]


@pytest.mark.parametrize("code", ["LC-PT-2", "LC-PT", "LC", "KHONG-CO"])
def test_a_neighbours_papers_are_not_there(drive, own, client, code):
    client.sign_in(own)
    for name in ("", *(f"/{name}" for name in handouts.HANDOUTS)):
        assert client.get(f"/theo-doi/cuoc-thi/{code}/tuyen-truyen{name}").status_code == 404


@pytest.mark.parametrize("name", ["khong-co.png", "..%2F..%2Fconfig.py", "vuong.PNG", "%00", "vuong.png%00.pdf"])
def test_other_files_are_not_there(drive, own, client, name):
    assert client.sign_in(own).get(f"{HOME}/{name}").status_code == 404


def test_days_and_hours_are_written_the_vietnamese_way(drive, own, client):
    text = client.sign_in(own).data(HOME)["texts"]["nhac"]
    assert re.search(r"đóng lúc \d\d:\d\d ngày \d\d/\d\d/\d{4}\.", text)


def test_after_the_end_nothing_invites(drive, own, client, town):
    drive.round.closes_at = town.now - timedelta(minutes=1)
    drive.round.opens_at = town.now - timedelta(days=3)
    town.commit()
    data = client.sign_in(own).data(HOME)
    assert data["files"] == ["vuong.png", "ngang.png"]
    assert data["fitting"] == "cam-on"
    assert "Kết quả đăng tại" in data["texts"]["cam-on"]
    assert not client.page(HOME).xpath("//a[contains(@href, '.pdf')]")
    assert client.get(f"{HOME}/vuong.png").status_code == 200
    for name in ("ap-phich-a3.pdf", "bang-ghi.pdf"):
        assert client.get(f"{HOME}/{name}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "when", "inviting"),
    [
        ({}, "Từ 10:00 ngày 17/11/2026 đến 10:00 ngày 25/11/2026", "Mời"),
        ({"opens_at": None, "closes_at": None}, "Lịch thi sẽ được thông báo", "Mời"),
        ({"closes_at": NOW}, "Cuộc thi đã kết thúc lúc 10:00 ngày 22/11/2026", "Cảm ơn"),
    ],
)
def test_what_a_paper_says_of_its_dates(app, monkeypatch, changes, when, inviting):
    given = []
    monkeypatch.setattr(typesetting, "picture", lambda _layout, data, _dots: given.append(data))

    class Contest:
        title, contact = "Gửi niềm tin", ""

    with app.test_request_context():
        handouts.HANDOUTS["vuong.png"].make(Contest, replace(FACTS, **changes), [])
    assert given[0]["when"] == when
    assert given[0]["inviting"].startswith(inviting)


def test_strangers_and_members_get_nothing(drive, town, client):
    assert client.get(f"{HOME}/vuong.png").status_code == 303
    client.sign_in(town.lan)
    assert client.get(f"{HOME}/bang-ghi.pdf").status_code == 403


@pytest.mark.parametrize(
    "words",
    [
        "Công đoàn cơ sở Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Nậm Nhùn " * 3,
        "B" * 300,
        '#panic("x") $x$ *đậm* \\ "]} <a> @b',
        "=tiêu đề\n- dòng",
    ],
)
def test_whatever_was_typed_fits_and_changes_nothing_of_the_layout(app, words):
    class Contest:
        title, contact = words[:300], words[:200]

    facts = replace(FACTS, contest=Contest.title, union=words[:300])
    people = [Absent(words[:120], "member", words[:300], "X")] * 3
    with app.test_request_context():
        for handout in handouts.HANDOUTS.values():
            made = handout.make(Contest, facts, people)
            pages = made.count(b"/Type /Page\n") + made.count(b"/Type/Page/") + made.count(b"/Type /Page/")
            assert made[:4] in (b"%PDF", b"\x89PNG")
            if "ap-phich" in handout.name:
                assert pages <= 1


def test_a_long_table_has_everybody(app):
    class Contest:
        title, contact = "Gửi niềm tin", ""

    people = [Absent(f"Người thứ {number}", "member", FACTS.union, "MN") for number in range(handouts.MANY_ROWS + 1)]
    with app.test_request_context():
        short, long = (handouts.table(Contest, FACTS, people[:count]) for count in (1, len(people)))
    assert short.startswith(b"%PDF") and long.startswith(b"%PDF")
    assert len(long) > 3 * len(short)


def test_the_union_is_chosen_on_registering(drive, client, town):
    page = client.page("/cuoc-thi/cuoc-thi?don-vi=LC-PT-1")
    (address,) = page.xpath("//a[starts-with(@href, '/dang-ky')]/@href[contains(., 'cuoc-thi')]")
    form = client.page(address)
    assert form.xpath("//input[@name='union']/@value") == ["LC-PT-1"]
    assert form.xpath("//form[@action='/dang-ky']//input[@name='next']/@value") == ["/cuoc-thi/cuoc-thi"]
    assert "CĐCS số 1 LĐLĐ huyện Phong Thổ" in form.xpath("string(//p[@class='picker-chosen'])")


@pytest.mark.parametrize("code", ["LC-PT", "LC", "KHONG-CO", "", "%00", "<b>", "x" * 200, "LC-TU-2"])
def test_other_codes_choose_nothing(drive, client, town, code):
    town.LC_TU_2.closed_on = town.now.date() - timedelta(days=2)
    town.commit()
    client.page(f"/cuoc-thi/cuoc-thi?don-vi={code}")
    form = client.page(f"/dang-ky?don-vi={code}")
    assert form.xpath("//input[@name='union']/@value") == [""]
