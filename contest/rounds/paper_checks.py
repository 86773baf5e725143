"""Whether the papers of a round can be drawn, for everybody and from sound questions; pure."""

import re
from collections.abc import Iterator, Sequence
from math import lcm

from contest.rounds.facts import Check, Facts, PaperQuestion, Place, error, warning
from contest.rounds.plans import ContestPlan, RoundPlan, RowPlan
from contest.rounds.settings import PaperMode
from questions.draw import Candidate, DrawRow, shortages
from questions.formats.wording import names_letters
from questions.messages import N_, Message, message
from questions.rules import DIFFICULTY_NAMES, Difficulty

#: Codes of questions named in one sentence.
MAX_NAMED = 5
#: Bytes of pictures in one paper: a minute on a 2G line.
MAX_PICTURES = 300_000
_A_LETTER = re.compile(r"\b[A-Ha-h]\b")


def paper_checks(plan: ContestPlan, row: RoundPlan, facts: Facts) -> Iterator[Check]:
    """Everything about the paper of one round; nothing more to say once its papers are being drawn."""
    if not row.rows:
        yield error(
            Place.PAPER,
            message(N_("Đợt %(round)s chưa có đề thi. Hãy chọn ngân hàng, chủ đề và số câu hỏi."), round=row.number),
            row.number,
        )
        return
    if row.number in facts.started:
        return
    yield from _shortages(plan, row, facts)
    yield from _sizes(plan, row)
    yield from _questions(row, facts)
    yield from _waiting(row, facts)
    yield from _parts(row, facts)
    yield from _by_hand(row, facts)
    yield from _pictures(plan, row, facts)
    if row.paper is PaperMode.FIXED and row.max_attempts != 1 and not plan.practice:
        yield warning(
            Place.PAPER,
            message(
                N_(
                    "Đợt %(round)s dùng một bộ câu hỏi chung nhưng cho thi nhiều lượt: từ lượt thứ hai người dự thi "
                    "gặp lại đúng các câu đã làm."
                ),
                round=row.number,
            ),
            row.number,
        )


def _shortages(plan: ContestPlan, row: RoundPlan, facts: Facts) -> Iterator[Check]:
    """Rows whose pools are too small, also when several rows draw from the same questions."""
    told = set()
    for code in plan.divided():
        places = [place for place, line in enumerate(row.rows) if line.is_for(code)]
        rows = [
            DrawRow(
                tuple(Candidate(version_id, 4) for version_id in facts.pools.get((row.number, place), ())),
                row.rows[place].count,
            )
            for place in places
        ]
        for index, available, needed in shortages(rows):
            place = places[index]
            if place in told:
                continue
            told.add(place)
            yield error(Place.PAPER, _too_small(row, row.rows[place], available, needed), row.number)


def _too_small(row: RoundPlan, line: RowPlan, available: int, needed: int) -> Message:
    return message(
        N_(
            "Đợt %(round)s cần %(needed)s câu hỏi từ %(part)s nhưng chỉ còn %(available)s câu đã duyệt. "
            "Hãy thêm câu hỏi vào ngân hàng hoặc giảm số câu."
        ),
        round=row.number,
        needed=needed,
        available=available,
        part=part_name(line),
    )


def part_name(line: RowPlan) -> Message:
    """What a row draws from, in words."""
    bank = line.bank_title or line.bank
    whole = line.topic == ""
    name = (
        message(N_("ngân hàng “%(bank)s”"), bank=bank) if whole else message(N_("chủ đề “%(topic)s”"), topic=line.topic)
    )
    if line.difficulty is not None:
        level = Message(DIFFICULTY_NAMES[Difficulty(line.difficulty)])
        name = message(N_("%(part)s, mức độ %(level)s"), part=name, level=level)
    return message(N_("%(part)s, nhãn %(tags)s"), part=name, tags=", ".join(line.tags)) if line.tags else name


def _sizes(plan: ContestPlan, row: RoundPlan) -> Iterator[Check]:
    """Nobody without questions, and the same number and points in every division."""
    sizes = {}
    for code in plan.divided():
        lines = row.rows_for(code)
        if lines:
            sizes[sum(line.count for line in lines), sum(line.count * line.points for line in lines)] = code
            continue
        yield error(
            Place.PAPER,
            message(
                N_("Đợt %(round)s: người thuộc bảng %(division)s không có câu hỏi nào. Hãy thêm câu hỏi cho bảng này."),
                round=row.number,
                division=code,
            )
            if code
            else message(
                N_(
                    "Đợt %(round)s: người không thuộc bảng nào không có câu hỏi nào. "
                    "Hãy thêm câu hỏi chung hoặc sửa các bảng để ai cũng có bảng."
                ),
                round=row.number,
            ),
            row.number,
        )
    if len(sizes) > 1:
        yield warning(
            Place.PAPER,
            message(
                N_(
                    "Đợt %(round)s: các bảng có số câu hoặc tổng điểm khác nhau, "
                    "nên xếp hạng chung giữa các bảng sẽ không công bằng."
                ),
                round=row.number,
            ),
            row.number,
        )


def _questions(row: RoundPlan, facts: Facts) -> Iterator[Check]:
    """Sources, and options that would speak of the wrong letters once shuffled."""
    ids = {version_id for place in range(len(row.rows)) for version_id in facts.pools.get((row.number, place), ())}
    found = [facts.questions[version_id] for version_id in sorted(ids) if version_id in facts.questions]
    unsourced = [question for question in found if not question.has_source]
    if unsourced:
        yield warning(
            Place.PAPER,
            message(
                N_(
                    "Đợt %(round)s có %(count)s câu hỏi chưa ghi nguồn: %(codes)s. "
                    "Hãy ghi văn bản, điều khoản để giải đáp khi có thắc mắc."
                ),
                round=row.number,
                count=len(unsourced),
                codes=_codes(unsourced),
            ),
            row.number,
        )
    lettered = [question for question in found if row.shuffle_choices and _names_letters(question)]
    if lettered:
        yield error(
            Place.PAPER,
            message(
                N_(
                    "Đợt %(round)s xáo trộn phương án nhưng có câu mà phương án nhắc đến chữ cái của phương án khác: "
                    "%(codes)s. Hãy viết lại thành “Cả hai phương án trên” hoặc tắt xáo trộn phương án."
                ),
                round=row.number,
                codes=_codes(lettered),
            ),
            row.number,
        )


def _parts(row: RoundPlan, facts: Facts) -> Iterator[Check]:
    """Questions counted in part whose points cannot be divided: points are whole, and what is left over is lost."""
    for place, line in enumerate(row.rows):
        found = [facts.questions[i] for i in facts.pools.get((row.number, place), ()) if i in facts.questions]
        uneven = [question for question in found if line.points % question.parts]
        if uneven:
            yield warning(
                Place.PAPER,
                message(
                    N_(
                        "Đợt %(round)s: câu %(codes)s chấm từng phần nhưng mỗi câu %(points)s điểm thì không chia đều "
                        "được, phần điểm lẻ bị bỏ. Hãy đặt điểm mỗi câu là %(parts)s hoặc bội số của số đó."
                    ),
                    round=row.number,
                    codes=_codes(uneven),
                    points=line.points,
                    parts=lcm(*(question.parts for question in uneven)),
                ),
                row.number,
            )


def _by_hand(row: RoundPlan, facts: Facts) -> Iterator[Check]:
    """Essays: marked by people after the round, which organizers should know beforehand."""
    ids = {version_id for place in range(len(row.rows)) for version_id in facts.pools.get((row.number, place), ())}
    essays = [facts.questions[i] for i in sorted(ids) if i in facts.questions and facts.questions[i].by_hand]
    if essays:
        yield warning(
            Place.PAPER,
            message(
                N_(
                    "Đợt %(round)s có câu tự luận (%(codes)s): chấm xong mọi bài tự luận mới công bố được kết quả. "
                    "Hãy phân công người chấm."
                ),
                round=row.number,
                codes=_codes(essays),
            ),
            row.number,
        )


def _pictures(plan: ContestPlan, row: RoundPlan, facts: Facts) -> Iterator[Check]:
    """Pictures that weigh more than phones in a valley can load, in the heaviest paper that may be drawn."""
    papers = [_heaviest(row, facts, code) for code in plan.divided()]
    sizes = [sum(dict(shown for one in paper for shown in one.pictures).values()) for paper in papers]
    heaviest = max(sizes, default=0)
    if heaviest > MAX_PICTURES:
        paper = papers[sizes.index(heaviest)]
        yield warning(
            Place.PAPER,
            message(
                N_(
                    "Đợt %(round)s: hình trong một đề có thể nặng đến %(size)s KB (câu %(codes)s). Nơi mạng yếu, người "
                    "dự thi phải đợi rất lâu mới thấy hình. Hãy dùng hình nhỏ hơn hoặc rút ít câu có hình hơn."
                ),
                round=row.number,
                size=heaviest // 1000,
                codes=_codes([one for one in paper if one.pictures]),
            ),
            row.number,
        )


def _heaviest(row: RoundPlan, facts: Facts, code: str) -> list[PaperQuestion]:
    """The questions with the heaviest pictures that one paper of a division may hold, the heaviest first."""
    drawn: dict[int, PaperQuestion] = {}
    for place, line in enumerate(row.rows):
        if line.is_for(code):
            pool = [facts.questions[i] for i in facts.pools.get((row.number, place), ()) if i in facts.questions]
            pool.sort(key=_weight, reverse=True)
            drawn.update((one.version_id, one) for one in pool[: line.count])
    return sorted(drawn.values(), key=_weight, reverse=True)


def _weight(question: PaperQuestion) -> int:
    return sum(size for _, size in question.pictures)


def _waiting(row: RoundPlan, facts: Facts) -> Iterator[Check]:
    """Questions that are not drawn, or drawn in an older version, because nobody has approved the newest one."""
    count = len({id_ for place in range(len(row.rows)) for id_ in facts.waiting.get((row.number, place), ())})
    if count:
        yield warning(
            Place.REVIEW,
            message(
                N_(
                    "Đợt %(round)s: còn %(count)s câu hỏi là bản nháp hoặc chờ duyệt trong phần ngân hàng được rút. "
                    "Câu chưa duyệt không vào đề; câu có bản mới chưa duyệt thì đề dùng bản cũ. Hãy duyệt trước khi mở."
                ),
                round=row.number,
                count=count,
            ),
            row.number,
        )


def _names_letters(question: PaperQuestion) -> bool:
    return not question.fixed and any(_A_LETTER.search(text) and names_letters(text) for text in question.options)


def _codes(questions: Sequence[PaperQuestion]) -> str:
    named = ", ".join(question.code for question in questions[:MAX_NAMED])
    return f"{named}, …" if len(questions) > MAX_NAMED else named
