"""What a phone keeps of a paper: it opens when the network is away, only to whom it belongs, only while it is open."""

import pytest
from playwright.sync_api import Error, Page, expect
from support import steps
from support.kinds import PICTURE, drawing
from support.link import Fate
from support.sittings import move_end

from questions import picture_store
from questions.actions import store_drafts
from questions.rules import Answer, Draft, Kind, Markup

CONTEST = "/cuoc-thi/cuoc-thi"
MENU = "Danh mục"
NO_PAGES = "caches.keys().then((names) => names.length === 0)"


@pytest.fixture
def paper(town, far_phone, sign_in):
    """Lan's paper on a phone behind the link, kept there."""
    town.round(count=4)
    lan, _ = town.lan, town.son
    town.commit()
    sign_in(far_phone, lan)
    far_phone.goto(CONTEST)
    steps.press(far_phone, "Bắt đầu làm bài")
    steps.answer(far_phone, 1)
    steps.saved(far_phone)
    steps.kept(far_phone)
    return far_phone


def paper_opens(page: Page, address: str) -> bool:
    """Whether an address shows a paper; a phone without network shows its own page or none."""
    try:
        page.goto(address)
    except Error:
        # The browser's own page, once it is there, would try again by itself.
        page.wait_for_url("chrome-error://**")
        page.goto("about:blank")
        return False
    return page.locator("#de-thi").count() == 1


def sign_out(page: Page) -> None:
    page.goto("/")
    steps.awake(page, "shell")
    page.get_by_text(MENU).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Đăng xuất").click()
    expect(page.locator("a[href='/dang-nhap']").first).to_be_attached()


#: A paper that was kept three days ago.
OLD = """caches.open("bai-OLD").then((cache) => cache.put("/bai-thi/OLD", new Response("", {
  headers: { "X-Kept": Date.now() - 3 * 24 * 3600 * 1000 },
})))"""


def test_trouble_on_the_way_opens_the_kept_paper(paper, link, accessible):
    address = paper.url
    paper.evaluate(OLD)
    paper.reload()
    steps.until(paper, "caches.has('bai-OLD').then((has) => !has)")
    steps.kept(paper)
    for trouble in (link.silent, link.restarting, link.down):
        trouble()
        assert paper_opens(paper, address), trouble.__name__
        expect(steps.question(paper, 4)).to_be_visible()
        link.restarting(False)
        if trouble is link.silent:
            link.up()
    paper.goto("/")
    expect(paper.get_by_role("heading", name="Chưa có mạng")).to_be_visible()
    accessible(paper)
    steps.follow(paper, "Cuộc thi thử")
    assert paper.url == address
    expect(steps.question(paper, 4)).to_be_visible()


def test_who_signs_out_is_asked_and_leaves_nothing_to_the_next_one(paper, link, sign_in, town):
    address = paper.url
    link.lose("POST", "/luu$", Fate.REQUEST_LOST, times=50)
    steps.answer(paper, 2)
    steps.answer(paper, 3)
    expect(paper.locator("#da-luu")).to_have_attribute("data-state", "waiting")
    paper.goto("/")
    steps.awake(paper, "shell")
    asked = []
    paper.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    paper.get_by_text(MENU).click()
    paper.get_by_role("button", name="Đăng xuất").click()
    assert asked[0].startswith("Còn 2 câu trả lời trên máy này chưa gửi được.")
    assert [len(kept) for kept in steps.left_behind(paper).values()] == [1, 1]

    paper.once("dialog", lambda dialog: dialog.accept())
    sign_out(paper)
    steps.left_nothing(paper)
    steps.until(paper, "navigator.serviceWorker.getRegistrations().then((all) => !all.length)")
    link.down()
    assert not paper_opens(paper, address)

    link.up()
    sign_in(paper, town.son)
    paper.goto("/")
    paper.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    link.down()
    assert not paper_opens(paper, address)


def test_a_sign_in_that_ended_keeps_answers_for_the_same_person_only(paper, link, sign_in, town):
    address = paper.url
    entries = steps.left_behind(paper)["entries"]
    assert len(entries) == 1
    paper.context.clear_cookies()
    paper.goto(address)
    expect(paper.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    steps.until(paper, NO_PAGES)
    link.down()
    assert not paper_opens(paper, address)

    link.up()
    sign_in(paper, town.lan)
    paper.goto("/")
    steps.awake(paper, "shell")
    left = steps.left_behind(paper)
    assert left["entries"] == entries
    # The worker may have asked again for what the page wanted kept, and got it: it is the same person's.
    assert set(left["caches"]) <= {f"bai-{address.rsplit('/', 1)[1]}"}

    sign_in(paper, town.son)
    paper.goto("/")
    steps.until(paper, "Object.keys(localStorage).every((key) => !key.startsWith('bai-'))")
    steps.until(paper, NO_PAGES)
    link.down()
    assert not paper_opens(paper, address)


def test_a_paper_that_is_over_is_forgotten(paper, session, link):
    address = paper.url
    paper.goto("/")
    move_end(session, 0)
    paper.goto(address)
    expect(paper.get_by_role("heading", name="Kết quả bài thi")).to_be_visible()
    steps.until(paper, NO_PAGES)
    link.down()
    assert not paper_opens(paper, address)


SECRETS = ("Lò Thị Lan", "Điều 17 Luật Công đoàn", "một đáp án không ai thấy", "Vì sao đúng thì sau này mới nói")


def test_what_is_kept_holds_no_key_and_nobodys_name(town, far_phone, sign_in, session):
    bank = town.bank("hinh", size=0)
    draft = Draft(
        stem=f"Hình gì?\n\n![Một hình tam giác](hinh:{PICTURE})",
        kind=Kind.SHORT,
        answers=(Answer(SECRETS[2]),),
        explanation=SECRETS[3],
        source=SECRETS[1],
        markup=Markup.MARKDOWN,
    )
    assert not store_drafts(session, bank, [draft], author="test", now=town.now).faults
    assert picture_store.store(session, {PICTURE: drawing()}, town.now) == []
    town.round(bank=bank, count=1)
    lan = town.lan
    town.commit()
    sign_in(far_phone, lan)
    far_phone.goto(CONTEST)
    steps.press(far_phone, "Bắt đầu làm bài")
    far_phone.get_by_label("Câu trả lời").fill("hình vuông")
    steps.saved(far_phone)
    steps.kept(far_phone)
    code = far_phone.url.rsplit("/", 1)[1]
    assert far_phone.evaluate("caches.keys()") == [f"bai-{code}"]
    steps.until(far_phone, "caches.match(document.images[0].src).then((copy) => !!copy)")
    addresses = far_phone.evaluate(
        f"caches.open('bai-{code}').then((one) => one.keys()).then((all) => all.map((r) => new URL(r.url).pathname))"
    )
    assert sorted(addresses) == [f"/bai-thi/{code}", f"/hinh/{PICTURE}"]
    # A picture that was lost on its way is fetched when the page asks the next time.
    far_phone.evaluate(f"caches.open('bai-{code}').then((one) => one.delete(document.images[0].src))")
    far_phone.evaluate("dispatchEvent(new Event('online'))")
    steps.until(far_phone, "caches.match(document.images[0].src).then((copy) => !!copy)")
    page = far_phone.evaluate("caches.match(location.pathname).then((copy) => copy.text())")
    entries = far_phone.evaluate("JSON.stringify(localStorage)")
    assert "Hình gì?" in page and "hình vuông" in entries
    assert [secret for secret in (*SECRETS, lan.phone) if secret in page + entries] == []
