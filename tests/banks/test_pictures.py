"""Pictures of questions: looked at before they are stored, then served to everybody from an address nobody guesses."""

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from contest.accounts.models import PendingFile
from contest.banks import imports
from questions import picture_store
from questions.models import Picture, Question
from questions.pictures import sha_of
from questions.rules import Choice, Draft, Markup, ReadResult


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 80), colour).save(out, "PNG")
    return out.getvalue()


def result(*data: bytes) -> ReadResult:
    drafts = tuple(
        Draft(
            stem=f"Hình {row} là gì? ![Bản đồ](hinh:{sha_of(one)})",
            choices=(Choice("a", True), Choice("b")),
            markup=Markup.MARKDOWN,
            row=row,
        )
        for row, one in enumerate(data, 1)
    )
    return ReadResult(drafts, pictures={sha_of(one): one for one in data})


@pytest.fixture
def bank(town, client):
    bank = town.bank("dia-ly", size=0)
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    return bank


@pytest.fixture
def reads(monkeypatch):
    """Makes every file read as this one."""
    return lambda found: monkeypatch.setattr(imports.formats, "read", lambda *args, **kwargs: found)


def send(client, town):
    upload = (io.BytesIO(b"x"), "cau-hoi.docx")
    return client.send("/to-chuc/ngan-hang/dia-ly/nhap", {"file": upload})


def count(look, table):
    return look(lambda session: session.scalar(select(func.count()).select_from(table)))


def test_a_picture_from_the_file_to_the_phone(town, client, bank, reads, look):
    reads(result(png()))
    address = send(client, town).headers["Location"]
    page = client.page(address)
    image = page.xpath("//img[@alt='Bản đồ']")[0]
    assert (image.get("width"), image.get("height")) == ("120", "80")
    waiting = client.get(image.get("src"))
    assert waiting.content_type == "image/png" or waiting.content_type == "image/webp"
    assert "private" in waiting.headers["Cache-Control"]
    assert count(look, Picture) == 0
    client.send(address)
    assert count(look, Picture) == 1
    assert count(look, PendingFile) == 0
    client = client.application.test_client()
    stored = client.get(f"/hinh/{image.get('src').rpartition('/')[2]}")
    assert stored.data == waiting.data
    assert stored.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert stored.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in stored.headers
    again = client.get(stored.request.path, headers={"If-None-Match": stored.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fetc%2fpasswd"])
def test_there_is_no_other_picture(client, name):
    assert client.get(f"/hinh/{name}").status_code == 404


def test_a_picture_that_cannot_be_shown_refuses_the_file(town, client, bank, reads, look):
    reads(result(png(), b"<svg/>"))
    reply = send(client, town)
    assert reply.status_code == 422
    assert "SVG" in reply.text
    assert count(look, Picture) == count(look, PendingFile) == count(look, Question) == 0


def test_a_file_with_another_fault_stores_no_picture(town, client, bank, look, session):
    from contest.accounts.rules import TERMINAL
    from contest.banks import actions

    bad = result(png())
    bad = ReadResult((*bad.questions, Draft(stem="")), pictures=bad.pictures)
    plan = actions.import_questions(session, TERMINAL, bank, bad, town.now)
    session.rollback()
    assert plan.faults
    assert count(look, Picture) == 0


def test_waiting_pictures_are_seen_by_nobody_else(town, client, bank, reads, organizer):
    reads(result(png()))
    address = send(client, town).headers["Location"]
    mine = client.page(address).xpath("//img[@alt='Bản đồ']/@src")[0]
    other = organizer(town.province)
    town.commit()
    client = client.application.test_client()
    client.sign_in(other)
    assert client.get(mine).status_code == 404


def test_the_address_names_what_is_stored(town, session):
    data = png("blue")
    assert picture_store.store(session, {sha_of(data): data}, town.now) == []
    find = picture_store.finder(session, [sha_of(data)])
    assert find(sha_of(data)).address == f"/hinh/{sha_of(data)}"
