"""Somebody new makes the yearly report of a district: three steps from the first page to a Word file."""

import docx
import pytest
from playwright.sync_api import expect
from support import steps

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.attempts import actions, queries, starting

TITLE = "Gửi niềm tin, trao kỳ vọng"
DISTRICT = "LĐLĐ huyện Phong Thổ"


@pytest.fixture
def official(town, session):
    """Hùng answers for a district; two of its people took part in a contest of this year."""
    contest = town.contest("gui-niem-tin", TITLE, target_percent=60)
    round_ = town.round(contest, count=2)
    for person in (town.lan, town.person("Giàng A Páo")):
        attempt = starting.start(session, {}, round_, person, town.now)
        actions.submit(session, {}, queries.held(session, attempt.code, person.id), town.now)
    found = town.person("Vàng Văn Hùng")
    grant_role(session, TERMINAL, found, Role.OFFICIAL, town.LC_PT.id, town.now)
    town.commit()
    return found


@pytest.mark.parametrize("device", ["phone", "laptop"])
def test_from_the_first_page_to_a_word_file(request, device, official, sign_in, accessible, tmp_path):
    page = request.getfixturevalue(device)
    sign_in(page, official)
    page.goto("/")
    steps.follow(page, "Theo dõi tham gia, làm báo cáo", page.get_by_role("main"))
    accessible(page)
    steps.follow(page, f"Báo cáo năm của {DISTRICT}")
    expect(page.get_by_role("main")).to_contain_text("Kính gửi")
    accessible(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Tải Word").click()
    file = tmp_path / "bao-cao.docx"
    started.value.save_as(file)
    made = docx.Document(str(file))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    words = "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])
    assert "Kính gửi" in words
    assert DISTRICT.upper() in words.upper()
    assert TITLE in words
    assert "LĐLĐ huyện Than Uyên" not in words
