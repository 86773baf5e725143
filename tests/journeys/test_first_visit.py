"""A first visit: page and worker arrive in any order, on any line, and the paper is kept on the phone in the end."""

import re
import time

import pytest
from playwright.sync_api import expect
from support import steps
from support.link import PATIENCE_S, Fate

CONTEST = "/cuoc-thi/cuoc-thi"
ACTIVE = "!!registration.active && registration.active.state === 'activated'"


@pytest.fixture
def visitor(town, far_phone, sign_in):
    """Lan's phone, which has never been here, and an open round."""
    town.round(count=3)
    lan = town.lan
    town.commit()
    sign_in(far_phone, lan)
    return far_phone


def start(page) -> None:
    """Press the button, without waiting for what follows."""
    page.get_by_role("button", name="Bắt đầu làm bài").click(no_wait_after=True)


def until_active(page) -> None:
    """Wait until the worker has begun and has looked for open papers."""
    deadline = time.monotonic() + PATIENCE_S
    while not any(worker.evaluate(ACTIVE) for worker in page.context.service_workers):
        assert time.monotonic() < deadline, "no worker"
        page.wait_for_timeout(50)


def opens_without_network(page, link) -> None:
    address = page.url
    link.down()
    page.goto("about:blank")
    page.goto(address)
    expect(steps.question(page, 3)).to_be_visible()


@pytest.mark.parametrize("lost", [0, 2])
def test_the_worker_begins_while_the_paper_is_on_its_way(visitor, link, lost):
    """It was not there when the paper was asked for, and the paper is not there when it looks for open ones.

    ``lost``: so often the worker's own fetching of the paper comes to nothing.
    """
    script, paper = link.hold("GET", "^/sw.js"), link.hold("GET", "^/bai-thi/[^/]+$")
    visitor.goto(CONTEST)
    script.wait()
    start(visitor)
    paper.wait()
    script.release()
    until_active(visitor)
    assert visitor.url.endswith(CONTEST)
    link.lose("GET", "^/bai-thi/[^/]+$", Fate.REQUEST_LOST, times=lost)
    paper.release()
    expect(visitor).to_have_url(re.compile("/bai-thi/"))
    steps.kept(visitor)
    assert not link.doomed
    opens_without_network(visitor, link)
