"""The phone is closed in the middle and opened again, without network or with: the paper is there, nothing is lost."""

from playwright.sync_api import expect
from support import steps
from support.chromium import opened_profile

from contest.accounts.passwords import hash_password


def begun(town, phone, lan) -> tuple[str, dict]:
    """The path of Lan's paper, started on this phone, and its first answer, saved."""
    steps.sign_in_by_form(phone, lan.phone)
    phone.goto("/cuoc-thi/cuoc-thi")
    steps.press(phone, "Bắt đầu làm bài")
    sent = {"1": [steps.answer(phone, 1)]}
    steps.saved(phone)
    steps.kept(phone)
    return phone.url.rsplit("/", 1)[1], sent


def somebody(town):
    town.round(count=5)
    lan = town.person(password_hash=hash_password(steps.PASSWORD))
    town.commit()
    return lan


def test_a_paper_opens_without_network_and_every_answer_arrives_in_the_end(town, live, link, tmp_path):
    lan = somebody(town)
    with opened_profile(tmp_path / "profile", link.url) as phone:
        code, given = begun(town, phone, lan)
        link.down()
        given["2"] = [steps.answer(phone, 2)]
        expect(phone.locator("#da-luu")).to_have_attribute("data-state", "waiting")

    with opened_profile(tmp_path / "profile", link.url) as phone:
        phone.goto(f"/bai-thi/{code}")
        assert steps.chosen(phone) == given
        given["3"] = [steps.answer(phone, 3)]
        expect(phone.locator("#da-luu")).to_have_attribute("data-state", "waiting")

    with opened_profile(tmp_path / "profile", link.url) as phone:
        phone.goto(f"/bai-thi/{code}")
        assert steps.chosen(phone) == given
        given["4"] = [steps.answer(phone, 4)]
        link.up()
        steps.saved(phone)
        assert steps.chosen(phone) == given
        assert steps.stored(phone, f"{live.url}/bai-thi/{code}")["answers"] == given


def test_answers_kept_on_a_closed_phone_arrive_when_it_is_opened_again(town, live, link, tmp_path):
    lan = somebody(town)
    with opened_profile(tmp_path / "profile", link.url) as phone:
        code, given = begun(town, phone, lan)
        link.down()
        given |= {"2": [steps.answer(phone, 2)], "3": [steps.answer(phone, 3)]}
        expect(phone.locator("#da-luu")).to_have_attribute("data-state", "waiting")
        assert set(steps.stored(phone, f"{live.url}/bai-thi/{code}")["answers"]) == {"1"}

    link.up()
    with opened_profile(tmp_path / "profile", link.url) as phone:
        phone.goto("/")
        steps.follow(phone, "Làm tiếp")
        steps.saved(phone)
        assert steps.chosen(phone) == given
        assert steps.stored(phone, f"{live.url}/bai-thi/{code}")["answers"] == given
