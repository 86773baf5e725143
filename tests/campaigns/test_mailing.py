"""Letters through a real mail server on an encrypted line: trust, passwords, and lines that break."""

from datetime import UTC, datetime

import pytest
from campaigns.postman import PASSWORD, certificate_for_localhost, delivering

from contest.campaigns import mailing
from contest.campaigns.mailing import Letter, NotSent, Postbox

LETTER = Letter(
    name="digest.2026-11-22.7",
    to="hung@example.vn",
    subject="Bản tin 22/11/2026: Liên đoàn Lao động huyện Phong Thổ",
    text="thêm 12 người mới dự thi\n" * 50,
    html="<p>thêm 12 người mới dự thi</p>",
    unsubscribe="https://hoithi.example.vn/ban-tin/abc/thoi",
)
NOW = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certificate_for_localhost(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(params=["tls", "starttls"])
def postman(request, certificate):
    with delivering(request.param, certificate) as server:
        yield server


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def hand_over(postman, user="hoithi", password=PASSWORD, host="localhost"):
    security = postman.security
    box = Postbox(host, postman.port, security, user, password, "hoithi@example.vn")
    mailing.send(box, mailing.compose(LETTER, box, NOW))


def test_a_letter_over_an_encrypted_line(postman, trusted):
    hand_over(postman)
    assert postman.passwords == [(PASSWORD, True)]
    ((to, letter),) = postman.letters
    assert to == ["hung@example.vn"]
    assert letter["Subject"] == LETTER.subject
    assert letter["From"] == "Hội Thi <hoithi@example.vn>"
    assert letter["To"] == "hung@example.vn"
    assert letter["Date"].datetime == NOW
    assert letter["Message-ID"] == "<digest.2026-11-22.7@example.vn>"
    assert letter["List-Unsubscribe"].strip() == "<https://hoithi.example.vn/ban-tin/abc/thoi>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.get_content_type() == "multipart/alternative"
    assert letter.get_body(("plain",)).get_content() == LETTER.text
    assert letter.get_body(("html",)).get_content().strip() == LETTER.html


def test_what_goes_over_the_line_is_plain_ascii_in_short_lines(postman, trusted):
    hand_over(postman)
    (raw,) = postman.raw
    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) <= 78
    assert b"Subject: =?utf-8?" in raw


def test_a_certificate_nobody_vouches_for_gets_no_password(postman):
    with pytest.raises(NotSent, match="certificate verify failed"):
        hand_over(postman)
    assert postman.passwords == postman.letters == []


def test_a_certificate_of_another_name_gets_no_password(postman, trusted):
    with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED|verify failed"):
        hand_over(postman, host="127.0.0.1")
    assert postman.passwords == postman.letters == []


def test_a_wrong_password_is_told(postman, trusted):
    with pytest.raises(NotSent, match="535"):
        hand_over(postman, password="sai")
    assert postman.letters == []


@pytest.mark.parametrize("failing", ["refuses", "in the letter"])
def test_a_line_that_breaks_is_told_and_nothing_was_sent(postman, trusted, failing):
    postman.failing = failing
    with pytest.raises(NotSent):
        hand_over(postman)
    assert postman.letters == []


def test_a_bad_goodbye_does_not_make_a_letter_unsent(postman, trusted):
    postman.failing = "at goodbye"
    hand_over(postman)
    assert len(postman.letters) == 1


def test_a_letter_that_may_have_been_taken_bears_the_same_name_again(postman, trusted):
    postman.failing = "after the letter"
    with pytest.raises(NotSent):
        hand_over(postman)
    postman.failing = ""
    hand_over(postman)
    assert len({letter["Message-ID"] for _, letter in postman.letters}) == 1


def test_a_server_that_is_down_is_told(postman, trusted):
    box = Postbox("localhost", 1, postman.security, "", "", "hoithi@example.vn")
    with pytest.raises(NotSent, match="refused"):
        mailing.send(box, mailing.compose(LETTER, box, NOW))
