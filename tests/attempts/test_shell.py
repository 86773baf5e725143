"""What a phone keeps of papers: the worker's script, and the words on the server's side that make the phone forget."""

import pytest


def test_the_worker_is_asked_for_again_each_time(client):
    reply = client.get("/sw.js")
    assert (reply.status_code, reply.content_type) == (200, "text/javascript; charset=utf-8")
    assert reply.cache_control.no_cache and reply.cache_control.max_age is None
    again = client.get("/sw.js", headers={"If-None-Match": reply.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_signing_out_makes_the_phone_forget(town, client):
    lan = town.lan
    town.commit()
    client.sign_in(lan)
    reply = client.send("/dang-xuat")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/")
    # Only storage: the cookie is taken back by the session itself, and other files may stay.
    assert reply.headers["Clear-Site-Data"] == '"storage"'


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_page_says_who_is_here_without_saying_who(town, client):
    lan, son = town.lan, town.son
    town.commit()
    marks = [mark_on_page(client, person) for person in (lan, son, lan)]
    assert marks[0] == marks[2] != marks[1]
    assert len(marks[0]) == 16


def mark_on_page(client, person) -> str:
    client.sign_in(person)
    forms = client.page("/").xpath("//form[@data-module='shell']")
    assert forms
    assert len({form.get("data-person") for form in forms}) == 1
    assert "{}" in forms[0].get("data-ask")
    return forms[0].get("data-person")


def test_strangers_have_no_mark_and_the_sign_in_page_forgets_pages(client):
    assert not client.page("/").xpath("//*[@data-person]")
    assert len(client.page("/dang-nhap").xpath("//main//form[@data-module='shell']")) == 1
