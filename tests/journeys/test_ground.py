"""The ground itself: the served product opens in a browser, on both engines, with script and without."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_home_page_opens(phone, accessible):
    reply = phone.goto("/")
    assert reply.ok
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    accessible(phone)


def test_a_signed_in_visitor_is_known(town, laptop, sign_in):
    lan = town.lan
    town.commit()
    sign_in(laptop, lan)
    laptop.goto("/")
    expect(laptop.get_by_text("Lò Thị Lan").first).to_be_visible()


def test_faults_of_a_page_are_noticed(phone):
    phone.goto("/")
    phone.evaluate(
        """() => {
            const picture = document.createElement("img");
            picture.src = "/nix.png";
            const foreign = document.createElement("img");
            foreign.src = "https://example.org/x.png";
            document.body.append(picture, foreign);
        }"""
    )
    phone.wait_for_load_state("networkidle")
    assert any("404 for /nix.png" in fault for fault in phone.faults)
    assert any("Content Security Policy" in fault for fault in phone.faults)
    phone.faults.clear()


def test_the_server_ends_politely_and_comes_back(live, laptop):
    assert live.stop() == 0
    assert not live.answers()
    live.start()
    assert laptop.goto("/").ok
