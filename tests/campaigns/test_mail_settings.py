"""A mail server that cannot work is refused before anything starts."""

import pytest

from contest.campaigns.mailing import postbox
from contest.config import BadSetting, mail

GOOD = {"MAIL_HOST": "mail.example.vn", "MAIL_FROM": "hoithi@example.vn", "PUBLIC_URL": "https://hoithi.example.vn/"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"MAIL_SECURITY": "ssl"}, "MAIL_SECURITY must be starttls, tls or none, not 'ssl'."),
        ({"MAIL_PORT": "0"}, "MAIL_PORT must be a whole number from 1 to 65535"),
        ({"MAIL_FROM": ""}, "MAIL_HOST needs MAIL_FROM"),
        ({"MAIL_FROM": "a@b.vn\nBcc: c@d.vn"}, "MAIL_HOST needs MAIL_FROM"),
        ({"PUBLIC_URL": ""}, "MAIL_HOST needs PUBLIC_URL"),
        ({"PUBLIC_URL": "hoithi.example.vn"}, "PUBLIC_URL must be an address"),
        ({"PUBLIC_URL": "javascript://x"}, "PUBLIC_URL must be an address"),
        ({"MAIL_SECURITY": "none", "MAIL_USER": "hoithi"}, "MAIL_USER needs an encrypted line"),
    ],
)
def test_what_cannot_work_is_refused(changes, words):
    with pytest.raises(BadSetting) as refused:
        mail(GOOD | changes)
    assert words in str(refused.value)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25), ("", 587)])
def test_the_usual_port_goes_with_the_line(security, port):
    made = mail(GOOD | {"MAIL_SECURITY": security})
    assert made["MAIL_PORT"] == port
    assert made["PUBLIC_URL"] == "https://hoithi.example.vn"
    assert postbox(made).domain == "example.vn"


def test_without_a_host_there_is_no_postbox():
    assert postbox(mail({})) is None
    assert postbox({}) is None
