"""What the pages about cited documents show."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.banks import rules
from contest.rounds.models import BlueprintRow, Contest, Round
from questions import citing
from questions.citations import place_key
from questions.citing import Line, Quote
from questions.messages import N_
from questions.models import LegalDocument, Question, QuestionVersion, Topic
from questions.rules import State
from questions.text import fold

#: Asked for in the list: only documents of which a change is noted.
CHANGED = "thay-doi"
#: Stands for the document as a whole where a place is asked for.
WHOLE = "-"


@dataclass(frozen=True, slots=True)
class Cites:
    """A question that cites a document: where, in which open rounds it may be drawn, whether it awaits a second look.

    ``writable``: the visitor may change it.
    """

    question: Question
    version: QuestionVersion
    places: tuple[str, ...]
    rounds: tuple[str, ...]
    touched: bool
    writable: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A row of a blueprint of a round that is not over: what it draws from."""

    bank_id: int
    topic: str | None
    difficulty: int | None
    tags: frozenset[str]
    title: str
    number: int
    name: str

    def takes(self, question: Question) -> bool:
        """Whether a question may come in the papers of the round."""
        if question.bank_id != self.bank_id or question.approved_number is None or question.state == State.RETIRED:
            return False
        topic = question.topic.path if question.topic else ""
        return rules.draws(self.topic, self.difficulty, topic, question.difficulty) and self.tags.issubset(
            question.tags
        )


def list_page(session: Session, bank_ids: Collection[int] | None, text: str, only: str, page: int) -> dict[str, Any]:
    """One page of the documents that the visible banks cite."""
    lines = citing.documents(session, bank_ids)
    changed = sum(line.document.noted_at is not None for line in lines)
    words = fold(text).split()
    shown = [line for line in lines if _fits(line, words, only)]
    page = min(page, rules.pages(len(shown)))
    start = (page - 1) * rules.PAGE_SIZE
    return {
        "lines": shown[start : start + rules.PAGE_SIZE],
        "total": len(shown),
        "everything": len(lines),
        "changed": changed,
        "text": text,
        "only": only,
        "page": page,
        "pages": rules.pages(len(shown)),
    }


def _fits(line: Line, words: Sequence[str], only: str) -> bool:
    title = fold(f"{line.document.title} {line.document.key}")
    return all(word in title for word in words) and (only != CHANGED or line.document.noted_at is not None)


def line_data(line: Line) -> dict[str, Any]:
    return {**document_data(line.document), "questions": line.questions, "drawn": line.drawn, "places": line.places}


def document_data(document: LegalDocument) -> dict[str, Any]:
    return {
        "key": document.key,
        "title": document.title,
        "changed_on": document.changed_on.isoformat() if document.changed_on else None,
        "change": document.change_note,
    }


def document_page(
    session: Session,
    document: LegalDocument,
    readable: Collection[int],
    writable: Collection[int],
    now: datetime,
    place: str = "",
) -> dict[str, Any]:
    """A document with the questions that cite it; those that open rounds may draw come first, by place."""
    quotes = citing.quotes(session, document, readable)
    rows = cites(session, quotes, writable, now)
    others = [line.document for line in citing.documents(session, readable) if line.document.id != document.id]
    return {
        "document": document,
        "names": citing.names(session, document),
        "alike": citing.alike(session, document, others),
        "others": others,
        "places": places(quotes),
        "place": place,
        "rows": [row for row in rows if not place or ("" if place == WHOLE else place) in row.places],
        "total": len(rows),
        "urgent": sum(bool(row.rounds) for row in rows),
        "touched": sum(row.touched for row in rows),
    }


def places(quotes: Iterable[Quote]) -> list[tuple[str, int]]:
    """The places that are cited, in the order of the document, with the number of questions each."""
    counts = Counter(place for quote in quotes for place in quote.places)
    return sorted(counts.items(), key=lambda item: place_key(item[0]))


def cites(session: Session, quotes: Sequence[Quote], writable: Collection[int], now: datetime) -> list[Cites]:
    """The questions, those in open rounds first, then in the order of the places they cite."""
    drawings = open_drawings(session, {quote.question.bank_id for quote in quotes}, now)
    touched = citing.touched_among(session, [quote.question.id for quote in quotes])
    rows = [
        Cites(
            quote.question,
            quote.version,
            tuple(sorted(quote.places, key=place_key)),
            tuple(dict.fromkeys(round_name(row) for row in drawings if row.takes(quote.question))),
            quote.question.id in touched,
            quote.question.bank_id in writable,
        )
        for quote in quotes
    ]
    return sorted(rows, key=lambda row: (not row.rounds, place_key(row.places[0]), row.question.id))


def round_name(row: Drawing) -> str:
    return f"{row.title}, {row.name or 'đợt ' + str(row.number)}"


def open_drawings(session: Session, bank_ids: Collection[int], now: datetime) -> list[Drawing]:
    """What the rounds that are open, or will be, draw from these banks."""
    rows = session.execute(
        select(
            BlueprintRow.bank_id,
            Topic.path,
            BlueprintRow.difficulty,
            BlueprintRow.tags,
            Contest.title,
            Round.number,
            Round.title,
        )
        .join(Round, Round.id == BlueprintRow.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .outerjoin(Topic, Topic.id == BlueprintRow.topic_id)
        .where(BlueprintRow.bank_id.in_(bank_ids), Round.closes_at > now)
        .order_by(Round.closes_at, Round.id, BlueprintRow.position)
    )
    return [Drawing(*row[:3], frozenset(row[3] or ()), *row[4:]) for row in rows]


def row_data(row: Cites) -> dict[str, Any]:
    return {
        "bank": row.question.bank.code,
        "code": row.question.code,
        "stem": row.version.stem,
        "source": row.version.source,
        "places": list(row.places),
        "state": row.question.state,
        "rounds": list(row.rounds),
        "touched": row.touched,
    }


#: Columns of the Excel file: title and width.
COLUMNS = (
    (N_("Nơi trích"), 24),
    (N_("Ngân hàng"), 20),
    (N_("Mã câu"), 12),
    (N_("Câu hỏi"), 60),
    (N_("Nguồn"), 40),
    (N_("Tình trạng"), 14),
    (N_("Đợt thi có thể rút"), 40),
    (N_("Cần xem lại"), 12),
)
