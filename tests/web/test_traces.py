"""Traces of browsers and networks: a cookie at the door only, kept as keyed hashes."""

import pytest
from flask import request

from contest.web import traces


@pytest.fixture
def lan(client, town):
    from contest.accounts.passwords import hash_password

    lan = town.person(phone="0912345678", password_hash=hash_password("hoa ban trang"))
    town.commit()
    return lan


def test_signing_in_gives_the_browser_a_cookie_that_no_script_reads(client, lan):
    assert client.get("/dang-nhap").status_code == 200
    assert client.get_cookie(traces.COOKIE) is None
    answer = client.send("/dang-nhap", {"phone": lan.phone, "password": "hoa ban trang"})
    sent = next(header for header in answer.headers.getlist("Set-Cookie") if header.startswith(traces.COOKIE))
    assert "HttpOnly" in sent and "SameSite=Lax" in sent and "Max-Age=31536000" in sent


def test_the_same_browser_keeps_its_cookie(client, lan):
    for _turn in range(2):
        client.send("/dang-nhap", {"phone": lan.phone, "password": "hoa ban trang"})
        if _turn == 0:
            first = client.get_cookie(traces.COOKIE).value
    assert client.get_cookie(traces.COOKIE).value == first


def test_a_wrong_password_gives_none(client, lan):
    client.send("/dang-nhap", {"phone": lan.phone, "password": "not this one"})
    assert client.get_cookie(traces.COOKIE) is None


def trace_of(app, cookie="a" * 22, address="203.0.113.7"):
    headers = {"Cookie": f"{traces.COOKIE}={cookie}"} if cookie else {}
    with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": address}):
        return traces.of_request()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_trace_is_a_hash_of_its_own_kind_under_the_key_of_this_installation(app, monkeypatch):
    device, network = trace_of(app)
    assert len(device) == len(network) == 16
    assert trace_of(app) == (device, network)
    assert trace_of(app, cookie="b" * 22) != (device, network)
    assert trace_of(app, cookie="203.0.113.7aaaaaaaaaaa")[0] != network
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key of another installation")
    assert not set(trace_of(app)) & {device, network}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("cookie", ["", "short", "a" * 23, "<script>aaaaaaaaaaaaaa", "á" * 22])
def test_anything_else_in_the_cookie_is_no_browser(app, cookie):
    assert trace_of(app, cookie)[0] is None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_addresses_of_one_phone_on_ipv6_are_one_network(app):
    first, second = trace_of(app, address="2001:db8:1:2:aaaa::1"), trace_of(app, address="2001:db8:1:2:bbbb::9")
    assert first == second
    assert trace_of(app, address="2001:db8:1:3::1")[1] != first[1]
    assert trace_of(app, address="::ffff:203.0.113.7") == trace_of(app, address="203.0.113.7")
    assert trace_of(app, address="")[1] is None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_reading_a_trace_asks_no_database(app):
    with app.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.7"}):
        app.extensions["store"], store = None, app.extensions["store"]
        try:
            assert request and traces.of_request()[1]
        finally:
            app.extensions["store"] = store
