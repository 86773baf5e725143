"""Nobody is signed out by a clock: a machine's that jumps, or a node's that is behind another's."""

from datetime import timedelta

import pytest
import time_machine

from contest import clock


@pytest.fixture
def lan(client, town):
    assert town.lan
    town.commit()
    return client.sign_in(town.lan)


def status_after(lan, town, days=0.0, hours=0.0):
    with time_machine.travel(town.now + timedelta(days=days, hours=hours)):
        return lan.get("/tai-khoan").status_code


def test_a_jump_of_the_machine_s_clock_signs_nobody_out(lan, town):
    clock.start()
    try:
        assert status_after(lan, town, hours=-1) == 200
        assert status_after(lan, town, days=60) == 200
    finally:
        clock.stop()


def test_a_node_that_is_behind_takes_the_cookie_of_another(lan, town):
    assert status_after(lan, town, hours=-1) == 200


def test_a_cookie_ends_with_its_sign_in(lan, town):
    assert status_after(lan, town, days=29.9) == 200
    assert status_after(lan, town, days=30.1) != 200


def test_a_cookie_that_is_too_old_counts_for_nothing_by_itself(app, client, town):
    with client.session_transaction() as visit:
        visit["lang"] = "en"
    with time_machine.travel(town.now + timedelta(days=29)):
        assert client.get("/").status_code == 200
        assert 'lang="en"' in client.get("/").get_data(as_text=True)
    with time_machine.travel(town.now + timedelta(days=31)):
        assert 'lang="vi"' in client.get("/").get_data(as_text=True)
