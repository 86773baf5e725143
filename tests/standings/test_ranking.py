"""The ranking page: who sees it when, its rows, pages, divisions, names, search and one's own place."""

from datetime import timedelta

import pytest
from standings import arena
from support.queries import counted

from contest.standings import actions

ADDRESS = "/cuoc-thi/cuoc-thi/xep-hang"


@pytest.fixture
def contest(town):
    return town.contest(criteria=["score", "elapsed"])


def play(session, *attempts):
    for attempt in attempts:
        actions.attempt_closed(session, attempt)


def field_of(town, session, contest, results, round_=None, **settings):
    """People with one attempt each, given as (name, score, duration in seconds)."""
    round_ = round_ or town.round(contest, **settings)
    for name, score, seconds in results:
        entry = arena.enter(town, contest, town.person(name))
        play(session, arena.closed_attempt(session, entry, round_, score=score, elapsed_ms=seconds * 1000))
    return round_


FOUR = [("Vừ A Dính", 2, 60), ("Lò Văn An", 3, 90), ("Giàng Thị Dê", 3, 90), ("Tẩn Mẩy Pham", 1, 30)]


def ranks(data):
    return [(row["rank"], row["name"]) for row in data["rows"]]


def test_equal_people_share_a_place_and_the_next_is_left_out(client, town, session, contest):
    field_of(town, session, contest, FOUR)
    town.commit()
    data = client.data(ADDRESS)
    assert ranks(data) == [(1, "L*** V*** An"), (1, "G*** T*** Dê"), (3, "V*** A*** Dính"), (4, "T*** M*** Pham")]
    assert data["total"] == 4
    row = data["rows"][2]
    assert (row["score"], row["elapsed_ms"], row["kind"]) == (2, 60_000, "member")
    assert row["union"] == "CĐCS số 1 LĐLĐ huyện Phong Thổ"
    page = client.page(ADDRESS)
    shown = [(tr.xpath("string(td[1])"), tr.xpath("string(td[2])")) for tr in page.xpath("//tbody/tr")]
    assert shown == [("1", "3"), ("1", "3"), ("3", "2"), ("4", "1")]
    assert "Kết quả tạm tính, đợt thi còn mở." in page.text_content()


def test_the_criteria_of_the_contest_are_columns_and_sentences(client, town, session):
    contest = town.contest(criteria=["score", "submitted", "perfect"])
    round_ = field_of(town, session, contest, FOUR[:2])
    town.commit()
    page = client.page(ADDRESS)
    heads = [" ".join(th.text_content().split()) for th in page.xpath("//thead//th")]
    assert heads == [
        "Hạng",
        "Họ tên, đơn vị",
        "Điểm",
        "Nộp bài sau khi mở đợt",
        "Lượt đúng tất cả",
        "Thời gian phút:giây",
    ]
    assert "Nộp bài sớm hơn xếp trên, tính từ lúc mở đợt thi." in [li.text_content() for li in page.xpath("//ol/li")]
    row = client.data(ADDRESS)["rows"][0]
    assert row["submitted_at"] == (round_.opens_at + timedelta(seconds=90)).isoformat()


@pytest.mark.parametrize(("display", "name"), [("full", "Lò Văn An"), ("masked", "L*** V*** An"), ("hidden", "")])
def test_names_are_shown_as_the_contest_says(client, town, session, display, name):
    field_of(town, session, town.contest(name_display=display), FOUR[1:2])
    town.commit()
    assert client.data(ADDRESS)["rows"][0]["name"] == name
    assert ("Lò Văn An" in client.page(ADDRESS).text_content()) is (display == "full")


def test_pages_of_fifty_carry_the_rank_on(client, town, session, contest):
    round_ = town.round(contest)
    entries = [arena.enter(town, contest) for _ in range(53)]
    for place, entry in enumerate(entries):
        seconds = 100 if 48 <= place <= 50 else place
        play(session, arena.closed_attempt(session, entry, round_, score=2, elapsed_ms=seconds * 1000))
    town.commit()
    first, second = client.data(ADDRESS), client.data(f"{ADDRESS}?trang=2")
    assert (first["pages"], first["total"], len(first["rows"])) == (2, 53, 50)
    assert [row["rank"] for row in first["rows"]][-3:] == [48, 49, 50]
    assert [row["rank"] for row in second["rows"]] == [51, 51, 51]
    assert client.page(f"{ADDRESS}?trang=2").xpath("//*[@aria-current='page' and @href]")
    assert client.get(f"{ADDRESS}?trang=3").status_code == 404
    assert client.get(f"{ADDRESS}?trang=x").status_code == 404


def test_divisions_are_ranked_apart(client, town, session, contest):
    round_ = town.round(contest)
    a, b = town.division(contest, "A"), town.division(contest, "B")
    for division, score in ((a, 3), (b, 2), (a, 1), (b, 1)):
        entry = arena.enter(town, contest, division=division)
        play(session, arena.closed_attempt(session, entry, round_, score=score))
    town.commit()
    assert [(row["rank"], row["score"]) for row in client.data(f"{ADDRESS}?bang=B")["rows"]] == [(1, 2), (2, 1)]
    assert [row["rank"] for row in client.data(ADDRESS)["rows"]] == [1, 2, 3, 3]
    assert client.page(f"{ADDRESS}?bang=A").xpath("//option[@selected]/@value") == ["A"]
    assert client.get(f"{ADDRESS}?bang=C").status_code == 404


def test_rounds_and_the_whole_contest_are_ranked_apart(client, town, session, contest):
    rounds = [town.round(contest, n, opens=(n - 4) * 60, closes=(n - 3) * 60) for n in (1, 2, 3)]
    lan, son = arena.enter(town, contest, town.lan), arena.enter(town, contest, town.son)
    for entry, round_, score in ((lan, rounds[0], 3), (son, rounds[0], 2), (son, rounds[1], 2)):
        play(session, arena.closed_attempt(session, entry, round_, score=score))
    town.commit()
    assert [row["score"] for row in client.data(f"{ADDRESS}?dot=1")["rows"]] == [3, 2]
    assert [row["score"] for row in client.data(f"{ADDRESS}?dot=2")["rows"]] == [2]
    whole = client.data(ADDRESS)
    assert whole["round"] == 0
    assert [(row["score"], row["rounds"], row["elapsed_ms"]) for row in whole["rows"]] == [
        (4, 2, 120_000),
        (3, 1, 60_000),
    ]
    tabs = [" ".join(a.text_content().split()) for a in client.page(ADDRESS).xpath("//a[@class='tab']")]
    assert tabs == ["Đợt 1", "Đợt 2", "Đợt 3", "Cả cuộc thi"]
    assert client.get(f"{ADDRESS}?dot=4").status_code == 404


def test_one_s_own_place_is_marked_and_linked(client, town, session, contest):
    round_ = field_of(town, session, contest, FOUR)
    lan = arena.enter(town, contest, town.lan)
    play(session, arena.closed_attempt(session, lan, round_, score=2, elapsed_ms=61_000))
    town.commit()
    assert client.data(ADDRESS)["own"] is None
    client.sign_in(town.lan)
    data = client.data(ADDRESS)
    assert data["own"] == {"rank": 4, "page": 1}
    assert [row["name"] for row in data["rows"] if row["mine"]] == ["Lò Thị Lan"]
    page = client.page(ADDRESS)
    assert page.xpath("string(//tr[@id='cua-toi']/td[1])") == "4"
    assert page.xpath("//a[contains(@href, '#cua-toi')]")


def test_who_takes_part_unranked_has_no_place(client, town, session, contest):
    round_ = field_of(town, session, contest, FOUR)
    lan = arena.enter(town, contest, town.lan, unranked=True)
    play(session, arena.closed_attempt(session, lan, round_, score=3, elapsed_ms=1000))
    town.commit()
    client.sign_in(town.lan)
    data = client.data(ADDRESS)
    assert data["own"] == {"rank": None, "page": None}
    assert data["total"] == 4
    assert "Lò Thị Lan" not in [row["name"] for row in data["rows"]]
    assert "không xếp hạng" in client.page(ADDRESS).text_content()


def test_search_finds_a_full_name_and_never_a_part_of_one(client, town, session, contest):
    field_of(town, session, contest, FOUR)
    town.commit()
    found = client.page(f"{ADDRESS}?ten=vu a dinh").xpath("(//section//table)[1]/tbody/tr")
    assert [tr.xpath("string(td[1])") for tr in found] == ["3"]
    for part in ("vu a", "Dính", "v%", "_"):
        page = client.page(ADDRESS, query_string={"ten": part})
        assert not page.xpath("(//section//table)[1]/tbody/tr")
        assert "Không có ai tên" in page.text_content()


def test_search_says_nothing_where_names_are_hidden(client, town, session):
    field_of(town, session, town.contest(name_display="hidden"), FOUR)
    town.commit()
    page = client.page(f"{ADDRESS}?ten=vu a dinh")
    assert not page.xpath("//input[@name='ten']")
    assert not page.xpath("(//section//table)[1]/tbody/tr")


@pytest.mark.parametrize(
    ("settings", "opens", "closes", "published", "visible"),
    [
        ({"ranking_shown": "live"}, -60, 60, False, True),
        ({"ranking_shown": "after_round"}, -60, 60, False, False),
        ({"ranking_shown": "after_round"}, -60, -1, False, True),
        ({"ranking_shown": "published"}, -60, -1, False, False),
        ({"ranking_shown": "published"}, -60, -1, True, True),
        ({"ranking_shown": "live", "score_shown": "after_round"}, -60, 60, False, False),
    ],
)
def test_a_ranking_is_shown_when_the_regulations_say(
    client, town, session, settings, opens, closes, published, visible
):
    contest = town.contest(**settings)
    at = town.now if published else None
    field_of(town, session, contest, FOUR, opens=opens, closes=closes, published_at=at)
    assert town.mai
    town.commit()
    data = client.data(ADDRESS)
    assert (data["visible"], len(data["rows"])) == (visible, 4 if visible else 0)
    page = client.page(ADDRESS)
    assert bool(page.xpath("//tbody/tr")) is visible
    assert "Dính" not in page.text_content() or visible
    client.sign_in(town.mai)
    assert len(client.data(ADDRESS)["rows"]) == 4
    assert ("Chỉ Ban tổ chức" in client.page(ADDRESS).text_content()) is not visible


def test_only_organizers_of_the_contest_see_it_early(client, town, session):
    field_of(town, session, town.contest(ranking_shown="published"), FOUR)
    assert town.hung
    town.commit()
    client.sign_in(town.hung)
    assert client.data(ADDRESS)["rows"] == []


def test_a_draft_and_an_unknown_contest_do_not_exist(client, town):
    town.round(town.contest(published=False))
    town.commit()
    assert client.get(ADDRESS).status_code == 404
    assert client.get("/cuoc-thi/khong-co/xep-hang").status_code == 404


def test_practice_has_no_ranking(client, town):
    town.round(town.contest(practice=True))
    town.commit()
    assert "không xếp hạng" in client.page(ADDRESS).text_content()
    assert client.data(ADDRESS)["visible"] is False


def test_an_empty_ranking_says_so(client, town, contest):
    town.round(contest, opens=60, closes=120)
    town.commit()
    assert "Chưa có ai" in client.page(ADDRESS).text_content()


def test_the_prediction_counts_once_its_true_number_is_known(client, town, session):
    contest = town.contest(
        criteria=["score", "prediction"], prediction_target="people", prediction_rule="nearest_not_above"
    )
    round_ = town.round(contest, opens=-60, closes=-1)
    for predicted in (9, 2, None):
        entry = arena.enter(town, contest)
        play(session, arena.closed_attempt(session, entry, round_, score=3, prediction=predicted))
    town.commit()
    assert [row["rank"] for row in client.data(ADDRESS)["rows"]] == [1, 1, 1]
    assert "Số đúng của câu dự đoán chỉ có sau khi" in client.page(ADDRESS).text_content()
    assert actions.settle_round(session, contest, round_, town.now) == 3
    town.commit()
    rows = client.data(ADDRESS)["rows"]
    assert [(row["rank"], row["prediction_gap"]) for row in rows] == [(1, 1), (2, 6), (3, None)]
    page = client.page(ADDRESS)
    assert "Số đúng của câu dự đoán: 3." in page.text_content()
    assert page.xpath("//td[contains(., 'vượt số đúng')]")


def test_people_of_one_name_are_found_with_their_places_in_one_question(app, client, town, session, contest):
    field_of(town, session, contest, [("Lò Thị Lan", 3, 60), ("Giàng Thị Dê", 2, 60), ("Lò Thị Lan", 2, 60)])
    town.commit()

    def find():
        with counted(app) as statements:
            page = client.page(ADDRESS, query_string={"ten": "lo thi lan"})
        return [tr.xpath("string(td[1])") for tr in page.xpath("(//section//table)[1]/tbody/tr")], len(statements)

    places, few = find()
    assert places == ["1", "2"]
    field_of(town, session, contest, [("Lò Thị Lan", 1, 60)] * 4, contest.rounds[0])
    town.commit()
    places, many = find()
    assert places == ["1", "2", "4", "4", "4", "4"]
    assert many == few


def test_a_page_asks_the_same_number_of_questions_whatever_its_size(app, client, town, session, contest):
    round_ = town.round(contest)

    def add(people):
        for _ in range(people):
            entry = arena.enter(town, contest)
            play(session, arena.closed_attempt(session, entry, round_, score=2))
        town.commit()

    add(4)
    lan = arena.enter(town, contest, town.lan)
    play(session, arena.closed_attempt(session, lan, round_, score=2))
    town.commit()
    client.sign_in(town.lan)
    client.page(f"{ADDRESS}?ten=khong co")
    with counted(app) as few:
        client.page(f"{ADDRESS}?ten=khong co")
    add(60)
    with counted(app) as many:
        client.page(f"{ADDRESS}?ten=khong co")
    assert len(many) == len(few)
