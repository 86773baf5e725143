"""The software is updated while somebody works: the open paper, and the one kept on the phone, go on to the end."""

from contextlib import suppress
from shutil import copytree

import pytest
from playwright.sync_api import Error, expect
from support import steps
from support.source import ROOT


@pytest.fixture
def newer(tmp_path):
    """The scripts and style sheets of a newer version: every file differs, and pages say which they are of."""
    folder = copytree(ROOT / "static", tmp_path / "static")
    for path in folder.rglob("*.css"):
        path.write_text(path.read_text() + "\n.of-a-newer-version{margin:1px}\n")
    for path in folder.rglob("*.js"):
        path.write_text(path.read_text() + "\nself.newerVersion = true;\n")
    return folder


def is_newer(page) -> bool:
    return page.evaluate("!!self.newerVersion")


def opens(page, newer: bool) -> bool:
    """Opens the paper again until the newer (or the older) one comes, as who sits in front of it would.

    A line that says nothing for four seconds brings the kept paper, which is right; and Chromium sometimes drops a
    reload, or lets it hang, that begins in the moment in which it replaces the worker.
    """
    for _try in range(5):
        with suppress(Error):
            page.reload(timeout=20_000)
            if is_newer(page) == newer:
                return True
    return False


def test_an_attempt_goes_through_an_update(town, live, link, far_phone, sign_in, newer):
    town.round(count=5)
    lan = town.lan
    town.commit()
    page = far_phone
    sign_in(page, lan)
    page.goto("/cuoc-thi/cuoc-thi")
    steps.press(page, "Bắt đầu làm bài")
    given = {"1": [steps.answer(page, 1)]}
    steps.saved(page)
    steps.kept(page)

    live.stop()
    given["2"] = [steps.answer(page, 2)]
    live.environment["OTHER_STATIC"] = str(newer)
    live.start()
    steps.saved(page)
    assert not is_newer(page)

    # The copy on the phone is of the old version, and saves to the new one.
    link.down()
    assert opens(page, newer=False)
    assert steps.chosen(page) == given
    given["3"] = [steps.answer(page, 3)]
    steps.waits(page, 1)
    link.up()
    steps.saved(page)

    # The new version takes up what the old one kept, and its worker leaves the paper where it is.
    link.down()
    given["4"] = [steps.answer(page, 4)]
    steps.waits(page, 1)
    link.up()
    assert opens(page, newer=True)
    assert steps.chosen(page) == given
    steps.saved(page)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => 1)")
    steps.until(page, "navigator.serviceWorker.getRegistration().then((one) => !one.installing && !one.waiting)")
    # There was a copy before: of the older version.
    steps.until(page, "caches.match(location.pathname).then((copy) => copy.text()).then((text) => /newer/.test(text))")
    link.down()
    assert opens(page, newer=True)
    assert steps.chosen(page) == given
    link.up()
    steps.review(page)
    steps.submit(page)
    expect(page.get_by_text("4/5").first).to_be_visible()
