"""The demo's bank of every kind of question, from its YAML file to a Word file with a picture drawn here."""

import io
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw

from questions.formats import docx
from questions.pictures import sha_of
from questions.rules import LETTERS, TRUE_FALSE, Answer, Choice, Difficulty, Draft, Kind, Markup, Scoring

SOURCE = Path(__file__).resolve().parent / "nhieu_loai.yaml"
LEVELS = {"Dễ": Difficulty.EASY, "Trung bình": Difficulty.MEDIUM, "Khó": Difficulty.HARD}
#: Days off with pay on public holidays: Bộ luật Lao động số 45/2019/QH14, Điều 112.
DAYS_OFF = (1, 5, 1, 1, 1, 2)


def write_kinds_bank() -> bytes:
    """The Word file."""
    found, pictures = kinds_bank()
    return docx.write(found, pictures=pictures)


def kinds_bank() -> tuple[list[Draft], dict[str, bytes]]:
    """The questions, and the picture that one of them shows, by its name in texts."""
    picture = bars(DAYS_OFF)
    raw = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    drafts = [
        draft(row, topic, f"{topic['prefix']}-{place:02d}", sha_of(picture))
        for topic in raw["topics"]
        for place, row in enumerate(topic["questions"], 1)
    ]
    return drafts, {sha_of(picture): picture}


def draft(row: dict[str, Any], topic: dict[str, Any], code: str, picture: str) -> Draft:
    kind = Kind(row["kind"])
    return Draft(
        stem=row["stem"].strip().replace("hinh:ngay-nghi", f"hinh:{picture}"),
        choices=choices(kind, row),
        kind=kind,
        code=code,
        topic=topic["name"],
        difficulty=LEVELS[row["level"]],
        source=row["source"],
        explanation=row.get("explanation", ""),
        markup=Markup(row.get("markup", "plain")),
        answers=tuple(Answer(answer["text"]) for answer in row.get("answers", ())),
        scoring=Scoring(row.get("scoring", "all")),
        min_words=row.get("min_words"),
        max_words=row.get("max_words"),
        guide=row.get("guide", ""),
        passage=topic.get("passage", "").strip(),
        tags=tuple(row["tags"]),
    )


def choices(kind: Kind, row: dict[str, Any]) -> tuple[Choice, ...]:
    if kind is Kind.TRUEFALSE:
        return tuple(Choice(text, (text == TRUE_FALSE[0]) is row["key"]) for text in TRUE_FALSE)
    if kind is Kind.MATCH:
        return tuple(Choice(left, match=right) for left, right in row["pairs"])
    if kind is Kind.STATEMENTS:
        return tuple(Choice(text, correct) for text, correct in row["statements"])
    if kind is Kind.ORDER:
        return tuple(map(Choice, row["items"]))
    return tuple(Choice(text, LETTERS[n] in row["key"]) for n, text in enumerate(row.get("options", ())))


def bars(heights: tuple[int, ...]) -> bytes:
    """A plain chart of columns as PNG; what it shows is told in the text beside it."""
    image = Image.new("RGB", (480, 260), "white")
    pen = ImageDraw.Draw(image)
    pen.line((30, 230, 460, 230), fill="black", width=2)
    for place, height in enumerate(heights):
        left = 45 + place * 70
        pen.rectangle((left, 230 - 38 * height, left + 44, 229), fill="#0c4a86")
        pen.text((left + 16, 210 - 38 * height), str(height), fill="black", font_size=16)
        pen.text((left + 12, 234), f"({place + 1})", fill="black", font_size=16)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
