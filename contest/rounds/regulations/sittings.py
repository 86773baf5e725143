"""When the rounds are open, what a paper holds, and how an attempt goes; pure."""

from collections.abc import Iterator, Sequence

from contest.rounds.plans import ContestPlan, RoundPlan, RowPlan
from contest.rounds.regulations.blocks import Block, Items, Rows, Text, joined, own
from contest.rounds.rules import EVERY_DAY
from contest.rounds.settings import PaperMode
from questions.messages import N_, Message, message
from questions.rules import DIFFICULTY_NAMES, Difficulty

WEEKDAY_NAMES = (
    N_("Thứ Hai"),
    N_("Thứ Ba"),
    N_("Thứ Tư"),
    N_("Thứ Năm"),
    N_("Thứ Sáu"),
    N_("Thứ Bảy"),
    N_("Chủ nhật"),
)


def rounds(plan: ContestPlan) -> Iterator[Block]:
    if not plan.rounds:
        return
    yield Text(message(N_("Mọi thời gian đều là giờ Việt Nam, tính theo đồng hồ của hệ thống.")))
    yield Rows(
        message(N_("Các đợt thi")),
        tuple(map(Message, (N_("Đợt"), N_("Mở"), N_("Kết thúc"), N_("Số lượt thi"), N_("Thời gian làm bài")))),
        tuple(_round_cells(row) for row in plan.rounds),
    )
    hours = [text for row in plan.rounds for text in _hours(row)]
    if hours:
        yield Items(tuple(hours))


def _round_cells(row: RoundPlan) -> tuple[Message, ...]:
    return (
        round_name(row),
        message("%(at)s", at=row.opens_at),
        message("%(at)s", at=row.closes_at),
        message(N_("Không giới hạn"))
        if row.max_attempts is None
        else message(N_("%(count)s lượt"), count=row.max_attempts),
        allowance(row.allowance_s),
    )


def round_name(row: RoundPlan) -> Message:
    """ "Đợt 2" or "Đợt 2: the title"."""
    if row.title:
        return message(N_("Đợt %(number)s: %(title)s"), number=row.number, title=row.title)
    return message(N_("Đợt %(number)s"), number=row.number)


def allowance(seconds: int) -> Message:
    minutes, rest = divmod(seconds, 60)
    if rest:
        return message(N_("%(minutes)s phút %(seconds)s giây"), minutes=minutes, seconds=rest)
    return message(N_("%(minutes)s phút"), minutes=minutes)


def _hours(row: RoundPlan) -> Iterator[Message]:
    if row.weekdays != EVERY_DAY:
        yield message(
            N_("Đợt %(round)s chỉ mở vào: %(days)s."),
            round=row.number,
            days=joined([Message(name) for day, name in enumerate(WEEKDAY_NAMES) if row.weekdays >> day & 1]),
        )
    if row.day_from is not None and row.day_until is not None:
        yield message(
            N_("Đợt %(round)s chỉ mở từ %(start)s đến %(end)s mỗi ngày."),
            round=row.number,
            start=day_time(row.day_from),
            end=day_time(row.day_until),
        )


def day_time(minutes: int) -> str:
    """Minutes since midnight as a time of day.

    >>> day_time(930), day_time(1440)
    ('15:30', '24:00')
    """
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def paper(plan: ContestPlan) -> Iterator[Block]:
    if not plan.rounds:
        return
    papers: dict[tuple[object, ...], list[RoundPlan]] = {}
    for row in plan.rounds:
        key = (row.rows, row.paper, row.shuffle_questions, row.shuffle_choices, row.prefer_unseen)
        papers.setdefault(key, []).append(row)
    for rows in papers.values():
        if len(papers) > 1:
            yield Text(
                message(
                    N_("Đề thi của đợt %(rounds)s:"), rounds=joined([message("%(n)s", n=row.number) for row in rows])
                )
            )
        yield Items(tuple(_paper_of(plan, rows[0])))
    yield Items(tuple(_sitting(plan)))


def _paper_of(plan: ContestPlan, row: RoundPlan) -> Iterator[Message]:
    codes = sorted({line.division for line in row.rows})
    if codes in ([], [""]):
        yield _size(row.rows)
    else:
        titles = {division.code: division.title for division in plan.divisions}
        for division in plan.divisions:
            yield message(
                N_("Bảng %(division)s: %(size)s"),
                division=titles[division.code],
                size=_size(row.rows_for(division.code)),
            )
    yield from (_share(plan, line) for line in row.rows if len(row.rows) > 1 or line.topic or line.difficulty)
    if row.paper is PaperMode.RANDOM:
        yield message(N_("Mỗi lượt thi một đề riêng, rút ngẫu nhiên từ ngân hàng câu hỏi."))
    else:
        yield message(N_("Mọi lượt thi dùng chung một bộ câu hỏi."))
    if row.paper is PaperMode.RANDOM and row.prefer_unseen:
        yield message(N_("Ưu tiên rút những câu người dự thi chưa gặp ở các lượt trước của cuộc thi."))
    if row.shuffle_questions and row.shuffle_choices:
        yield message(N_("Thứ tự câu hỏi và thứ tự phương án được xáo trộn."))
    elif row.shuffle_questions:
        yield message(N_("Thứ tự câu hỏi được xáo trộn."))
    elif row.shuffle_choices:
        yield message(N_("Thứ tự phương án được xáo trộn."))


def _size(rows: Sequence[RowPlan]) -> Message:
    """How many questions, worth what, and the most there is."""
    count = sum(row.count for row in rows)
    total = sum(row.count * row.points for row in rows)
    worths = {row.points for row in rows}
    if len(worths) == 1:
        return message(
            N_("Mỗi đề có %(count)s câu hỏi, mỗi câu trả lời đúng được %(points)s điểm, tối đa %(total)s điểm."),
            count=count,
            points=worths.pop(),
            total=total,
        )
    return message(N_("Mỗi đề có %(count)s câu hỏi, tối đa %(total)s điểm."), count=count, total=total)


def _share(plan: ContestPlan, line: RowPlan) -> Message:
    """One row of the blueprint in words."""
    name = own(line.topic) if line.topic else message(N_("mọi chủ đề"))
    if line.difficulty is not None:
        level = Message(DIFFICULTY_NAMES[Difficulty(line.difficulty)])
        name = message(N_("%(part)s, mức độ %(level)s"), part=name, level=level)
    if line.tags:
        name = message(N_("%(part)s, nhãn %(tags)s"), part=name, tags=", ".join(line.tags))
    if line.division:
        title = next((d.title for d in plan.divisions if d.code == line.division), line.division)
        name = message(N_("%(part)s (bảng %(division)s)"), part=name, division=title)
    return message(
        N_("%(count)s câu, mỗi câu %(points)s điểm: %(part)s."), count=line.count, points=line.points, part=name
    )


def _sitting(plan: ContestPlan) -> Iterator[Message]:
    """How an attempt goes: from the rules of attempts, the same for every contest."""
    yield message(N_("Một lượt thi tính từ khi bấm Bắt đầu. Mở lại trang thì làm tiếp lượt đang dở, không mất lượt."))
    yield message(N_("Được sửa câu trả lời nhiều lần cho đến khi nộp bài hoặc hết giờ; câu trả lời được lưu lại."))
    yield message(
        N_("Hết giờ làm bài, hoặc đợt thi kết thúc khi đang làm, bài tự đóng và các câu trả lời đã lưu được tính.")
    )
    yield from _after_time(plan)
    if plan.all_answers_required and not plan.practice:
        yield message(N_("Lượt thi chỉ được tính khi đã trả lời tất cả các câu hỏi."))
    else:
        yield message(N_("Câu chưa trả lời được 0 điểm, không bị trừ điểm."))


def _after_time(plan: ContestPlan) -> Iterator[Message]:
    """What is still taken when time is up; rounds with rules of their own are told apart."""
    rules: dict[tuple[int, int], list[RoundPlan]] = {}
    for row in plan.rounds:
        rules.setdefault((row.grace_s, row.late_minutes), []).append(row)
    for (grace_s, late_minutes), rows in rules.items():
        for sentence in (_grace(grace_s), _late(late_minutes)):
            if len(rules) == 1:
                yield sentence
            else:
                names = joined([message("%(n)s", n=row.number) for row in rows])
                yield message(N_("Đợt %(rounds)s: %(rule)s"), rounds=names, rule=sentence)


def _grace(seconds: int) -> Message:
    if not seconds:
        return message(N_("Bài và câu trả lời mà máy chủ nhận được sau khi hết giờ không phải là đúng giờ."))
    text = N_("Bài và câu trả lời mà máy chủ nhận được trong vòng %(seconds)s giây sau khi hết giờ vẫn là đúng giờ.")
    return message(text, seconds=seconds)


def _late(minutes: int) -> Message:
    if not minutes:
        return message(
            N_(
                "Câu trả lời chọn trước khi hết giờ trong lúc mất mạng mà đến muộn hơn thì không được tính; "
                "hệ thống giữ riêng để đối chiếu."
            )
        )
    return message(
        N_(
            "Câu trả lời chọn trước khi hết giờ (theo điện thoại báo) trong lúc mất mạng mà đến trong vòng "
            "%(minutes)s phút sau khi hết giờ vẫn được tính; hệ thống đánh dấu và giữ riêng để đối chiếu. "
            "Kết quả của đợt chỉ có sau thời gian đó."
        ),
        minutes=minutes,
    )
