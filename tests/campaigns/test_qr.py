"""The codes on what is handed out: found in the finished picture and read dot by dot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest
import segno
from campaigns.qr_reading import corners, dots
from PIL import Image

from contest.campaigns import handouts
from contest.campaigns.facts import Facts
from contest.documents import typesetting

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
ADDRESS = (
    "https://hoithi.congdoanlaichau.vn/cuoc-thi/tim-hieu-20-nam-chia-tach-thanh-lap-tinh-lai-chau?don-vi=LC-PT-002"
)
FACTS = Facts(
    contest="Hội thi tìm hiểu 20 năm chia tách, thành lập tỉnh Lai Châu",
    union="CĐCS Trường Mầm non Chim Én xã Sin Suối Hồ",
    address=ADDRESS,
    people=12,
    attempts=20,
    opens_at=NOW - timedelta(days=5),
    closes_at=NOW + timedelta(days=3),
    now=NOW,
    minutes=20,
)


class Contest:
    title, contact = FACTS.contest, "Ban Tuyên giáo, 0213 3876 543"


def made(app, name, facts=FACTS):
    with app.test_request_context():
        return handouts.HANDOUTS[name].make(Contest, facts, [])


def painted(app, monkeypatch, name, dots_an_inch):
    """A page of paper as a printer would set it."""
    monkeypatch.setattr(typesetting, "pdf", lambda layout, data: typesetting.picture(layout, data, dots_an_inch))
    return Image.open(BytesIO(made(app, name)))


def says(picture, address):
    wanted = np.array([list(row) for row in segno.make(address, error="m").matrix], bool)
    found = dots(picture)
    return found.shape == wanted.shape and bool((found == wanted).all())


@pytest.mark.parametrize("facts", [FACTS, replace(FACTS, closes_at=NOW)], ids=["open", "over"])
@pytest.mark.parametrize("name", ["vuong.png", "ngang.png"])
def test_the_code_of_a_picture_leads_to_the_contest(app, name, facts):
    picture = Image.open(BytesIO(made(app, name, facts)))
    assert says(picture, ADDRESS)
    assert not says(picture, ADDRESS + "1")


@pytest.mark.parametrize("port", [20413, 23774])
def test_a_code_is_found_though_its_dots_or_letters_look_like_a_fourth_corner(app, port):
    address = f"http://127.0.0.1:{port}/cuoc-thi/gui-niem-tin?don-vi=LC-PT-1"
    assert says(Image.open(BytesIO(made(app, "vuong.png", replace(FACTS, address=address)))), address)


@pytest.mark.parametrize("name", ["vuong.png", "ngang.png"])
def test_the_code_outlives_the_shrinking_of_a_messenger(app, name):
    picture = Image.open(BytesIO(made(app, name)))
    small = picture.convert("RGB").resize((picture.width * 2 // 3, picture.height * 2 // 3), Image.Resampling.BICUBIC)
    kept = BytesIO()
    small.save(kept, "JPEG", quality=60)
    assert says(Image.open(kept), ADDRESS)


@pytest.mark.parametrize(
    ("name", "millimetres", "smallest"),
    [("ap-phich-a3.pdf", (297, 420), 2.0), ("ap-phich-a4.pdf", (210, 297), 1.4), ("bang-ghi.pdf", (210, 297), 0.6)],
)
def test_the_code_on_paper_is_read_and_large_enough(app, monkeypatch, name, millimetres, smallest):
    """A dot of 2 mm is read from some 1.5 m: a tenth of a code's distance is its side."""
    picture = painted(app, monkeypatch, name, 150)
    assert [round(side / 150 * 25.4) for side in picture.size] == list(millimetres)
    assert says(picture, ADDRESS)
    assert pixels_a_dot(picture) / 150 * 25.4 >= smallest


def pixels_a_dot(picture):
    return corners(np.asarray(picture.convert("L")) < 128)[0]
