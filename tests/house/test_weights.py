"""What a phone has to fetch: the paper of 20 questions with style and script fits in ten packets of a cold line."""

import pytest
from support.source import ROOT

from questions import formats
from questions.actions import store_drafts

QUESTIONS = ROOT / "demo" / "ngan-hang-lai-chau-20-nam.xlsx"
#: Initial congestion window of TCP: ten segments of 1,460 bytes.
FIRST_FLIGHT = 14_600


def weight(client, address, encoding):
    """Bytes over the wire of an answer, headers included."""
    reply = client.get(address, headers={"Accept-Encoding": encoding})
    assert reply.status_code == 200
    assert reply.content_encoding == encoding
    head = "".join(f"{name}: {value}\r\n" for name, value in reply.headers)
    return len("HTTP/1.1 200 OK\r\n\r\n") + len(head) + len(reply.data)


@pytest.fixture
def real_bank(session, town):
    """Questions as long as real ones are."""
    bank = town.bank("that", size=0)
    store_drafts(session, bank, formats.read(QUESTIONS).questions, author="test", now=town.now)
    return bank


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_paper_of_twenty_questions(session, town, client, real_bank, encoding):
    contest = town.contest(prediction_target="people")
    town.round(contest, bank=real_bank, count=20, max_attempts=3)
    lan = town.lan
    town.commit()
    client.sign_in(lan)
    for _ in range(3):
        address = client.send(f"/cuoc-thi/{contest.slug}/dot/1/bat-dau").headers["Location"]
        page = client.page(address)
        assert len(page.xpath("//fieldset")) >= 20
        files = page.xpath("//link[@rel='stylesheet']/@href") + page.xpath("//script/@src")
        parts = {one: weight(client, one, encoding) for one in [address, *files]}
        assert len(parts) >= 3
        assert sum(parts.values()) <= FIRST_FLIGHT, parts
        client.send(f"{address}/nop")
