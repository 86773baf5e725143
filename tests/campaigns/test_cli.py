"""Summaries from the terminal: what is due, and whether the mail server works."""

import pytest
from campaigns.postman import delivering


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["digest", *words])


@pytest.fixture
def postman(app):
    with delivering() as server:
        settings = {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": server.port, "MAIL_SECURITY": "none", "MAIL_USER": ""}
        settings |= {"MAIL_PASSWORD": "", "MAIL_FROM": "hoithi@example.vn", "PUBLIC_URL": "https://hoithi.example.vn"}
        app.config.update(settings)
        yield server
        for name in settings:
            app.config.pop(name)


def test_nothing_due(run):
    assert run("run").output == "Made 0, sent 0.\n"


def test_without_a_mail_server(run):
    told = run("try", "a@example.vn")
    assert told.exit_code == 1
    assert "MAIL_HOST" in told.output


def test_a_letter_to_try(run, postman):
    assert run("try", "a@example.vn").output == "Sent to a@example.vn.\n"
    ((to, letter),) = postman.letters
    assert to == ["a@example.vn"]
    assert "máy chủ thư hoạt động" in letter.get_body(("plain",)).get_content()


@pytest.mark.parametrize("address", ["", "a@b", "a@b.vn\nBcc: c@d.vn"])
def test_what_is_no_address(run, postman, address):
    assert run("try", address).exit_code == 1
    assert postman.letters == []


def test_a_server_that_refuses(run, postman):
    postman.failing = "refuses"
    told = run("try", "a@example.vn")
    assert told.exit_code == 1
    assert "451" in told.output
