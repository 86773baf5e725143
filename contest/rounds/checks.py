"""What is missing or contradictory in a contest before it opens; pure.

Errors keep a contest from being published; warnings are shown beside them and do not.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, pairwise

from contest.accounts.rules import KIND_NAMES
from contest.rounds import criteria
from contest.rounds.facts import Check, Facts, Place, Severity, error, warning
from contest.rounds.paper_checks import paper_checks
from contest.rounds.plans import ALL_KINDS, ContestPlan, DivisionPlan, RoundPlan, covers_every_age
from contest.rounds.prize_checks import prize_checks
from contest.rounds.rules import sittings
from contest.rounds.settings import (
    ExclusionMode,
    KeyShown,
    MissedRounds,
    NameDisplay,
    RankingShown,
    Total,
)
from questions.messages import N_, Message, message


def checks(plan: ContestPlan, facts: Facts) -> list[Check]:
    """Every fault and doubt of a contest, errors first, in the order of the settings pages."""
    found = [
        *_general(plan),
        *_people(plan),
        *_rounds(plan, facts),
        *(check for row in plan.rounds for check in paper_checks(plan, row, facts)),
        *_ranking(plan, facts),
        *_divisions(plan),
        *prize_checks(plan, facts),
        *_display(plan),
        *_targets(plan, facts),
    ]
    return sorted(found, key=lambda check: not check.is_error)


def errors(found: list[Check]) -> list[Check]:
    """Those that keep the contest from being published."""
    return [check for check in found if check.level is Severity.ERROR]


def _general(plan: ContestPlan) -> Iterator[Check]:
    if not plan.organizer:
        yield warning(
            Place.GENERAL,
            message(
                N_("Chưa ghi đơn vị tổ chức; thể lệ sẽ dùng tên “%(union)s”."), union=plan.union.name or plan.union.code
            ),
        )
    if not plan.contact:
        yield warning(
            Place.GENERAL,
            message(N_("Chưa ghi nơi liên hệ. Hãy ghi số điện thoại hoặc thư điện tử để người dự thi hỏi khi cần.")),
        )
    if not plan.legal_basis and not plan.practice:
        yield warning(Place.GENERAL, message(N_("Chưa ghi kế hoạch, quyết định làm căn cứ tổ chức cuộc thi.")))


def _people(plan: ContestPlan) -> Iterator[Check]:
    if not plan.kinds:
        yield error(Place.PEOPLE, message(N_("Chưa chọn đối tượng dự thi. Hãy chọn ít nhất một đối tượng.")))
    barred = {
        bar.kind for bar in plan.exclusions if bar.mode is ExclusionMode.BARRED and not bar.phone and not bar.union
    }
    if plan.kinds and barred.issuperset(plan.kinds):
        yield error(
            Place.EXCLUSIONS,
            message(N_("Mọi đối tượng dự thi đều bị loại trừ, nên không ai dự thi được. Hãy bỏ bớt điều loại trừ.")),
        )
    opening = min((row.opens_at for row in plan.rounds), default=None)
    if plan.registration_opens_at and opening and plan.registration_opens_at > opening:
        yield error(
            Place.PEOPLE,
            message(
                N_(
                    "Đăng ký mở lúc %(registration)s, sau khi đợt thi đầu tiên mở lúc %(opening)s. "
                    "Hãy mở đăng ký sớm hơn."
                ),
                registration=plan.registration_opens_at,
                opening=opening,
            ),
        )


# rounds


def _rounds(plan: ContestPlan, facts: Facts) -> Iterator[Check]:
    if not plan.rounds:
        yield error(Place.ROUNDS, message(N_("Cuộc thi chưa có đợt thi nào. Hãy thêm đợt thi.")))
    for row in plan.rounds:
        yield from _times(row, facts)
        yield from _after_time(plan, row)
        yield from _freeze(plan, row)
        if row.max_attempts is None and not plan.practice:
            yield warning(
                Place.ROUND,
                message(
                    N_("Đợt %(round)s không giới hạn số lượt thi: ai thi nhiều lượt hơn sẽ có lợi khi xếp hạng."),
                    round=row.number,
                ),
                row.number,
            )
    for one, other in combinations(sorted(plan.rounds, key=lambda row: row.opens_at), 2):
        if other.opens_at < one.closes_at:
            yield error(
                Place.ROUND,
                message(
                    N_(
                        "Đợt %(one)s và đợt %(other)s chồng lên nhau: đợt %(other)s mở lúc %(at)s, "
                        "trước khi đợt %(one)s kết thúc. Hãy sửa thời gian một trong hai đợt."
                    ),
                    one=one.number,
                    other=other.number,
                    at=other.opens_at,
                ),
                other.number,
            )
    in_order = [row.number for row in sorted(plan.rounds, key=lambda row: row.opens_at)]
    if any(before > after for before, after in pairwise(in_order)):
        yield warning(
            Place.ROUNDS,
            message(N_("Số thứ tự các đợt không theo thứ tự thời gian. Hãy xem lại thời gian của các đợt.")),
        )


def _times(row: RoundPlan, facts: Facts) -> Iterator[Check]:
    """One round: an order of times, some time to sit in it, and a future."""
    if row.closes_at <= row.opens_at:
        text = message(N_("Đợt %(round)s kết thúc trước khi mở. Hãy sửa giờ kết thúc."), round=row.number)
        yield error(Place.ROUND, text, row.number)
        return
    times = sittings(row.window)
    if not times:
        yield error(
            Place.ROUND,
            message(
                N_(
                    "Đợt %(round)s không có lúc nào thi được: từ khi mở đến khi kết thúc không có thứ và "
                    "khung giờ nào đã chọn. Hãy chọn lại thứ trong tuần hoặc khung giờ."
                ),
                round=row.number,
            ),
            row.number,
        )
    elif max(until - start for start, until in times) < timedelta(seconds=row.allowance_s):
        yield error(
            Place.ROUND,
            message(
                N_(
                    "Đợt %(round)s cho %(minutes)s phút làm bài nhưng mỗi lần mở ngắn hơn thế. "
                    "Hãy mở lâu hơn hoặc giảm thời gian làm bài."
                ),
                round=row.number,
                minutes=-(-row.allowance_s // 60),
            ),
            row.number,
        )
    if facts.published:
        return
    if row.closes_at <= facts.now:
        yield error(
            Place.ROUND,
            message(
                N_("Đợt %(round)s đã qua: kết thúc lúc %(at)s. Hãy sửa thời gian hoặc xoá đợt này."),
                round=row.number,
                at=row.closes_at,
            ),
            row.number,
        )
    elif row.opens_at <= facts.now:
        yield warning(
            Place.ROUND,
            message(
                N_("Đợt %(round)s ghi giờ mở đã qua (%(at)s): đợt này mở ngay khi cuộc thi được công khai."),
                round=row.number,
                at=row.opens_at,
            ),
            row.number,
        )


#: More seconds of grace than any network needs: people would plan with them.
ODD_GRACE_S = 30
#: Results that wait for longer than these minutes are missed by people who look at once.
LONG_WAIT = 60


def _after_time(plan: ContestPlan, row: RoundPlan) -> Iterator[Check]:
    """What taking answers after the deadline brings with it."""
    if row.grace_s > ODD_GRACE_S:
        text = N_(
            "Đợt %(round)s nhận thêm %(seconds)s giây sau khi hết giờ: người biết sẽ làm bài lâu hơn người khác. "
            "Thường chỉ cần 5 giây; nếu muốn cho thêm giờ, hãy tăng số phút làm bài."
        )
        yield warning(Place.ROUND, message(text, round=row.number, seconds=row.grace_s), row.number)
    if not row.late_minutes:
        return
    told = None
    following = min((other.opens_at for other in plan.rounds if other.opens_at >= row.closes_at), default=None)
    if following and following < row.window.settled_at:
        text = N_(
            "Đợt %(round)s còn nhận câu trả lời gửi muộn đến %(until)s, sau khi đợt tiếp theo mở (%(opens)s): kết quả "
            "đợt này có sau khi đợt sau đã bắt đầu. Hãy giảm số phút nhận bài gửi muộn hoặc mở đợt sau muộn hơn."
        )
        told = message(text, round=row.number, until=row.window.settled_at, opens=following)
    elif row.late_minutes > LONG_WAIT:
        text = N_(
            "Đợt %(round)s tính câu trả lời gửi muộn trong %(minutes)s phút: điểm, đáp án, xếp hạng cuối cùng và "
            "việc công bố chờ đến %(until)s. Giờ chọn câu trả lời do điện thoại báo, không kiểm chứng được."
        )
        told = message(text, round=row.number, minutes=row.late_minutes, until=row.window.settled_at)
    if told:
        yield warning(Place.ROUND, told, row.number)


def _freeze(plan: ContestPlan, row: RoundPlan) -> Iterator[Check]:
    """A public ranking that stands still from the beginning, or that nobody sees move anyway."""
    if not row.freeze_minutes or plan.practice:
        return
    if timedelta(minutes=row.freeze_minutes) >= row.closes_at - row.opens_at:
        text = N_(
            "Bảng xếp hạng đợt %(round)s ngừng cập nhật từ trước khi đợt mở, nên không bao giờ hiện ai. "
            "Hãy giảm số phút ngừng cập nhật."
        )
        yield warning(Place.ROUND, message(text, round=row.number), row.number)
    elif plan.ranking_shown is not RankingShown.LIVE:
        text = N_(
            "Đợt %(round)s có ngừng cập nhật bảng xếp hạng trước khi kết thúc, nhưng bảng xếp hạng không hiện "
            "trong khi thi nên không có tác dụng."
        )
        yield warning(Place.ROUND, message(text, round=row.number), row.number)


# ranking, divisions


def _ranking(plan: ContestPlan, facts: Facts) -> Iterator[Check]:
    predicts = plan.prediction_target is not None
    if plan.practice:
        if predicts:
            yield error(
                Place.RANKING,
                message(N_("Cuộc thi luyện tập không xếp hạng nên không có câu dự đoán. Hãy bỏ câu dự đoán.")),
            )
        return
    for fault in criteria.faults(plan.criteria, predicts):
        yield error(Place.RANKING, fault)
    if "hand" in plan.criteria and facts.questions and not any(q.by_hand for q in facts.questions.values()):
        yield error(
            Place.RANKING,
            message(
                N_(
                    "Tiêu chí xếp hạng có điểm do người chấm nhưng đề thi không có câu tự luận nào. "
                    "Hãy bỏ tiêu chí này hoặc thêm câu tự luận vào đề."
                )
            ),
        )
    if plan.missed_rounds is MissedRounds.LEFT_OUT and plan.total is not Total.AVERAGE:
        yield error(
            Place.RANKING,
            message(
                N_(
                    "Bỏ qua đợt không dự thi chỉ có nghĩa khi lấy trung bình các đợt. "
                    "Hãy chọn lấy trung bình, hoặc chọn cách khác cho đợt không dự thi."
                )
            ),
        )
    if predicts and plan.ranking_shown is RankingShown.LIVE:
        yield warning(
            Place.DISPLAY,
            message(
                N_(
                    "Bảng xếp hạng hiện ngay trong khi thi, nhưng số đúng của câu dự đoán chỉ có sau khi đợt kết thúc: "
                    "thứ hạng sẽ thay đổi khi đó."
                )
            ),
        )


def _divisions(plan: ContestPlan) -> Iterator[Check]:
    for place, division in enumerate(plan.divisions):
        if not set(_kinds(division)) & set(plan.kinds):
            yield error(
                Place.DIVISIONS,
                message(
                    N_("Bảng “%(title)s” chỉ nhận đối tượng không được dự thi. Hãy sửa đối tượng của bảng."),
                    title=division.title,
                ),
            )
            continue
        if division.born_from and division.born_until and division.born_from > division.born_until:
            yield error(
                Place.DIVISIONS,
                message(
                    N_("Bảng “%(title)s” có ngày sinh “từ” sau ngày sinh “đến” nên không ai vào được. Hãy sửa lại."),
                    title=division.title,
                ),
            )
            continue
        before = next((other for other in plan.divisions[:place] if _takes_all_of(other, division, plan)), None)
        if before:
            yield error(
                Place.DIVISIONS,
                message(
                    N_(
                        "Không ai vào được bảng “%(title)s” vì bảng “%(before)s” đứng trước đã nhận hết. "
                        "Hãy đổi thứ tự hoặc sửa điều kiện."
                    ),
                    title=division.title,
                    before=before.title,
                ),
            )
    if plan.divisions:
        yield from _uncovered(plan)


def _uncovered(plan: ContestPlan) -> Iterator[Check]:
    whole = (None, plan.scope_union)
    for kind in plan.kinds:
        taking = [d for d in plan.divisions if d.union in whole and kind in _kinds(d)]
        if not covers_every_age(taking):
            yield warning(
                Place.DIVISIONS,
                message(
                    N_(
                        "Có thể có người thuộc đối tượng “%(kind)s” không thuộc bảng nào; "
                        "họ chỉ có trong xếp hạng chung."
                    ),
                    kind=Message(KIND_NAMES[kind]),
                ),
            )


def _kinds(division: DivisionPlan) -> tuple[str, ...]:
    return division.kinds or ALL_KINDS


def _takes_all_of(first: DivisionPlan, second: DivisionPlan, plan: ContestPlan) -> bool:
    """Whether everybody whom the second division would take has gone to the first."""
    wanted = set(_kinds(second)) & set(plan.kinds)
    older = first.born_from is None or (second.born_from is not None and first.born_from <= second.born_from)
    younger = first.born_until is None or (second.born_until is not None and second.born_until <= first.born_until)
    within = older and younger and first.union in (None, plan.scope_union, second.union)
    return within and wanted <= set(_kinds(first))


# what is shown, and targets


def _display(plan: ContestPlan) -> Iterator[Check]:
    if plan.key_shown is KeyShown.AT_ONCE and not plan.practice:
        yield error(
            Place.DISPLAY,
            message(
                N_(
                    "Đáp án hiện ngay khi nộp bài sẽ lộ cho người thi sau. "
                    "Hãy chọn công bố sau khi đợt thi hoặc cuộc thi kết thúc."
                )
            ),
        )
    if plan.key_shown is KeyShown.AFTER_ROUND and not plan.practice and _shares_questions(plan):
        yield warning(
            Place.DISPLAY,
            message(
                N_(
                    "Các đợt rút câu hỏi từ cùng một phần của ngân hàng, nên đáp án công bố sau đợt trước "
                    "có thể dùng cho đợt sau. Hãy cân nhắc công bố đáp án sau khi cuộc thi kết thúc."
                )
            ),
        )
    if plan.name_display is NameDisplay.FULL and not plan.practice:
        yield warning(
            Place.DISPLAY,
            message(
                N_(
                    "Bảng xếp hạng sẽ hiện đầy đủ họ tên. Chỉ nên chọn khi người dự thi đã đồng ý công bố họ tên "
                    "và nơi làm việc (Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15)."
                )
            ),
        )


def _shares_questions(plan: ContestPlan) -> bool:
    """Whether two rounds draw from the same bank and topic; wholes and parts count as shared."""
    parts = [{(line.bank, line.topic) for line in row.rows} for row in plan.rounds]
    return any(
        bank == other_bank and ("" in (topic, other_topic) or topic == other_topic)
        for one, other in combinations(parts, 2)
        for bank, topic in one
        for other_bank, other_topic in other
    )


def _targets(plan: ContestPlan, facts: Facts) -> Iterator[Check]:
    has_target = plan.target_percent is not None or plan.target_people is not None
    if plan.practice and has_target:
        yield error(
            Place.TARGETS, message(N_("Lượt luyện tập không tính vào tỷ lệ tham gia. Hãy bỏ chỉ tiêu tham gia."))
        )
    if not facts.has_headcounts and (plan.target_percent or plan.collective_min_percent):
        yield warning(
            Place.TARGETS,
            message(
                N_(
                    "Có chỉ tiêu theo tỷ lệ nhưng chưa đơn vị nào có số đoàn viên, nên không tính được tỷ lệ. "
                    "Hãy nhập số đoàn viên cùng danh sách đơn vị."
                )
            ),
        )
