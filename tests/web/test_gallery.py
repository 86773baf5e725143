"""Every component, on a phone and on a desk, by day and by night."""

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import expect
from support.chromium import launched
from support.gallery import LOADS, create_app
from support.link import PATIENCE_S
from support.pages import faults_of_page
from werkzeug.serving import make_server

expect.set_options(timeout=PATIENCE_S * 1000)
PAGES = ["/", "/?loi", "/?khach", "/bai", "/loi/404", "/loi/503"]


@pytest.mark.parametrize("path", PAGES)
def test_markup_is_sound(path):
    answer = create_app().test_client().get(path)
    assert answer.status_code == (int(path[-3:]) if path.startswith("/loi/") else 200)
    assert faults_of_page(answer.get_data(as_text=True)) == []


def test_the_summary_says_the_same_as_the_field_and_leads_to_it():
    page = html.fromstring(create_app().test_client().get("/?loi").get_data(as_text=True))
    assert page.findtext(".//title").startswith("Lỗi: ")
    links = page.xpath("//div[@data-module='error-summary']//a")
    assert {link.get("href") for link in links} == {"#name", "#phone", "#union", "#kind-0", "#consent"}
    for link in links:
        target = page.get_element_by_id(link.get("href")[1:])
        field = target.xpath("ancestor::div[contains(@class, 'field-bad')]")[0]
        assert link.text_content() in field.xpath(".//p[@class='error-text']")[0].text_content()
        assert target.get("aria-invalid") == "true"


def test_no_browser_bubbles():
    page = html.fromstring(create_app().test_client().get("/").get_data(as_text=True))
    assert page.xpath("//@required") == []
    assert len(page.xpath("//form[@novalidate]")) == 1


@pytest.fixture(scope="module")
def address():
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(360, 640), (1280, 800)])
def test_everybody_can_read_and_reach_it(address, chromium, scheme, size):
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    for path in PAGES:
        page.goto(address + path)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{path} is wider than the screen"
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in found] == [], path
    page.close()


@pytest.mark.browser
def test_a_union_is_picked_with_the_keyboard(address, chromium):
    page = chromium.new_page(viewport={"width": 360, "height": 640})
    page.goto(address)
    field = page.get_by_role("combobox", name="Công đoàn cơ sở").first
    field.fill("than uyen")
    page.locator("#union-list li").nth(1).wait_for()
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    assert page.locator("input[type=hidden][name=union]").input_value() == "MH-2"
    assert "Nhà máy chè" in page.locator(".picker-chosen").first.text_content()
    field.fill("than")
    assert page.locator("input[type=hidden][name=union]").input_value() == ""
    page.close()


@pytest.mark.browser
def test_the_picker_falls_back_to_its_search_button(address, chromium):
    page = chromium.new_page(viewport={"width": 360, "height": 640})
    page.route("**/cong-doan/tim*", lambda route: route.abort())
    page.goto(address)
    button = page.locator("button[name=tim_union]")
    expect(button).to_be_hidden()
    page.locator("#union").fill("than uyen")
    expect(button).to_be_visible()
    page.close()


@pytest.mark.browser
def test_a_watched_part_stays_fresh_without_loading_the_page(address, chromium):
    page = chromium.new_page()
    page.goto(address + "/tuoi")
    first = page.locator("#dang-lam b").text_content()
    page.evaluate("window.same = true")
    expect(page.locator("#dang-lam b")).not_to_have_text(first)
    assert page.evaluate("window.same")
    page.close()


@pytest.mark.browser
def test_an_act_that_asks_first_is_done_only_when_confirmed(address, chromium):
    page = chromium.new_page()
    page.goto(address + "/tuoi")
    before = LOADS["POST"]
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Đóng đợt thi").click()
    assert LOADS["POST"] == before
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.get_by_role("button", name="Đóng đợt thi").click()
    assert LOADS["POST"] == before + 1
    page.close()


SEND_TWICE = """() => {
  let sent = 0;
  window.addEventListener("submit", (event) => {
    sent += event.defaultPrevented ? 0 : 1;
    event.preventDefault();
  });
  const form = document.querySelector("main form");
  form.requestSubmit();
  form.requestSubmit();
  return sent;
}"""


@pytest.mark.browser
def test_a_hasty_second_press_sends_nothing(address, chromium):
    page = chromium.new_page()
    page.goto(address + "/tuoi")
    assert page.evaluate(SEND_TWICE) == 1
    page.close()
