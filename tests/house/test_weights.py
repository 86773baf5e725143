"""What a phone has to fetch: the paper of 20 questions, whole in one answer, fits in ten packets of a cold line."""

import gzip

import pytest
from lxml import html
from support.source import ROOT

from contest.attempts import starting
from questions import formats
from questions.actions import store_drafts

QUESTIONS = ROOT / "demo" / "ngan-hang-lai-chau-20-nam.xlsx"
#: Initial congestion window of TCP: ten segments of 1,460 bytes.
FIRST_FLIGHT = 14_600


def weight(reply):
    """Bytes over the wire of an answer, headers included."""
    head = "".join(f"{name}: {value}\r\n" for name, value in reply.headers)
    return len("HTTP/1.1 200 OK\r\n\r\n") + len(head) + len(reply.data)


@pytest.fixture
def real_bank(session, town):
    """Questions as long as real ones are."""
    bank = town.bank("that", size=0)
    store_drafts(session, bank, formats.read(QUESTIONS).questions, author="test", now=town.now)
    return bank


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_paper_of_twenty_questions(session, town, client, real_bank, monkeypatch):
    """The same papers each time: one in a hundred, of the longest questions, needs an eleventh packet."""
    codes = iter(range(5))
    monkeypatch.setattr(starting, "new_code", lambda: f"CAN{next(codes):013}")
    contest = town.contest(prediction_target="people", all_answers_required=True)
    town.round(contest, bank=real_bank, count=20, max_attempts=5)
    lan = town.lan
    town.commit()
    client.sign_in(lan)
    for _ in range(5):
        address = client.send(f"/cuoc-thi/{contest.slug}/dot/1/bat-dau").headers["Location"]
        reply = client.get(address, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
        assert (reply.status_code, reply.content_encoding) == (200, "gzip")
        page = html.fromstring(gzip.decompress(reply.data).decode())
        assert len(page.xpath("//fieldset")) == 20
        assert page.xpath("//link/@href") == ["data:,"]
        assert page.xpath("//@src") == []
        assert weight(reply) <= FIRST_FLIGHT
        client.send(f"{address}/nop")
