"""The phone is closed with answers that could not be sent; opened again with the same profile, it delivers them."""

from playwright.sync_api import expect
from support import steps
from support.chromium import opened_profile

from contest.accounts.passwords import hash_password


def test_answers_kept_on_a_closed_phone_arrive_when_it_is_opened_again(town, live, tmp_path):
    town.round(count=4)
    lan = town.person(password_hash=hash_password(steps.PASSWORD))
    town.commit()

    with opened_profile(tmp_path / "profile", live.url) as phone:
        steps.sign_in_by_form(phone, lan.phone)
        phone.goto("/cuoc-thi/cuoc-thi")
        steps.press(phone, "Bắt đầu làm bài")
        address = phone.url
        sent = {"1": [steps.answer(phone, 1)]}
        steps.saved(phone)
        phone.context.set_offline(True)
        unsent = {"2": [steps.answer(phone, 2)], "3": [steps.answer(phone, 3)]}
        expect(phone.locator("#da-luu")).to_have_attribute("data-state", "waiting")
        assert steps.stored(phone)["answers"] == sent

    with opened_profile(tmp_path / "profile", live.url) as phone:
        phone.goto("/")
        steps.follow(phone, "Làm tiếp")
        assert phone.url == address
        steps.saved(phone)
        assert steps.chosen(phone) == sent | unsent
        assert steps.stored(phone)["answers"] == sent | unsent
