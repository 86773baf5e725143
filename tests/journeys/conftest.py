"""The ground of journeys: the real server on a database of its own, and real browsers in front of it.

Arrange with ``town`` or ``session`` and commit before the first page opens: an open writing transaction of the test
keeps the server from writing. ``phone`` and ``laptop`` are pages of Playwright whose relative addresses lead to the
server; when the test ends they must have logged no error, broken no content policy and missed no file.

    def test_lan_starts(town, phone, sign_in):
        town.round()
        town.commit()
        sign_in(phone, town.lan)
        phone.goto("/cuoc-thi/cuoc-thi")

Both engines: ``@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])``. With script and without:
``@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])``.
"""

from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from support.chromium import launched
from support.link import PATIENCE_S, Link
from support.server import Nursery, Server

from contest import clock
from contest.accounts import actions

PHONE = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
FILES = {"stylesheet", "script", "image", "font", "manifest"}

expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(params=["sqlite"])
def engine_name(request):
    """Journeys run on the embedded engine unless a test asks for both."""
    return request.param


@pytest.fixture(scope="session")
def nursery():
    """Has the product imported, so that a server starts at once."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def environment():
    """Settings of the server beside the usual ones."""
    return {}


@pytest.fixture
def live(app, nursery, tmp_path, environment):
    """The real server on the test's database. ``live.forgives = True`` where errors in its log are expected."""
    url = app.extensions["store"].engine.url.render_as_string(hide_password=False)
    server = Server(nursery, url, tmp_path / "server.log", **environment).start()
    yield server
    assert server.stop() == 0
    assert server.forgives or server.errors() == []


@pytest.fixture
def link(live):
    """A line to the server that can be slow, lose what it carries, or be away: phones that use it begin at its URL."""
    made = Link(live.port)
    yield made
    made.close()


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture
def script():
    """Whether browsers run script."""
    return True


@pytest.fixture
def phone(chromium, live, script):
    """A page on a phone of 360 by 640."""
    with visitor(chromium, live, script, PHONE) as page:
        yield page


@pytest.fixture
def laptop(chromium, live, script):
    """A page on a laptop of 1280 by 800."""
    with visitor(chromium, live, script, LAPTOP) as page:
        yield page


@pytest.fixture
def another_phone(chromium, live, script):
    """A second phone, with cookies of its own."""
    with visitor(chromium, live, script, PHONE) as page:
        yield page


@pytest.fixture
def far_phone(chromium, link, script):
    """A phone behind ``link``."""
    with visitor(chromium, link, script, PHONE) as page:
        yield page


@contextmanager
def visitor(browser: Browser, live: Server | Link, script: bool, device: dict):
    """A page with its own cookies; ``page.faults`` collects what must not happen."""
    context = browser.new_context(
        base_url=live.url, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", java_script_enabled=script, **device
    )
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    page.faults = watch(page)
    yield page
    context.close()
    assert page.faults == []


def watch(page: Page) -> list[str]:
    """Collects errors of scripts, breaches of the content policy and files that were not found."""
    faults: list[str] = []

    def note_console(message):
        # Replies such as 409 and a network that is away are part of journeys; files are watched below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(f"console: {message.text}")

    def note_reply(response):
        if response.status >= 400 and response.request.resource_type in FILES:
            faults.append(f"{response.status} for {urlsplit(response.url).path}")

    page.on("console", note_console)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("response", note_reply)
    return faults


@pytest.fixture
def sign_in(app, live):
    """``sign_in(page, person)``: signs a person in on a device without going through the form."""

    def by_cookie(page: Page, person) -> None:
        with app.extensions["store"].session(readonly=False) as session, session.begin():
            token = actions.sign_in(session, person.id, clock.now())
        value = cookie_of(app, {"_user_id": token, "_fresh": True, "_permanent": True})
        page.context.add_cookies([{"name": "hoithi", "value": value, "url": live.url}])

    return by_cookie


def cookie_of(app: Flask, content: dict) -> str:
    """A session cookie as the server signs it."""
    return app.session_interface.get_signing_serializer(app).dumps(content)


@pytest.fixture
def accessible(chromium, script):
    """``accessible(page)``: no fault that axe finds, and nothing wider than the screen."""

    def check(page: Page) -> None:
        assert width_of(page) <= page.viewport_size["width"], "wider than the screen"
        if script:
            found = Axe().run(page)
        else:
            with copy_with_script(chromium, page) as copy:
                found = Axe().run(copy)
        faults = found.response["violations"]
        assert [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in faults] == []

    return check


def width_of(page: Page) -> int:
    """How wide the content is. A phone's own idea of its width grows with what does not fit."""
    return page.evaluate("document.documentElement.scrollWidth")


@contextmanager
def copy_with_script(browser: Browser, page: Page):
    """A page as it stands, where axe can run: it needs timers, which a browser without script does not have."""
    address, text = page.url, page.content()

    def answer(route):
        if route.request.is_navigation_request():
            route.fulfill(body=text, content_type="text/html; charset=utf-8")
        elif route.request.resource_type == "script":
            route.abort()
        else:
            route.continue_()

    context = browser.new_context(viewport=page.viewport_size)
    context.route("**/*", answer)
    copy = context.new_page()
    copy.goto(address)
    yield copy
    context.close()
