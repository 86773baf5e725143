"""Pictures of a paper as a phone gets them: with it, with its place and words, no heavier than promised."""

import io
import random

import pytest
from PIL import Image

from contest.rounds import queries
from contest.rounds.checks import checks
from contest.rounds.paper_checks import MAX_PICTURES
from contest.rounds.windows import plan_of
from questions import picture_store
from questions.actions import store_drafts
from questions.pictures import sha_of
from questions.rules import Choice, Draft, Markup


def photograph(seed: int) -> bytes:
    """Noise, which no format makes small: as heavy as a picture gets."""
    noise = Image.frombytes("RGB", (150, 150), random.Random(seed).randbytes(150 * 150 * 3))
    out = io.BytesIO()
    noise.resize((600, 600)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def round_of(session, town):
    """A round whose papers show so many heavy pictures."""

    def make(count: int):
        files = {sha_of(data): data for data in map(photograph, range(count))}
        bank = town.bank("hinh", size=0)
        drafts = [
            Draft(
                stem=f"Ảnh số {n} chụp gì?\n\n![Ảnh số {n}](hinh:{sha})",
                choices=(Choice("A", True), Choice("B")),
                source="Kho ảnh",
                markup=Markup.MARKDOWN,
            )
            for n, sha in enumerate(files)
        ]
        assert not store_drafts(session, bank, drafts, author="test", now=town.now).faults
        assert picture_store.store(session, files, town.now) == []
        return town.round(bank=bank, count=count)

    return make


def is_warned_of(session, town, round_) -> bool:
    found = checks(plan_of(round_.contest), queries.facts_of(session, round_.contest, town.now))
    return any("hình trong một đề" in str(check.message) for check in found)


def test_a_paper_with_pictures(session, town, client, round_of):
    round_ = round_of(5)
    assert not is_warned_of(session, town, round_)
    lan = town.lan
    town.commit()
    client.sign_in(lan)
    page = client.page(client.send(f"/cuoc-thi/{round_.contest.slug}/dot/1/bat-dau").headers["Location"])
    images = page.xpath("//form//img")
    assert len(images) == 5
    for image in images:
        assert image.get("width") and image.get("height")
        assert image.get("alt").startswith("Ảnh số")
        # The network may be gone when somebody scrolls there.
        assert image.get("loading") is None
    replies = [client.get(image.get("src")) for image in images]
    assert all(reply.cache_control.immutable and reply.cache_control.public for reply in replies)
    weight = sum(len(reply.data) for reply in replies)
    assert MAX_PICTURES / 2 < weight <= MAX_PICTURES


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_organizers_are_warned_of_more(session, town, round_of):
    assert is_warned_of(session, town, round_of(12))
