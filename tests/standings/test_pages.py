"""Ranking pages around a place, of a union, while a board stands still, and who sees what of it when."""

from datetime import timedelta

import pytest
from standings import arena
from support.queries import counted

from contest.standings import actions, boards, events, freezing, queries, union_boards
from contest.standings.events import Apart
from questions.messages import N_, message

ADDRESS = "/cuoc-thi/cuoc-thi/xep-hang"


@pytest.fixture
def contest(town):
    return town.contest(criteria=["score", "elapsed"], name_display="full")


@pytest.fixture
def round_(town, contest):
    return town.round(contest, closes=180, freeze_minutes=60)


def sat(session, town, contest, round_, score, person=None, entry=None, **values):
    entry = entry or arena.enter(town, contest, person)
    attempt = arena.closed_attempt(session, entry, round_, score=score, **values)
    actions.attempt_closed(session, attempt)
    return attempt


def rows_of(page, which=1):
    """Texts of the rows of a table: the place, and the name with what stands under it."""
    found = page.xpath(f"(//table)[{which}]/tbody/tr")
    return [(tr.xpath("string(td[1])").split()[0], " ".join(tr.xpath("string(th)").split())) for tr in found]


def test_neighbours_say_why_each_stands_ahead(client, town, session, contest, round_):
    for score, ms in ((3, 60_000), (3, 64_200), (1, 50_000)):
        sat(session, town, contest, round_, score, elapsed_ms=ms)
    sat(session, town, contest, round_, 2, town.lan)
    town.commit()
    client.sign_in(town.lan)
    page = client.page(ADDRESS)
    near = [text for _place, text in rows_of(page)]
    assert page.xpath("string((//table)[1]/caption)") == "Quanh vị trí của bạn"
    assert "hơn người xếp sau 4,2 giây thời gian làm bài" in near[0]
    assert "hơn người xếp sau 1 điểm" in near[1] and "hơn người xếp sau 1 điểm" in near[2]
    assert "hơn người xếp sau" not in near[3]
    assert [place for place, _text in rows_of(page)] == ["1", "2", "3", "4"]


def test_a_found_person_is_shown_among_neighbours(client, town, session, contest, round_):
    for score in (3, 2, 1):
        sat(session, town, contest, round_, score, town.person("Lò Thị Lan"))
    for score in (3, 3, 3, 3, 1):
        sat(session, town, contest, round_, score, elapsed_ms=90_000)
    town.commit()
    page = client.page(ADDRESS, query_string={"ten": "lo thi lan"})
    assert [place for place, _text in rows_of(page, 2)] == ["1", "2", "2", "2"]
    links = page.xpath("//section//p/a[contains(@href, 'nguoi=')]/@href")
    assert len(links) == 3
    second = client.page(links[1])
    assert [place for place, _text in rows_of(second, 2)] == ["2", "2", "2", "6", "7", "8"]
    assert len(client.page(f"{ADDRESS}?ten=lo thi lan&nguoi=9").xpath("//table")) == 2


def test_people_of_a_union_have_places_in_it_and_in_the_whole(client, town, session, contest, round_):
    assert town.province
    for score, union in ((3, town.LC_TU_1), (3, town.LC_PT_1), (2, town.LC_PT_2), (2, town.LC_PT_1), (1, town.LC_TU_1)):
        sat(session, town, contest, round_, score, town.person(union=union))
    town.commit()
    data = client.data(f"{ADDRESS}?don-vi=LC-PT")
    assert [(row["rank_in_union"], row["rank"], row["score"]) for row in data["rows"]] == [
        (1, 1, 3),
        (2, 3, 2),
        (2, 3, 2),
    ]
    assert (data["union"], data["total"], data["cut"]) == ("LC-PT", 3, False)
    page = client.page(f"{ADDRESS}?don-vi=LC-PT-1")
    assert [place for place, _text in rows_of(page)] == ["1", "2"]
    assert "chung: 3" in page.text_content()
    assert page.xpath("//nav//a[contains(@href, 'don-vi=LC-PT')]")
    assert client.page(ADDRESS).xpath("//tbody//a[contains(@href, 'don-vi=LC-TU-1')]")
    assert "Chưa có ai của đơn vị này" in client.page(f"{ADDRESS}?don-vi=LC-TU-2").text_content()
    assert client.get(f"{ADDRESS}?don-vi=KHONG-CO").status_code == 404
    assert client.get(f"{ADDRESS}?don-vi=LC-PT&trang=2").status_code == 404


@pytest.mark.parametrize("frozen", [False, True])
def test_of_a_large_union_the_first_places_are_shown(client, town, session, contest, round_, monkeypatch, frozen):
    monkeypatch.setattr(union_boards, "MAX_SORTED", 3)
    monkeypatch.setattr(union_boards, "FIRST", 2)
    assert town.province
    made = [sat(session, town, contest, round_, s, town.person(union=town.LC_PT_1)) for s in (3, 3, 2, 1)]
    if frozen:
        freezing.freeze(session, contest, 1, town.now)
        made[0].score = 0
        actions.attempt_closed(session, made[0])
    town.commit()
    data = client.data(f"{ADDRESS}?don-vi=LC")
    assert ([row["rank_in_union"] for row in data["rows"]], data["cut"]) == ([1, 1], True)
    assert "chỉ hiện 2 người đứng đầu" in client.page(f"{ADDRESS}?don-vi=LC").text_content()


def test_a_division_within_a_union(client, town, session, contest, round_):
    division = town.division(contest, "A")
    for score, belongs in ((3, None), (2, division), (1, division)):
        sat(session, town, contest, round_, score, entry=arena.enter(town, contest, division=belongs))
    town.commit()
    data = client.data(f"{ADDRESS}?bang=A&don-vi=LC")
    assert [(row["rank_in_union"], row["rank"]) for row in data["rows"]] == [(1, 1), (2, 2)]


def test_people_named_apart_stand_below_without_a_place(client, town, session, contest, round_, monkeypatch):
    sat(session, town, contest, round_, 3)
    said = message(N_("Bị huỷ tư cách dự thi"))
    monkeypatch.setattr(events, "apart", [lambda *_: [Apart(99, "Lò Văn Hai", "CĐCS A", None, said)]])
    contest.name_display = "masked"
    town.commit()
    page = client.page(ADDRESS)
    assert "L*** V*** Hai, CĐCS A: Bị huỷ tư cách dự thi" in page.text_content()
    assert len(rows_of(page)) == 1
    assert client.data(ADDRESS)["apart"][0]["name"] == "L*** V*** Hai"


def test_somebody_named_apart_is_told_so(client, town, session, contest, round_, monkeypatch):
    lan = arena.enter(town, contest, town.lan, unranked=True)
    sat(session, town, contest, round_, 3, entry=lan)
    said = message(N_("Bị huỷ tư cách dự thi"))
    town.commit()
    client.sign_in(town.lan)
    assert "không xếp hạng, theo thể lệ" in client.page(ADDRESS).text_content()
    monkeypatch.setattr(events, "apart", [lambda *_: [Apart(lan.id, "Lò Thị Lan", "", None, said)]])
    page = client.page(ADDRESS).text_content()
    assert "theo quyết định của Ban tổ chức. Lý do" in page and "theo thể lệ" not in page


def test_the_time_of_the_figures_is_said(client, town, session, contest, round_):
    sat(session, town, contest, round_, 3)
    town.commit()
    assert "Cập nhật lúc " in client.page(ADDRESS).text_content()


# Who sees what when


def seen(client, path=""):
    """Everything a visitor can read of the ranking, by every way to it."""
    found = [client.data(f"{ADDRESS}{path}"), client.data(f"{ADDRESS}{path or '?'}&don-vi=LC")]
    pages = [client.page(f"{ADDRESS}{path or '?'}{more}") for more in ("", "&don-vi=LC", "&ten=nguoi moi den")]
    return found, " ".join(page.xpath("string(//main)") for page in pages)


PEOPLE = ["stranger", "member", "official", "organizer"]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("phase", ["before", "live", "frozen", "after", "published"])
def test_nobody_but_organizers_sees_what_a_still_board_does_not_show(
    app, client, town, session, contest, round_, phase, who
):
    minutes = {"before": (60, 120), "live": (-60, 180), "after": (-120, -60), "published": (-120, -60)}
    opens, closes = minutes.get(phase, (-60, 30))
    round_.opens_at, round_.closes_at = (town.now + timedelta(minutes=m) for m in (opens, closes))
    early = sat(session, town, contest, round_, 1, town.lan) if phase != "before" else None
    if phase in ("frozen", "after", "published"):
        freezing.freeze(session, contest, 1, town.now)
    if early:
        sat(session, town, contest, round_, 3, entry=early.entry, number=2)
        sat(session, town, contest, round_, 2, town.person("Người Mới Đến"))
    if phase == "published":
        round_.published_at = town.now
        freezing.thaw(session, contest, 1)
    people = {"stranger": None, "member": town.lan, "official": town.hung, "organizer": town.mai}
    town.commit()
    if people[who]:
        client.sign_in(people[who])
    live = phase in ("live", "published") or (who == "organizer" and phase != "before")
    for number in ("?dot=1", "?dot=0"):
        data, text = seen(client, number)
        expected = [] if phase == "before" else [3, 2] if live else [1]
        assert [[row["score"] for row in each["rows"]] for each in data] == [expected, expected]
        assert [each["total"] for each in data] == [len(expected)] * 2
        assert ("Người Mới Đến" in text) is (live and phase != "before")
        if who == "member" and early:
            assert data[0]["own"]["rank"] == 1
        assert (data[0]["frozen_at"] is not None) is (phase in ("frozen", "after") and who != "organizer")
        still = "Bảng xếp hạng đứng yên từ" in text or "thấy bảng xếp hạng đứng yên từ" in text
        assert still is (phase in ("frozen", "after"))
    if who == "member" and early:
        result = client.data(f"/bai-thi/{early.code}/ket-qua")
        assert result["rank"] == 1


def test_a_board_that_should_stand_still_and_does_not_yet_is_not_shown(client, town, session, contest, round_):
    """Between the hour of the freeze and the chore that freezes nobody sees what is newer than that hour."""
    attempt = sat(session, town, contest, round_, 3, town.lan)
    assert town.mai
    round_.closes_at = town.now + timedelta(minutes=30)
    town.commit()
    client.sign_in(town.lan)
    data = client.data(ADDRESS)
    assert (data["visible"], data["rows"], data["own"]) == (False, [], None)
    assert "đang được chốt" in client.page(ADDRESS).text_content()
    assert client.data(f"/bai-thi/{attempt.code}/ket-qua")["rank"] is None
    client.sign_in(town.mai)
    assert len(client.data(ADDRESS)["rows"]) == 1


def test_what_became_known_since_is_not_said_on_a_still_board(client, town, session):
    contest = town.contest(criteria=["score", "prediction"], prediction_target="people")
    round_ = town.round(contest, closes=-1, freeze_minutes=60)
    sat(session, town, contest, round_, 3, prediction=7)
    freezing.freeze(session, contest, 1, town.now)
    assert actions.settle_round(session, contest, round_, town.now) == 1
    town.commit()
    data = client.data(ADDRESS)
    assert (data["prediction_actual"], data["rows"][0]["prediction_gap"]) == (None, None)
    assert "Số đúng của câu dự đoán: " not in client.page(ADDRESS).text_content()
    assert not client.page(ADDRESS).xpath("//th[contains(., 'Dự đoán lệch')]")


def test_a_correction_shows_what_was_announced(client, town, session, contest, round_):
    mine = sat(session, town, contest, round_, 2)
    round_.closes_at = town.now - timedelta(minutes=5)
    round_.published_at = round_.correcting_since = town.now
    freezing.freeze(session, contest, 1, town.now)
    mine.score = 1
    actions.attempt_closed(session, mine)
    town.commit()
    assert client.data(ADDRESS)["rows"][0]["score"] == 2
    assert "đang được đính chính" in client.page(ADDRESS).text_content()


# Costs


@pytest.mark.parametrize("frozen", [False, True])
def test_every_page_asks_as_much_of_a_contest_twice_as_large(app, client, town, session, contest, round_, frozen):
    lan = arena.enter(town, contest, town.lan)

    def add(people):
        for n in range(people):
            sat(session, town, contest, round_, n % 4, elapsed_ms=1000 * n)
        sat(session, town, contest, round_, 2, entry=lan, number=1 + len(lan_attempts))
        lan_attempts.append(1)

    lan_attempts = []
    addresses = [ADDRESS, f"{ADDRESS}?trang=2", f"{ADDRESS}?don-vi=LC-PT-1", f"{ADDRESS}?ten=lo thi lan"]

    def asked():
        found = []
        for address in addresses:
            with counted(app) as statements:
                client.page(address)
            found.append(len(statements))
        return found

    add(60)
    if frozen:
        freezing.freeze(session, contest, 1, town.now)
    else:
        round_.freeze_minutes = 0
    add(1)
    town.commit()
    client.sign_in(town.lan)
    asked()
    few = asked()
    add(62)
    town.commit()
    assert asked() == few


def test_pages_deep_in_a_board_read_no_more_rows_than_its_first(client, town, session, contest, round_, monkeypatch):
    """What is passed over is never read: rows are counted off from the step on which a page begins."""
    for n in range(160):
        sat(session, town, contest, round_, n % 3, elapsed_ms=10_000 * n)
    town.commit()
    passed_over = []

    def chosen(board, conditions, limit=None, offset=0):
        passed_over.append(offset)
        return boards.chosen(board, conditions, limit, offset)

    monkeypatch.setattr(queries, "chosen", chosen)
    data = [client.data(f"{ADDRESS}?dot=1&trang={number}") for number in (1, 2, 3, 4)]
    assert [each["rows"][0]["rank"] for each in data] == [1, 51, 101, 151]
    assert len(passed_over) == 4 and max(passed_over) <= 1
