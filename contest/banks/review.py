"""Who may take which step with a question: the review by two persons, and what a step needs; pure."""

from collections.abc import Collection
from dataclasses import dataclass

from questions.messages import N_, Message, message
from questions.rules import ReviewRule, State, Verb

MAX_COMMENT = 2000

VERB_NAMES = {
    Verb.SUBMIT: N_("Gửi duyệt"),
    Verb.WITHDRAW: N_("Rút lại"),
    Verb.APPROVE: N_("Duyệt"),
    Verb.RETURN: N_("Trả lại"),
    Verb.RETIRE: N_("Ngừng dùng"),
    Verb.RESTORE: N_("Dùng lại"),
    Verb.COMMENT: N_("Ghi ý kiến"),
}
#: What a timeline says of a step.
DONE_NAMES = {
    Verb.SUBMIT: N_("gửi duyệt"),
    Verb.WITHDRAW: N_("rút lại"),
    Verb.APPROVE: N_("duyệt"),
    Verb.RETURN: N_("trả lại"),
    Verb.RETIRE: N_("ngừng dùng"),
    Verb.RESTORE: N_("đưa vào dùng lại"),
    Verb.COMMENT: N_("ý kiến"),
}
#: In which states of the newest version a step makes sense.
FROM = {
    Verb.SUBMIT: frozenset({State.DRAFT}),
    Verb.WITHDRAW: frozenset({State.REVIEW}),
    Verb.APPROVE: frozenset({State.REVIEW}),
    Verb.RETURN: frozenset({State.REVIEW}),
    Verb.RETIRE: frozenset({State.DRAFT, State.REVIEW, State.APPROVED}),
    Verb.RESTORE: frozenset({State.RETIRED}),
    Verb.COMMENT: frozenset(State),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a question stands: its bank's rule, the state and the author of its newest version, whether it cites."""

    rule: ReviewRule
    state: State
    author: str
    has_source: bool


def refusal(verb: Verb, standing: Standing, who: str, text: str = "") -> Message | None:
    """Why somebody (as the audit log names actors) may not take a step with a question; None when they may.

    The author of the newest version never approves or returns it in a bank with two persons; a question without
    source needs a reason there. In a bank with one person a draft is approved without being submitted.
    """
    two = standing.rule is ReviewRule.TWO
    if standing.state not in _from(verb, two):
        return _too_late(verb)
    if two and verb in (Verb.APPROVE, Verb.RETURN) and standing.author == who:
        return Message(N_("Bạn là người viết bản này, nên cần người khác duyệt hoặc trả lại."))
    if two and verb is Verb.WITHDRAW and standing.author != who:
        return Message(N_("Chỉ người viết bản này mới rút lại được. Nếu chưa đạt, hãy trả lại kèm ý kiến."))
    if len(text) > MAX_COMMENT:
        return message(N_("Ý kiến dài quá %(n)s ký tự. Hãy rút gọn."), n=MAX_COMMENT)
    if verb is Verb.RETURN and not text:
        return Message(N_("Hãy ghi cần sửa gì để người soạn biết."))
    if verb is Verb.COMMENT and not text:
        return Message(N_("Hãy ghi ý kiến."))
    if two and verb is Verb.APPROVE and not standing.has_source and not text:
        return Message(N_("Câu này chưa ghi nguồn. Hãy thêm nguồn, hoặc ghi lý do vẫn duyệt vào ô ý kiến."))
    return None


def _from(verb: Verb, two: bool) -> Collection[State]:
    if two:
        return FROM[verb]
    return {State.DRAFT, State.REVIEW} if verb is Verb.APPROVE else FROM[verb]


def _too_late(verb: Verb) -> Message:
    if verb is Verb.APPROVE:
        return Message(N_("Câu này không ở tình trạng chờ duyệt."))
    return message(
        N_("Tình trạng hiện nay của câu không cho phép thao tác “%(verb)s”."), verb=Message(VERB_NAMES[verb])
    )


def open_verbs(standing: Standing, who: str) -> list[Verb]:
    """The steps that somebody may take with a question, given what has to be said with them."""
    given = "-"
    verbs = [verb for verb in Verb if refusal(verb, standing, who, given) is None]
    if standing.rule is ReviewRule.ONE and standing.state is State.DRAFT:
        verbs.remove(Verb.SUBMIT)
    return verbs
