"""Organizers read signals and decide; nobody else does, and no decision touches an attempt."""

import json

import pytest
from signals.scene import Scene
from sqlalchemy import select
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Role
from contest.attempts.models import Attempt
from contest.signals import pages, queries
from contest.signals.models import Signal
from contest.signals.queries import Filter
from contest.signals.rules import SignalKind

ADDRESS = "/to-chuc/cuoc-thi/cuoc-thi/dot/1/tin-hieu"


@pytest.fixture
def scene(town, app):
    assert town.mai
    scene = Scene(town, app)
    scene.honest()
    return scene


@pytest.fixture
def found(scene, client):
    """Three signals; the organizer is signed in."""
    scene.one_browser()
    scene.machine()
    scene.sign_ups()
    scene.look()
    signals = {s.kind: s.id for s in queries.signals(scene.session, scene.round_id, Filter(), 10)}
    scene.session.commit()
    client.sign_in(scene.town.mai)
    return signals


def words(page):
    return " ".join(page.text_content().split())


def rows(page):
    return [" ".join(row.text_content().split()) for row in page.xpath("//tbody/tr")]


def test_before_anything_was_looked_at_the_page_says_so(scene, client):
    scene.town.commit()
    client.sign_in(scene.town.mai)
    assert "Chưa xem xét lần nào" in words(client.page(ADDRESS))
    scene.look()
    assert "Chưa thấy điều gì lạ" in words(client.page(ADDRESS))
    assert client.data(ADDRESS)["attempts"] == 40


def test_the_list_shows_reasons_the_strongest_first(found, client):
    page = client.page(ADDRESS)
    lines = rows(page)
    assert len(lines) == 3
    strengths = [int(row.xpath("./td[1]")[0].text_content()) for row in page.xpath("//tbody/tr")]
    assert strengths == sorted(strengths, reverse=True)
    assert any("4 người làm 4 lượt thi trên cùng một trình duyệt" in line for line in lines)
    assert any("Làm 12 câu trong 1,0 giây" in line for line in lines)
    assert any("8 người dự thi đăng ký từ cùng một trình duyệt" in line for line in lines)
    assert "không ai bị chặn" in words(page)
    data = client.data(ADDRESS)
    assert [s["strength"] for s in data["signals"]] == strengths
    assert data["total"] == 3 and data["signals"][0]["verdict"] is None


def test_the_list_is_filtered_by_kind_and_verdict(found, client):
    assert len(rows(client.page(f"{ADDRESS}?loai=chung-may"))) == 1
    tabs = [" ".join(tab.text_content().split()) for tab in client.page(ADDRESS).xpath("//a[@class='tab']")]
    assert tabs == ["Tất cả (3)", "Chung máy (1)", "Quá nhanh (1)", "Sai giống nhau (0)", "Đăng ký dồn dập (1)"]
    decide(client, found[SignalKind.TOO_FAST], "explained")
    assert len(rows(client.page(f"{ADDRESS}?xu-ly=chua"))) == 2
    assert len(rows(client.page(f"{ADDRESS}?xu-ly=giai-thich"))) == 1
    assert "Không có dấu hiệu nào" in words(client.page(f"{ADDRESS}?xu-ly=xac-nhan"))
    assert len(rows(client.page(f"{ADDRESS}?loai=khac&xu-ly=khac&trang=khac"))) == 3
    client.page(f"{ADDRESS}?trang=2", status=404)


def decide(client, which, verdict, note="Đã hỏi công đoàn cơ sở", **more):
    return client.send(f"{ADDRESS}/{which}", {"verdict": verdict, "note": note}, **more)


def test_one_signal_shows_its_attempts_and_what_it_may_mean(found, client):
    page = client.page(f"{ADDRESS}/{found[SignalKind.ONE_DEVICE]}")
    assert len(rows(page)) == 4
    assert "Máy chung 0" in rows(page)[0] and "58,00 giây" in rows(page)[0]
    assert "Có thể không ai làm gì sai" in words(page)
    data = client.data(f"{ADDRESS}/{found[SignalKind.ONE_DEVICE]}")
    assert len(data["attempts"]) == 4 and data["reasons"]
    assert "shared-browser" not in json.dumps(data) and "shared-browser" not in words(page)


def test_copies_are_shown_with_what_they_have_in_common(scene, client):
    for n in range(60):
        scene.sit(scene.member(f"Thêm {n}"), n, missed=(n % 12,), step=1 if n % 3 else 3, seconds=500 + n)
    for n in range(3):
        scene.sit(scene.member(f"Bài giống {n}"), 30 + n, missed=(0, 2, 3, 5, 7, 8, 10, 11), step=2)
    scene.look()
    client.sign_in(scene.town.mai)
    which = client.data(f"{ADDRESS}?loai=sai-giong")["signals"][0]["id"]
    page = client.page(f"{ADDRESS}/{which}")
    mistakes = [line for line in rows(page) if line.endswith("3/3")]
    assert len(mistakes) == 8 and "Câu hỏi số 0 của tin-hieu?Sai 0.2" in mistakes[0]
    assert any(
        "cùng sai 8 câu, trong đó 8 câu chọn cùng một đáp án sai" in text
        for text in client.data(f"{ADDRESS}/{which}")["reasons"]
    )


def test_deciding_is_written_down_and_touches_no_attempt(found, client, scene, session):
    before = [(a.score, a.counted, a.state) for a in session.scalars(select(Attempt).order_by(Attempt.id))]
    session.commit()
    which = found[SignalKind.ONE_DEVICE]
    assert decide(client, which, "confirmed", "Một người thi hộ, đã thừa nhận").status_code == 303
    page = client.page(f"{ADDRESS}/{which}")
    assert "Xác nhận có vi phạm" in words(page) and "người ghi: Nguyễn Thị Mai" in words(page)
    assert page.xpath("//input[@name='note']/@value") == ["Một người thi hộ, đã thừa nhận"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "signal.decide")).one()
    assert (entry.subject, entry.actor) == ("contest:cuoc-thi", f"person:{scene.town.mai.id}")
    for attempt in list(session.scalars(select(Attempt))):
        session.refresh(attempt)
    assert [(a.score, a.counted, a.state) for a in session.scalars(select(Attempt).order_by(Attempt.id))] == before
    session.commit()
    assert decide(client, which, "open", "").status_code == 303
    assert client.data(f"{ADDRESS}/{which}")["verdict"] is None


def test_a_verdict_needs_what_it_rests_on(found, client, session):
    answer = decide(client, found[SignalKind.TOO_FAST], "confirmed", " ")
    assert answer.status_code == 422
    assert "Hãy ghi căn cứ của kết luận" in answer.get_data(as_text=True)
    assert decide(client, found[SignalKind.TOO_FAST], "guilty").status_code == 422
    assert session.scalars(select(Signal.verdict)).all() == [None, None, None]


def test_programs_decide_too(found, client):
    headers = {"Accept": "application/json"}
    answer = decide(client, found[SignalKind.TOO_FAST], "explained", headers=headers)
    assert (answer.status_code, answer.json["verdict"]) == (200, "explained")
    answer = decide(client, found[SignalKind.TOO_FAST], "explained", "", headers=headers)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["note"])


def test_only_organizers_of_the_contest_see_signals(found, client, scene, session):
    town = scene.town
    other = town.person("Ban Tổ Chức Khác", union=town.LC_TU)
    grant_role(session, TERMINAL, other, Role.ORGANIZER, town.LC_TU.id, town.now)
    others_contest = town.contest("khac", "Cuộc thi khác")
    town.round(others_contest)
    people = ((other, 404), (town.hung, 403), (town.lan, 403))
    town.commit()
    which = found[SignalKind.ONE_DEVICE]
    elsewhere = ADDRESS.replace("/cuoc-thi/cuoc-thi/", "/cuoc-thi/khac/")
    client.page(f"{elsewhere}/{which}", status=404)
    client.page(f"{ADDRESS}/999999", status=404)
    for person, status in people:
        client.sign_in(person)
        assert client.get(ADDRESS).status_code == status
        assert client.get(f"{ADDRESS}/{which}").status_code == status
        assert decide(client, which, "confirmed").status_code == status
    stranger = client.application.test_client()
    assert stranger.get(ADDRESS).status_code == 303


def test_reading_asks_as_often_for_many_as_for_few(found, client, scene, app):
    with counted(app) as few:
        client.page(ADDRESS)
    for n in range(6):
        scene.one_browser(minute=20 + 5 * n, device=f"another{n}")
    scene.look()
    with counted(app) as many:
        page = client.page(ADDRESS)
    assert len(rows(page)) == 9
    assert len(many) == len(few)


def test_long_lists_have_pages(found, client, scene, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    assert len(rows(client.page(ADDRESS))) == 2
    assert len(rows(client.page(f"{ADDRESS}?trang=2"))) == 1
    which = found[SignalKind.ONE_DEVICE]
    assert "Máy chung 3" in " ".join(rows(client.page(f"{ADDRESS}/{which}?trang=2")))
    client.page(f"{ADDRESS}/{which}?trang=3", status=404)


def test_the_rounds_pages_lead_here(found, client):
    for address in ("/to-chuc/cuoc-thi/cuoc-thi", "/to-chuc/cuoc-thi/cuoc-thi/dot/1/dien-bien"):
        assert client.page(address).xpath(f"//a[@href='{ADDRESS}']")


def test_the_terminal_looks_lists_and_erases(scene, app):
    scene.one_browser()
    scene.town.commit()
    run = app.test_cli_runner().invoke
    answer = run(args=["signals", "look", "cuoc-thi", "1"])
    assert (answer.exit_code, answer.output.splitlines()[-1]) == (0, "1 signals")
    told = json.loads(run(args=["signals", "list", "cuoc-thi", "1", "--json"]).output)
    assert told[0]["kind"] == "one_device" and told[0]["reasons"][0].startswith("4 người")
    assert "4 người làm 4 lượt" in run(args=["signals", "list", "cuoc-thi", "1"]).output
    assert run(args=["signals", "look", "cuoc-thi", "9"]).exit_code == 1
    assert run(args=["signals", "erase"]).output == "0 rounds erased\n"
