"""More people start than the server takes in: the waiting room on a phone, with script and without."""

import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect
from support import steps

from contest import clock
from contest.accounts.actions import sign_in as signed_in_on

CONTEST = "/cuoc-thi/cuoc-thi"


@pytest.fixture
def environment():
    """One start a second, so that a few people are a crowd."""
    return {"START_RATE": "1"}


@pytest.fixture
def crowd(app, session, town, live):
    """Lets so many people ask for a start that one who comes some seconds later waits too."""
    cookies = app.session_interface.get_signing_serializer(app)
    tokens = [signed_in_on(session, town.hung.id, clock.now()) for _ in range(20)]
    town.commit()

    def come():
        answers = []
        for token in tokens:
            headers = {"Cookie": f"session={cookies.dumps({'_user_id': token})}", "Accept": "application/json"}
            headers["Cookie"] += f"; hoithi={cookies.dumps({'_user_id': token})}"
            try:
                with urlopen(Request(f"{live.url}{CONTEST}/dot/1/bat-dau", b"", headers)) as answer:
                    answers.append(answer.status)
            except HTTPError as error:
                answers.append(error.code)
        return answers

    return come


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_who_comes_with_many_waits_and_goes_in_when_their_turn_has_come(
    town, crowd, phone, sign_in, accessible, script
):
    town.round()
    assert town.lan
    town.commit()
    sign_in(phone, town.lan)
    phone.goto(CONTEST)
    if script:
        # The page stays for as long as it is looked at.
        phone.route("**/cho", lambda route: route.abort())
    assert crowd().count(202) >= 4
    steps.press(phone, "Bắt đầu làm bài")
    heading = phone.get_by_role("heading", level=1)
    expect(heading).to_have_text("Bạn đang trong phòng chờ")
    expect(phone.get_by_role("main")).to_contain_text(re.compile("Trước bạn còn khoảng \\d+ người|người tiếp theo"))
    accessible(phone)
    if script:
        phone.unroute("**/cho")
    else:
        expect(heading).to_have_text("Đến lượt bạn")
        accessible(phone)
        steps.press(phone, "Vào thi")
    expect(phone).to_have_url(re.compile("/bai-thi/"))
