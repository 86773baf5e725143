"""Pictures: every usual kind becomes small and plain, everything else is refused with a reason."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageDraw, PngImagePlugin
from sqlalchemy import select

from questions import picture_store, pictures
from questions.actions import store_drafts
from questions.models import Picture, QuestionVersion
from questions.pictures import BUDGET, Unfit, fit, pictures_of, sha_of
from questions.rules import Choice, Draft, Markup, ReadResult


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def drawing(width=400, height=300, mode="RGB") -> Image.Image:
    image = Image.new(mode, (width, height), "white" if mode != "RGBA" else (0, 0, 0, 0))
    ImageDraw.Draw(image).line([0, 0, width, height], fill="black", width=5)
    return image


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_every_usual_kind_is_made_small(kind):
    data = saved(drawing(), kind)
    made = fit(data)
    assert made.sha256 == sha_of(made.data)
    assert fit(made.data) == made
    assert (made.width, made.height) == opened(made.data).size == (400, 300)
    assert made.mime == Image.MIME[opened(made.data).format]
    assert len(made.data) <= BUDGET


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "YCbCr"])
def test_every_way_to_keep_colours(mode):
    image = drawing().convert("L").convert(mode) if mode != "RGBA" else drawing(mode="RGBA")
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    assert opened(fit(saved(image, kind)).data).size == (400, 300)


def test_sixteen_bits_a_pixel_keep_their_greys():
    image = Image.new("I;16", (40, 40), 128 * 256)
    assert opened(fit(saved(image, "PNG")).data).convert("L").getpixel((5, 5)) == 128


def test_what_is_transparent_becomes_white():
    made = opened(fit(saved(drawing(mode="RGBA"), "PNG")).data).convert("RGB")
    assert made.getpixel((399, 0)) == (255, 255, 255)
    assert made.getpixel((200, 150)) == (0, 0, 0)


def test_a_photograph_of_a_phone():
    image = Image.effect_noise((2000, 1500), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "nhà tôi"
    made = fit(saved(image, "JPEG", quality=92, exif=exif))
    assert made.width < made.height <= 1600
    assert made.width <= 960
    shown = opened(made.data)
    assert not shown.getexif()
    assert len(made.data) < 2 * BUDGET
    assert "nhà".encode() not in made.data


def test_a_picture_that_hides_something_is_written_again():
    plain = fit(saved(drawing(), "PNG")).data
    assert fit(plain).data == plain
    behind = plain + b"PK\x03\x04 hidden"
    assert b"hidden" not in fit(behind).data
    exif = Image.Exif()
    exif[0x010E] = "nhà tôi"
    told = saved(drawing(), "JPEG", exif=exif)
    assert b"Exif" not in fit(told).data
    noted = PngImagePlugin.PngInfo()
    noted.add_text("Author", "Lan")
    assert b"Lan" not in fit(saved(drawing(), "PNG", pnginfo=noted)).data


def test_what_was_read_is_settled_under_the_names_of_what_is_stored():
    data, bad = saved(drawing(1200, 400), "PNG"), b"<svg/>"
    name, own = sha_of(data), fit(data).sha256
    drafts = tuple(Draft(stem=f"![a](hinh:{sha})", markup=Markup.MARKDOWN, row=3) for sha in (name, sha_of(bad)))
    result, fitted = pictures.settle(ReadResult(drafts, pictures={name: data, sha_of(bad): bad}))
    assert name != own
    assert [one.sha256 for one in fitted] == [own]
    assert pictures_of(result.questions[0]) == [own]
    assert [fault.row for fault in result.faults] == [3]
    again, same = pictures.settle(ReadResult(result.questions[:1], pictures={own: fitted[0].data}))
    assert again.questions == result.questions[:1]
    assert same == fitted


def test_a_wide_table_becomes_as_wide_as_a_screen():
    made = fit(saved(drawing(2400, 600), "PNG"))
    assert (made.width, made.height) == (960, 240)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "Không đọc được"),
        (b"khong phai hinh", "Không đọc được"),
        (saved(drawing(), "PNG")[:200], "Không đọc được"),
        (bomb(5000, 5000), "quá lớn"),
        (bomb(50_000, 50_000), "Không đọc được"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\x01\x00\x00\x00" + b"\0" * 36 + b" EMF" + b"\0" * 40, "EMF"),
        (b"\xd7\xcd\xc6\x9a" + b"\0" * 40, "WMF"),
        (saved(drawing(), "TIFF"), "Không đọc được"),
        (b"\0" * (pictures.MAX_BYTES + 1), "MB"),
    ],
    ids=["nothing", "text", "cut", "large", "bomb", "svg", "emf", "wmf", "tiff", "heavy"],
)
def test_what_cannot_be_shown_is_refused(data, word):
    with pytest.raises(Unfit, match=word):
        fit(data)


def test_only_pictures_that_questions_show_are_stored(session, town):
    good, bad, loose = saved(drawing(), "PNG"), b"<svg/>", saved(drawing(10, 10), "PNG")
    draft = Draft(
        stem=f"![a](hinh:{sha_of(good)})",
        choices=(Choice(f"![](hinh:{sha_of(bad)})"), Choice("b", True)),
        markup=Markup.MARKDOWN,
        row=7,
        code="H1",
    )
    assert pictures_of(draft) == [sha_of(good), sha_of(bad)]
    files = {sha_of(data): data for data in (good, bad, loose)}
    faults = picture_store.store(session, files, town.now, [draft])
    assert [(fault.row, fault.question) for fault in faults] == [(7, "H1")]
    assert "SVG" in str(faults[0].message)
    picture_store.store(session, {sha_of(good): good}, town.now)
    assert picture_store.known(session, files) == {sha_of(good): (400, 300)}
    assert picture_store.load(session, sha_of(good)).size == len(fit(good).data)
    assert session.query(Picture).count() == 1
    find = picture_store.finder(session, files)
    assert find(sha_of(good)).width == 400
    assert find(sha_of(loose)) is None


def test_what_a_version_shows_on_papers_is_weighed(session, town):
    own, side, told = (saved(drawing(width), "PNG") for width in (400, 410, 420))
    names = {data: sha_of(data) for data in (own, side, told)}

    def question(stem="Hỏi gì?", choice="A", **settings):
        return Draft(stem=stem, choices=(Choice(choice), Choice("b", True)), markup=Markup.MARKDOWN, **settings)

    twice = f"![hình](hinh:{names[own]})"
    drafts = [
        question(stem=twice, choice=f"![hình](hinh:{names[side]}) {twice}", code="A"),
        question(passage=f"![](hinh:{names[own]})", explanation=f"![](hinh:{names[told]})", code="B"),
        question(explanation=f"![](hinh:{names[told]})", code="C"),
        question(stem=f"![](hinh:{'0' * 64})", code="D"),
        question(stem="Hỏi gì nữa?", code="E"),
    ]
    picture_store.store(session, {name: data for data, name in names.items()}, town.now)
    bank = town.bank("hinh", size=0)
    assert not store_drafts(session, bank, drafts, author="test", now=town.now).faults
    versions = session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id)).all()

    sizes = {names[data]: len(fit(data).data) for data in (own, side)}
    shown = picture_store.shown_by(session, versions)
    assert {version_id: dict(pictures) for version_id, pictures in shown.items()} == {
        versions[0]: sizes,
        versions[1]: {names[own]: sizes[names[own]]},
    }
