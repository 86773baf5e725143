"""The cookie of a sign-in: sent once, never beside something that others may keep."""

import pytest


@pytest.fixture
def lan(client, town):
    town.round(town.contest())
    lan = town.lan
    town.commit()
    return client.sign_in(lan)


@pytest.mark.parametrize("address", ["/", "/cuoc-thi/cuoc-thi", "/cuoc-thi/cuoc-thi/qr.svg", "/tai-khoan"])
def test_an_answer_does_not_carry_it_again(lan, address):
    assert lan.get(address).status_code == 200
    assert "Set-Cookie" not in lan.get(address).headers


def test_the_sign_in_itself_carries_it_for_thirty_days(client, town):
    assert town.province
    town.commit()
    sent = {"name": "Lò Thị Lan", "phone": "0912345678", "union": "LC-PT-1", "kind": "member"}
    answer = client.send("/dang-ky", {**sent, "password": "hoa ban trang", "consent": "y"})
    assert answer.status_code == 303
    sent = next(header for header in answer.headers.getlist("Set-Cookie") if header.startswith("session="))
    assert "Expires=" in sent and "HttpOnly" in sent
