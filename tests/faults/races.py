"""Scenes in which things happen at the same moment: two phones, the last second, thirty starts."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from faults.ledger import Sitting, answers_for
from faults.members import Member
from faults.stage import ATTEMPTS, SHORT, STARTS, VISITS
from faults.wire import Lost, Reply

#: Starts of one person at the same moment.
STARTS_AT_ONCE = 30


def starts(member: Member) -> None:
    """F12: thirty starts at once, again and again, until no attempt is left; exactly those allowed are made."""
    made: set[str] = set()
    for _turn in range(ATTEMPTS[STARTS] + 2):
        member.ledger.fault("F12 starts at once", STARTS_AT_ONCE)
        codes = member.at_once_start(STARTS, STARTS_AT_ONCE)
        made |= codes
        for code in codes:
            member.submit(member.ledger.sittings[code])
    if len(made) != ATTEMPTS[STARTS]:
        member.judge.wrong("I3", None, f"{len(made)} attempts of {ATTEMPTS[STARTS]} allowed were made by many starts")


def two_pages(member: Member, rounds: int) -> None:
    """F11: two pages of one attempt save the same numbers in turn; each hears what stands.

    Where pages carry marks, the one opened later works and the other hears that it does.
    """
    sitting = member.start(VISITS)
    if sitting is None:
        return
    pages = [_page_of(member, sitting) for _device in range(2)]
    seq = sitting.last_seq
    for turn in range(rounds):
        seq += 1
        member.ledger.fault("F11 saves from two pages", 2)
        order = (0, 1) if member.chance.random() < 0.5 else (1, 0)
        for device in order:
            reply = member.save(sitting, seq, device + 1, pages[device])
            _check_pages(member, sitting, pages, device, reply)
        if turn == rounds // 2 and pages[0]:
            pages = [_page_of(member, sitting), pages[1]]
    member.look(sitting)


def _page_of(member: Member, sitting: Sitting) -> str | None:
    """A mark as a page gets it when it is opened; None where pages carry none."""
    reply = member.ask(member.request("POST", f"/bai-thi/{sitting.code}/giu", {}))
    return reply.data.get("page") if reply.status == 200 else None


def _check_pages(member: Member, sitting: Sitting, pages: Sequence[str | None], device: int, reply: Reply) -> None:
    """An older page must hear that it is the older one, the newest must not."""
    if not all(pages) or reply.status >= 500:
        return
    newest = pages[device] == max(pages)
    elsewhere = reply.status == 409 and reply.data.get("reason") == "elsewhere"
    if elsewhere is newest:
        which = "the newest page was told that another works" if newest else "an older page was obeyed"
        member.judge.wrong("I1", sitting, which)


def last_second(members: Sequence[Member]) -> None:
    """I4 and F15: everybody saves through the deadline and grace; then everything that ends attempts comes at once."""
    with ThreadPoolExecutor(len(members)) as threads:
        for done in [threads.submit(_through_the_deadline, member) for member in members]:
            done.result()


def _through_the_deadline(member: Member) -> None:
    sitting = member.start(SHORT)
    if sitting is None:
        return
    member.save(sitting, sitting.last_seq + 1)
    time.sleep(max(0.0, sitting.due_at - time.time() - 0.3))
    while time.time() < sitting.taken_until - 0.1 and not sitting.closed:
        _save(member, sitting)
        time.sleep(member.chance.uniform(0.02, 0.08))
    time.sleep(max(0.0, sitting.taken_until - time.time() - 0.03))
    _all_at_once(member, sitting)
    while time.time() < sitting.taken_until + 1:
        _save(member, sitting)
        time.sleep(member.chance.uniform(0.05, 0.15))
    member.check(sitting)


def _save(member: Member, sitting: Sitting) -> None:
    member.ledger.fault("I4 saves at the deadline")
    try:
        member.save(sitting, sitting.last_seq + 1)
    except Lost:
        time.sleep(0.05)


def _all_at_once(member: Member, sitting: Sitting) -> None:
    """F15: save, two submissions and two looks at the very end."""
    member.ledger.fault("F15 ends at once", 5)
    seq, top = sitting.last_seq + 1, sitting.top
    look = member.request("GET", f"/bai-thi/{sitting.code}")
    save = member.saving(sitting, seq, answers_for(seq))
    replies = member.at_once([save, member.submitting(sitting), look, member.submitting(sitting), look])
    saved, first, look_one, second, look_two = replies
    # Looks are judged first: they were sent before any submission was confirmed.
    for reply in (look_one, look_two):
        if reply and reply.status == 200:
            member.judge.looked(sitting, top, reply)
    if saved:
        member.judge.saved(sitting, seq, answers_for(seq), top, saved)
    for reply in (first, second):
        if reply:
            member.judge.submitted(sitting, None, reply)
