"""What is said after something was done to questions."""

from collections.abc import Mapping, Sequence

from flask import flash, url_for
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from contest.banks import last_actions
from contest.banks.copy_actions import Copied
from contest.banks.review_actions import Outcome
from contest.web.texts import number, say
from questions.messages import N_, Message
from questions.models import QuestionBank
from questions.rules import Verb

#: Codes named in one sentence.
MAX_NAMED = 8
#: What a step did, said of so many questions.
TAKEN = {
    Verb.SUBMIT: N_("Đã gửi duyệt %(n)s câu hỏi."),
    Verb.WITHDRAW: N_("Đã rút lại %(n)s câu hỏi."),
    Verb.APPROVE: N_("Đã duyệt %(n)s câu hỏi."),
    Verb.RETURN: N_("Đã trả lại %(n)s câu hỏi."),
    Verb.RETIRE: N_("Đã ngừng dùng %(n)s câu hỏi."),
    Verb.RESTORE: N_("Đã dùng lại %(n)s câu hỏi."),
    Verb.COMMENT: N_("Đã ghi ý kiến cho %(n)s câu hỏi."),
}


def tell_outcome(verb: Verb, outcome: Outcome) -> None:
    """Say how many took a step, and of the others once for each reason which they are."""
    if outcome.taken:
        flash(gettext(TAKEN[verb], n=number(len(outcome.taken))), "success")
    for words, codes in by_reason(outcome.refused):
        flash(gettext("Không đổi %(codes)s: %(reason)s", codes=named(codes), reason=words), "error")


def by_reason(refused: Mapping[str, Message]) -> list[tuple[str, list[str]]]:
    """Codes under each reason, in the reader's language."""
    found: dict[str, list[str]] = {}
    for code, reason in refused.items():
        found.setdefault(say(reason), []).append(code)
    return list(found.items())


def named(codes: Sequence[str]) -> str:
    """The first codes, and how many more there are."""
    if len(codes) <= MAX_NAMED:
        return gettext("câu %(codes)s", codes=", ".join(codes))
    more = number(len(codes) - MAX_NAMED)
    return gettext("câu %(codes)s và %(more)s câu khác", codes=", ".join(codes[:MAX_NAMED]), more=more)


def tell_copied(copied: Copied, title: str) -> None:
    """Say what was copied into the bank of this title, what was there already and what may not leave."""
    if copied.added:
        text = gettext("Đã chép %(n)s câu sang “%(bank)s”.", n=number(len(copied.added)), bank=title)
        if copied.renamed:
            text += " " + gettext("%(n)s câu nhận mã mới vì mã cũ đã có ở đó.", n=number(copied.renamed))
        flash(text, "success")
    if copied.same:
        pairs = [f"{old} = {new}" for old, new in copied.same.items()]
        flash(gettext("Không chép %(codes)s: ở đó đã có câu giống hệt.", codes=named(pairs)), "warning")
    if copied.unready:
        codes = named(copied.unready)
        flash(gettext("Không chép %(codes)s: câu chưa được duyệt thì chưa chép được.", codes=codes), "warning")


def tell_lasts(session: Session, bank: QuestionBank) -> None:
    """After an import: how many questions have options that speak about others, and the way to confirm them."""
    count = len(last_actions.unconfirmed(session, bank.id))
    if count:
        words = gettext("%(n)s câu có phương án nói về các phương án khác.", n=number(count))
        link = Markup('<a href="{}">{}</a>').format(
            url_for("banks.lasts", code=bank.code), gettext("Xác nhận phương án giữ cuối")
        )
        flash(Markup("{} {}").format(words, link), "warning")
