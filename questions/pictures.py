"""Pictures made fit for a phone on a slow line: small, without anything hidden in them, never a bomb; pure."""

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from PIL import Image, ImageOps

from questions.markup import pictures as named
from questions.markup import rename_pictures
from questions.messages import N_, Message, message
from questions.rules import Draft, Fault, Markup, ReadResult

#: Larger files are refused unread.
MAX_BYTES = 15_000_000
#: Pixels that are unpacked; a JPEG is read at a fraction of its size, so it may have more.
MAX_PIXELS = 16_000_000
MAX_JPEG_PIXELS = 60_000_000
#: Wider than any phone shows; enough for a projector's half.
MAX_WIDTH = 960
MAX_HEIGHT = 1600
#: What a picture should weigh; most drawings stay far below.
BUDGET = 60_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
#: Pictures with more colours than that are photographs.
_DRAWING_COLOURS = 4096
_QUALITIES = (82, 68, 55)
_SMALLER = (1.0, 0.75, 0.56)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A picture as it is stored. ``sha256``, by which texts name it, is that of ``data``.

    What is fit already stays as it is, so that a picture keeps its name from our files and back.
    """

    sha256: str
    data: bytes
    mime: str
    width: int
    height: int


class Unfit(ValueError):
    """A file that cannot be shown; ``message`` says why and what to do."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.message = reason


def sha_of(data: bytes) -> str:
    """The name of a picture in texts."""
    return hashlib.sha256(data).hexdigest()


def fit(data: bytes) -> Fitted:
    """A picture scaled, turned upright, on white, without metadata, in the smallest of the common formats.

    Raises :class:`Unfit`.
    """
    if len(data) > MAX_BYTES:
        raise Unfit(message(N_("Tệp hình nặng quá %(n)s MB. Hãy thu nhỏ hình."), n=MAX_BYTES // 1_000_000))
    _refuse_drawings(data)
    image, fine = _read(data)
    encoded, mime, size = (data, fine, image.size) if fine else _encode(image)
    return Fitted(sha_of(encoded), encoded, mime, *size)


def _refuse_drawings(data: bytes) -> None:
    """Formats that hold drawing commands: no browser shows them, or shows them with whatever they carry."""
    head = data[:2000].lstrip().lower()
    if data[40:44] == b" EMF" or data[:4] in (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00"):
        kind = "EMF/WMF"
    elif b"<svg" in head:
        kind = "SVG"
    else:
        return
    raise Unfit(
        message(
            N_(
                "Hình ở dạng %(kind)s không hiện được trên điện thoại. Hãy chụp hoặc lưu lại hình ở dạng PNG hoặc JPEG."
            ),
            kind=kind,
        )
    )


def _read(data: bytes) -> tuple[Image.Image, str]:
    """The picture ready to be written, and its type where its bytes may stay as they are."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            most = MAX_JPEG_PIXELS if image.format == "JPEG" else MAX_PIXELS
            if image.width * image.height > most:
                raise Unfit(
                    message(
                        N_("Hình quá lớn (%(width)s x %(height)s điểm). Hãy thu nhỏ hình."),
                        width=image.width,
                        height=image.height,
                    )
                )
            if _is_fit(image, data):
                image.load()
                return image, f"image/{str(image.format).lower()}"
            image.draft("RGB", (2 * MAX_WIDTH, 2 * MAX_WIDTH))
            upright = ImageOps.exif_transpose(image)
            return _scaled(_on_white(upright)), ""
    except Unfit:
        raise
    except Exception:
        # Pillow raises a dozen kinds of errors, warnings among them, for files that are broken or made to harm.
        raise Unfit(
            message(N_("Không đọc được hình này. Hãy dùng hình PNG, JPEG, GIF, WebP hoặc BMP, hoặc lưu lại hình."))
        ) from None


#: What Pillow tells of a picture that hides nothing.
_HARMLESS = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"})


def _is_fit(image: Image.Image, data: bytes) -> bool:
    """Whether a picture is such as :func:`fit` writes: small, opaque, one, nothing in it or behind it but itself."""
    whole = {
        "PNG": data.endswith(b"IEND\xaeB`\x82"),
        "JPEG": data.endswith(b"\xff\xd9"),
        "WEBP": len(data) == int.from_bytes(data[4:8], "little") + 8,
    }
    plain = image.mode in ("1", "L", "P", "RGB") and not set(image.info) - _HARMLESS and not image.getexif()
    small = len(data) <= BUDGET and image.width <= MAX_WIDTH and image.height <= MAX_HEIGHT
    return small and plain and getattr(image, "n_frames", 1) == 1 and whole.get(image.format or "", False)


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency: drawings in black must be seen on a dark page too."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    if image.mode.startswith("I"):
        # Sixteen bits a pixel: a plain conversion would cut off everything above 255.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    return image if image.mode in ("L", "RGB") else image.convert("L" if image.mode == "1" else "RGB")


def _scaled(image: Image.Image, by: float = 1.0) -> Image.Image:
    by = min(by, MAX_WIDTH / image.width, MAX_HEIGHT / image.height)
    if by >= 1:
        return image
    size = (max(1, round(image.width * by)), max(1, round(image.height * by)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _encode(image: Image.Image) -> tuple[bytes, str, tuple[int, int]]:
    """The lightest form that keeps a drawing exact, or a photograph well enough for the budget."""
    if image.getcolors(_DRAWING_COLOURS):
        few = image.getcolors(256)
        exact = image.quantize(256, dither=Image.Dither.NONE) if few and image.mode == "RGB" else image
        forms = [_saved(exact, "PNG", optimize=True), _saved(image, "WEBP", lossless=True, quality=60)]
        best = min(forms, key=lambda form: len(form[0]))
        if len(best[0]) <= BUDGET:
            return *best, image.size
    for by, quality in product(_SMALLER, _QUALITIES):
        smaller = _scaled(image, by)
        lossy = _lightest(smaller, quality)
        if len(lossy[0]) <= BUDGET:
            break
    return *lossy, smaller.size


def _lightest(image: Image.Image, quality: int) -> tuple[bytes, str]:
    forms = [_saved(image, "WEBP", quality=quality), _saved(image, "JPEG", quality=quality, optimize=True)]
    return min(forms, key=lambda form: len(form[0]))


def _saved(image: Image.Image, kind: str, **options: Any) -> tuple[bytes, str]:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue(), f"image/{kind.lower()}"


def fit_all(pictures: Mapping[str, bytes], drafts: Iterable[Draft] = ()) -> tuple[list[Fitted], list[Fault]]:
    """The pictures of a file that its questions show, and a fault for each one that cannot be shown.

    Each keeps the name that the file's questions call it by, whatever its bytes have become.
    """
    rows = {sha: draft for draft in drafts for sha in pictures_of(draft)}
    fitted, faults = [], []
    for sha, data in pictures.items():
        if rows and sha not in rows:
            continue
        try:
            fitted.append(replace(fit(data), sha256=sha))
        except Unfit as reason:
            draft = rows.get(sha)
            faults.append(Fault(reason.message, draft.row if draft else None, draft.code if draft else None))
    return fitted, faults


def settle(result: ReadResult) -> tuple[ReadResult, tuple[Fitted, ...]]:
    """What a reader found with its pictures made fit and called by their own names; further faults for others."""
    found, unfit = fit_all(result.pictures, result.questions)
    own = {one.sha256: replace(one, sha256=sha_of(one.data)) for one in found}
    names = {name: one.sha256 for name, one in own.items() if name != one.sha256}
    questions = tuple(rename_pictures(draft, names) for draft in result.questions)
    settled = replace(result, questions=questions, faults=(*result.faults, *unfit), pictures={})
    return settled, tuple(own.values())


def pictures_of(draft: Draft) -> list[str]:
    """SHA-256 of every picture that a question shows."""
    if draft.markup is not Markup.MARKDOWN:
        return []
    return list(dict.fromkeys(sha for text in draft.texts for sha in named(text)))
