"""What everybody sees alike is made once every few seconds: for whom, how fresh, and what is never kept."""

import gzip
import threading

import brotli
import pytest
from support.queries import counted

from contest.accounts.rules import TERMINAL
from contest.rounds import actions, queries
from contest.rounds.settings import ContestState, RankingShown
from contest.web.kept import STALE_S, Shelf

CONTEST = "/cuoc-thi/cuoc-thi"
PAGES = ("/", CONTEST, f"{CONTEST}/the-le", f"{CONTEST}/xep-hang", f"{CONTEST}/cong-doan", f"{CONTEST}/qr.svg")
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """On a busy machine nobody gives up waiting for what another is making."""
    monkeypatch.setattr("contest.web.kept.PATIENCE_S", 60)


class Clock:
    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at


# the shelf


def shelf():
    clock, made = Clock(), []

    def make():
        made.append(clock.at)
        return len(made), True

    return Shelf(clock), clock, make


def test_a_thing_is_made_once_as_long_as_it_is_fresh():
    kept, clock, make = shelf()
    assert [kept.get("a", 3, make) for _ in range(3)] == [1, 1, 1]
    clock.at += 2.9
    assert kept.get("a", 3, make) == 1
    clock.at += 0.2
    assert kept.get("a", 3, make) == 2
    assert kept.get("b", 3, make) == 3


@pytest.mark.parametrize(("gone", "seen"), [(3.5, 1), (3 + STALE_S + 0.5, 2)])
def test_while_one_makes_it_anew_others_get_the_old_one_but_no_older(gone, seen):
    kept, clock, make = shelf()
    kept.get("a", 3, make)
    clock.at += gone
    begun, go_on, got = threading.Event(), threading.Event(), []

    def slowly():
        begun.set()
        go_on.wait(60)
        return make()

    first = threading.Thread(target=lambda: kept.get("a", 3, slowly))
    first.start()
    begun.wait(60)
    second = threading.Thread(target=lambda: got.append(kept.get("a", 3, make)))
    second.start()
    if seen == 1:
        second.join(60)
        assert got == [1]
    go_on.set()
    first.join(60)
    second.join(60)
    assert got == [seen]
    assert kept.get("a", 3, make) == 2


def test_at_the_first_time_all_wait_for_one():
    kept, _clock, make = shelf()
    start = threading.Barrier(8)
    got = []

    def ask():
        start.wait(60)
        got.append(kept.get("a", 3, make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert got == [1] * 8


def test_what_fails_or_may_not_be_kept_is_not():
    kept, _clock, make = shelf()
    with pytest.raises(ZeroDivisionError):
        kept.get("a", 3, lambda: 1 / 0)
    assert kept.get("a", 3, lambda: (7, False)) == 7
    assert kept.get("a", 3, make) == 1


# pages


@pytest.fixture
def shown(app, session, town, monkeypatch):
    """A contest with a ranking, its pages kept for 3 seconds of a clock that stands."""
    contest = town.contest(ranking_shown=RankingShown.LIVE)
    town.round(contest)
    assert town.lan and town.mai and town.admin
    town.commit()
    clock = Clock()
    monkeypatch.setitem(app.config, "KEPT_SECONDS", 3)
    monkeypatch.setitem(app.extensions, "kept", Shelf(clock))
    return clock


@pytest.mark.parametrize("address", PAGES)
def test_strangers_get_one_page_for_all(app, town, shown, address):
    first = app.test_client().get(address)
    with counted(app) as asked:
        second = app.test_client().get(address)
    assert first.status_code == second.status_code == 200
    assert second.data == first.data
    assert asked == []
    assert "Set-Cookie" not in second.headers
    assert "csrf" not in second.get_data(as_text=True)
    assert {"Cookie", "Accept", "Accept-Encoding"} <= set(second.vary)
    if "qr" not in address:
        assert second.headers["Cache-Control"] == f"public, max-age=3, stale-while-revalidate={STALE_S}"


def test_it_comes_compressed_and_need_not_come_twice(app, town, shown):
    visitor = app.test_client()
    plain = visitor.get(CONTEST)
    for name, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        packed = visitor.get(CONTEST, headers={"Accept-Encoding": name})
        assert packed.headers["Content-Encoding"] == name
        assert unpack(packed.data) == plain.data
    again = visitor.get(CONTEST, headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_each_language_form_and_question_has_its_own(app, town, shown):
    visitor = app.test_client()
    vietnamese = visitor.get(CONTEST).data
    assert visitor.get(CONTEST, headers=JSON).is_json
    visitor.send("/ngon-ngu", {"lang": "en"})
    assert b'lang="en"' in visitor.get(CONTEST).data[:60]
    assert app.test_client().get(CONTEST).data == vietnamese
    assert visitor.get(f"{CONTEST}/xep-hang?dot=1").data != visitor.get(f"{CONTEST}/xep-hang?dot=1&trang=1").data
    assert app.test_client().get(f"{CONTEST}/xep-hang?dot=9").status_code == 404


def test_another_host_gets_no_address_of_ours(app, town, shown):
    ours = app.test_client().get(CONTEST, base_url="http://hoithi.example")
    theirs = app.test_client().get(CONTEST, base_url="http://khac.example")
    assert b"hoithi.example" in ours.data
    assert b"hoithi.example" not in theirs.data


def test_who_looks_for_a_name_gets_an_answer_of_their_own(app, town, shown):
    answer = app.test_client().get(f"{CONTEST}/xep-hang?ten=Lan")
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_of_the_signed_in_are_never_kept_nor_made_of_kept_ones(app, town, shown, address):
    stranger = app.test_client().get(address)
    member = app.test_client().sign_in(town.lan)
    mine = member.get(address)
    if "qr" not in address:
        assert town.lan.name in mine.get_data(as_text=True)
        assert mine.headers["Cache-Control"] == "private, no-store"
    again = app.test_client().get(address)
    assert again.data == stranger.data
    assert town.lan.name not in again.get_data(as_text=True)


def test_a_message_in_passing_is_for_its_visitor_alone(app, town, shown):
    visitor = app.test_client()
    with visitor.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Chỉ cho một người")]
    assert "Chỉ cho một người" in visitor.get(CONTEST).get_data(as_text=True)
    assert "Chỉ cho một người" not in app.test_client().get(CONTEST).get_data(as_text=True)


def test_the_language_is_chosen_on_a_page_of_its_own(app, town, shown):
    visitor = app.test_client()
    link = visitor.page(f"{CONTEST}/xep-hang?dot=1").xpath("//footer//a")[0].get("href")
    page = visitor.page(link)
    english = next(form for form in page.forms if form.fields.get("lang") == "en")
    answer = visitor.post(english.action, data=dict(english.fields))
    assert answer.headers["Location"] == f"{CONTEST}/xep-hang?dot=1"
    assert visitor.page(answer.headers["Location"]).get("lang") == "en"


# freshness


def test_a_change_is_seen_when_the_seconds_are_over(app, session, town, shown):
    visitor = app.test_client()
    visitor.get(CONTEST)
    contest = queries.contest_by_slug(session, "cuoc-thi")
    actions.update_settings(session, TERMINAL, contest, {"summary": "Lời mới"}, town.now)
    town.commit()
    assert "Lời mới" not in visitor.get(CONTEST).get_data(as_text=True)
    shown.at += 3
    assert "Lời mới" in visitor.get(CONTEST).get_data(as_text=True)


def test_what_organizers_change_they_see_at_once(app, session, town, shown):
    organizer = app.test_client().sign_in(town.mai)
    organizer.get(CONTEST)
    contest = queries.contest_by_slug(session, "cuoc-thi")
    actions.update_settings(session, TERMINAL, contest, {"title": "Tên mới"}, town.now)
    town.commit()
    for address in PAGES[1:5]:
        assert "Tên mới" in organizer.get(address).get_data(as_text=True)


# who may see what


def _timeless(data):
    """Data without the moments it was made and its figures were taken at."""
    if not isinstance(data, dict):
        return data
    return {name: value for name, value in data.items() if name not in ("at", "taken_at")}


@pytest.mark.parametrize("state", [ContestState.DRAFT, ContestState.PUBLISHED])
@pytest.mark.parametrize("ranking", list(RankingShown))
@pytest.mark.parametrize("phase", ["coming", "open", "closed", "published"])
def test_nothing_kept_shows_anybody_what_they_may_not_see(
    app, session, town, shown, monkeypatch, state, ranking, phase
):
    """Whoever looks first, each visitor sees afterwards what they would see if nothing were kept."""
    minutes = {"coming": (30, 60), "open": (-30, 60), "closed": (-60, -30), "published": (-60, -30)}[phase]
    contest = town.contest("khac", ranking_shown=ranking, published=state == ContestState.PUBLISHED)
    row = town.round(contest, opens=minutes[0], closes=minutes[1])
    row.published_at = town.now if phase == "published" else None
    town.commit()
    addresses = [address.replace("cuoc-thi/cuoc-thi", "cuoc-thi/khac") for address in PAGES]
    visitors = [app.test_client(), *(app.test_client().sign_in(who) for who in (town.lan, town.mai, town.admin))]

    def data(visitor):
        answers = [visitor.get(address, headers=JSON) for address in addresses if "the-le" not in address]
        return [(answer.status_code, _timeless(answer.get_json(silent=True)) or answer.data) for answer in answers]

    monkeypatch.setitem(app.config, "KEPT_SECONDS", 0)
    alone = [data(visitor) for visitor in visitors]
    monkeypatch.setitem(app.config, "KEPT_SECONDS", 3)
    assert [data(visitor) for visitor in [*reversed(visitors), *visitors]] == [*reversed(alone), *alone]
    if state == ContestState.DRAFT:
        assert alone[0][1][0] == 404
        assert alone[2][1][0] == 200
