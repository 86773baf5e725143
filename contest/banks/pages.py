"""What the organizers' pages about banks show, put together from queries and rules."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.banks import finding, queries, rules
from contest.banks.queries import Owned, Use
from contest.banks.search import FIGURE_NAMES, LACKS, NEWER, Search
from contest.unions.models import TradeUnion
from questions import citing
from questions import queries as library
from questions.formats.wording import names_letters
from questions.models import Question
from questions.plans import Change, Plan, Planned
from questions.rules import LETTERS, Answer, Choice, Difficulty, Draft, Kind, ReviewRule, Scoring

#: Shown on the upload page and given as the sample Word file.
SAMPLES = (
    Draft(
        stem="Quốc hội quyết định chia tỉnh Lai Châu (cũ) bằng nghị quyết nào?",
        choices=(
            Choice("Nghị quyết số 22/2003/QH11", correct=True),
            Choice("Nghị quyết số 51/2001/QH10"),
            Choice("Nghị quyết số 15/2008/QH12"),
            Choice("Nghị quyết số 432-NQ/UBTVQH11"),
        ),
        topic="20 năm tỉnh Lai Châu",
        difficulty=Difficulty.EASY,
        source="Nghị quyết số 22/2003/QH11 ngày 26/11/2003 của Quốc hội",
    ),
    Draft(
        stem="Điều 13 của Hiến pháp năm 2013 quy định những nội dung nào?",
        choices=(
            Choice("Quốc kỳ và Quốc huy", correct=True),
            Choice("Quyền bầu cử của công dân"),
            Choice("Quốc ca và ngày Quốc khánh", correct=True),
            Choice("Không có phương án nào đúng", stays_last=True),
        ),
        kind=Kind.MULTIPLE,
        topic="Hiến pháp",
        difficulty=Difficulty.MEDIUM,
        source="Hiến pháp năm 2013, Điều 13",
        explanation="Quyền bầu cử được quy định tại Điều 27.",
    ),
    Draft(
        stem="Theo Luật Công đoàn năm 2024, mỗi ý sau đúng hay sai?",
        choices=(
            Choice("Người lao động có quyền gia nhập công đoàn.", correct=True),
            Choice("Đoàn viên không được ứng cử vào ban chấp hành."),
            Choice("Công đoàn đại diện cho người lao động.", correct=True),
            Choice("Kinh phí công đoàn bằng 2% quỹ tiền lương làm căn cứ đóng bảo hiểm xã hội.", correct=True),
        ),
        kind=Kind.STATEMENTS,
        scoring=Scoring.STEPS,
        topic="Luật Công đoàn",
        source="Luật Công đoàn số 50/2024/QH15",
    ),
    Draft(
        stem="Sau khi chia tách, tỉnh Lai Châu chính thức hoạt động từ ngày 1 tháng 1 năm nào?",
        kind=Kind.NUMBER,
        answers=(Answer("2004"),),
        topic="20 năm tỉnh Lai Châu",
        source="Nghị quyết số 22/2003/QH11 ngày 26/11/2003 của Quốc hội",
    ),
    Draft(
        stem="Hãy viết về một việc công đoàn cơ sở của bạn đã làm cho đoàn viên.",
        kind=Kind.ESSAY,
        min_words=100,
        max_words=500,
        guide="Có việc thật, có người thật; lời văn rõ ràng.",
        topic="Cảm nghĩ",
    ),
)


def search_terms(session: Session, found: Owned, search: Search) -> dict[str, Any]:
    """A search of the page in the words of ``questions.queries``."""
    return finding.terms(session, found.bank.id, search)


def usual_review(session: Session, unions: Sequence[TradeUnion], today: date) -> str:
    """The rule of review to begin with: two persons where a union has more than one organizer."""
    numbers = queries.organizers_of(session, [union.id for union in unions], today)
    return (ReviewRule.TWO if any(number > 1 for number in numbers.values()) else ReviewRule.ONE).value


def bank_page(
    session: Session, found: Owned, search: Search, scopes: Collection[int] | None = frozenset()
) -> dict[str, Any]:
    """One page of a bank's questions with everything around it; as many queries for a large bank as for a small.

    ``scopes``: the unions whose banks the visitor manages, for copying into them.
    """
    terms = search_terms(session, found, search)
    order = {"sort": search.sort, "descending": search.descending, "limit": rules.PAGE_SIZE}
    at = (search.page - 1) * rules.PAGE_SIZE
    rows, total = library.questions(session, found.bank.id, **terms, **order, offset=at)
    topics = [(topic.id, topic.path) for topic, _ in library.topics(session, found.bank.id)]
    counts = library.counts(session, found.bank.id)
    authors = finding.authors(session, found.bank.id)
    return {
        "found": found,
        "bank": found.bank,
        "search": search,
        "rows": [(question, library.as_draft(question, version)) for question, version in rows],
        "total": total,
        "pages": rules.pages(total),
        "topics": rules.topic_lines(topics, counts),
        "everything": sum(count.number for count in counts),
        "uses": queries.uses(session, found.bank.id),
        "authors": authors,
        "names": queries.author_names(session, authors),
        "tags": finding.tags(session, found.bank.id),
        "figures": finding.figures(session, [question.id for question, _ in rows]),
        "touched": citing.touched_among(session, [question.id for question, _ in rows]),
        "targets": queries.other_banks(session, scopes, found.bank.id),
        "waiting": queries.waiting_in(session, found.bank.id),
        "measures": FIGURE_NAMES,
        "lacks": LACKS,
        "newer": NEWER,
    }


def bank_data(context: dict[str, Any]) -> dict[str, Any]:
    """The same page as data."""
    bank, search = context["bank"], context["search"]
    return {
        "bank": {"code": bank.code, "title": bank.title},
        "page": search.page,
        "pages": context["pages"],
        "total": context["total"],
        "questions": [question_data(question, draft) for question, draft in context["rows"]],
    }


def question_data(question: Question, draft: Draft) -> dict[str, Any]:
    return {
        "code": question.code,
        **rules.draft_data(draft),
        "key": rules.key_letters(draft),
        "state": question.state,
        "version": question.version_number,
        "changed_at": question.changed_at.isoformat(),
    }


def seen_of(sent: Mapping[str, str]) -> tuple[int, datetime]:
    """Version number and time of change that a form saw; what no question has when the form does not say."""
    try:
        return int(sent.get("version", "")), datetime.fromisoformat(sent.get("changed", ""))
    except ValueError:
        return 0, datetime.min


def question_uses(session: Session, found: Owned, draft: Draft) -> list[Use]:
    return [
        use
        for use in queries.uses(session, found.bank.id)
        if rules.draws(use.topic, use.difficulty, draft.topic, int(draft.difficulty))
    ]


def naming_letters(draft: Draft) -> list[str]:
    """Letters of the options that name others by letter, which breaks when options are shuffled."""
    return [LETTERS[index] for index, choice in enumerate(draft.choices) if names_letters(choice.text)]


def stored(session: Session, question: Question) -> Draft:
    """A question as it stands now."""
    return library.as_draft(question, library.newest_version(session, question))


def topic_choices(session: Session, found: Owned) -> dict[str, Any]:
    topics = library.topics(session, found.bank.id)
    return {"found": found, "bank": found.bank, "topic_paths": [topic.path for topic, _ in topics]}


def preview_page(found: Owned, name: str, plan: Plan, kind: str, page: int) -> dict[str, Any]:
    """An import before it is confirmed: figures, faults, and one page of the questions as they would be stored."""
    wanted = [item for item in plan.planned if kind in ("", item.change.value)]
    page = min(page, rules.pages(len(wanted)))
    start = (page - 1) * rules.PAGE_SIZE
    return {
        "found": found,
        "bank": found.bank,
        "name": name,
        "plan": plan,
        "numbers": [(change, plan.count(change)) for change in Change],
        "faults": plan.faults[: rules.MAX_FAULTS],
        "kind": kind,
        "page": page,
        "pages": rules.pages(len(wanted)),
        "shown": wanted[start : start + rules.PAGE_SIZE],
        "lasts": sum(_has_last(item) for item in plan.planned),
        "named": [item.draft.code for item in plan.planned if naming_letters(item.draft)],
    }


def _has_last(item: Planned) -> bool:
    return any(choice.stays_last for choice in item.draft.choices)
