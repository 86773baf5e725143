"""The judge: compares every reply, and what the product says later, with the ledger. Invariants as trust.md names them.

I1 what was called saved stays, I2 one score, I3 not more attempts than allowed and none burnt, I4 the server's time
decides, I5 nothing is both refused and applied, I10 nothing leaks, I11 the service comes back by itself.
"""

import json
import re
from datetime import datetime
from typing import Any

from faults.ledger import Answers, Ledger, Sitting, read_form, score_of
from faults.stage import ALLOWANCE_S, ATTEMPTS, KEY_MARK, NAME_MARK, Pass
from faults.wire import Reply

#: How far apart the clocks of two processes of one machine may be, and how long a request may be on its way.
SLACK_S = 0.5
#: The product tells whole milliseconds and follows its reference by small steps.
DRIFT_S = 3.0
#: How long before the start that led to an attempt an earlier one, whose reply was lost, may have begun it.
LOST_S = 600.0
_NAMES = re.compile(f"{NAME_MARK} \\d{{4}}".encode())
_PHONES = re.compile(rb"09120\d{5}")
#: What the result of an attempt says that may never change.
_FIXED = ("score", "max_score", "submitted_at", "closed_by", "counted", "receipt")


def seconds(instant: str) -> float:
    return datetime.fromisoformat(instant).timestamp()


class Judge:
    """Writes into the ledger what is wrong; knows the product only by its replies."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def wrong(self, invariant: str, sitting: Sitting | None, what: str) -> None:
        self.ledger.wrong(invariant, f"{sitting.code if sitting else '-'}: {what}")

    # Every reply

    def heard(self, reply: Reply | None, person: Pass | None, path: str) -> None:
        """Count a reply, and look for what must not be in it."""
        self.ledger.reply(reply.status if reply else None)
        if reply is None:
            return
        if reply.status >= 500 and (reply.status not in (503, 507) or "retry-after" not in reply.headers):
            said = f"{reply.status}, Retry-After {reply.headers.get('retry-after')}"
            self.wrong("I5", None, f"{path} answered {said} instead of 503 with Retry-After")
        if KEY_MARK.encode() in reply.body:
            self.wrong("I10", None, f"{path} shows what explains the key")
        strangers = {found.decode() for found in _NAMES.findall(reply.body) + _PHONES.findall(reply.body)}
        if strangers - ({person.name, person.phone} if person else set()):
            self.wrong("I10", None, f"{path} shows somebody else: {sorted(strangers)[:3]}")

    def refused(self, path: str, reply: Reply) -> None:
        """A refusal nobody expected: the request was good."""
        if reply.status < 500:
            self.wrong("I5", None, f"{path} refused a good request with {reply.status}: {reply.body[:300]!r}")

    # Starts

    def begun(self, person: Pass, round_number: int, reply: Reply) -> Sitting | None:
        """The sitting that a start led to, if it did."""
        known = self.ledger.of(person.number, round_number)
        allowed = ATTEMPTS[round_number]
        if reply.status == 303 and "/bai-thi/" in reply.headers.get("location", ""):
            sitting = Sitting(reply.place, person.number, round_number, reply.sent_at, ALLOWANCE_S[round_number])
            sitting = self.ledger.open(sitting)
            have = len(self.ledger.of(person.number, round_number))
            if allowed is not None and have > allowed:
                self.wrong("I3", sitting, f"{have} attempts where {allowed} are allowed")
            return sitting
        if reply.status == 409:
            if allowed is None or len(known) < allowed:
                self.wrong("I3", None, f"refused after {len(known)} of {allowed} attempts: {reply.body[:200]!r}")
        elif reply.status != 202:
            self.refused("start", reply)
        return None

    # Saves

    def saved(self, sitting: Sitting, seq: int, answers: Answers, top: int, reply: Reply) -> bool:
        """Judge the reply to a save; ``top``: highest number called saved before it was sent. Whether it was taken."""
        if reply.status == 200:
            data = reply.data
            if "answers" in data:
                self._stale(sitting, seq, top, data)
                return False
            self._taken(sitting, seq, answers, top, reply)
            return True
        if reply.status == 409:
            self.not_taken(sitting, seq, answers, reply)
        else:
            self.refused("save", reply)
        return False

    def _taken(self, sitting: Sitting, seq: int, answers: Answers, top: int, reply: Reply) -> None:
        data = reply.data
        if data.get("seq") != seq:
            self.wrong("I1", sitting, f"save {seq} was answered with the number {data.get('seq')}")
        if seq < top:
            self.wrong("I1", sitting, f"save {seq} was taken over {top}, which was acknowledged")
        with self.ledger.lock:
            other = sitting.acked.setdefault(seq, answers)
        if other != answers:
            self.wrong("I1", sitting, f"two sets were called saved under the number {seq}")
        self.ledger.count("acknowledged")
        until = sitting.taken_until
        if until and (seconds(data["saved_at"]) >= until or reply.sent_at > until + SLACK_S):
            self.wrong("I4", sitting, f"save {seq} was taken {reply.sent_at - until:.2f} s after the time was up")

    def _stale(self, sitting: Sitting, seq: int, top: int, data: dict[str, Any]) -> None:
        if data["seq"] < max(seq, top):
            self.wrong("I1", sitting, f"save {seq} was not taken though {data['seq']} was stored, {top} acknowledged")
        self._stored(sitting, data["seq"], read_form(data["answers"]))

    def not_taken(self, sitting: Sitting, seq: int, answers: Answers, reply: Reply) -> None:
        """409 to a save or a submission: it must not be found applied, and there must be a reason for it."""
        data = reply.data
        if data.get("reason", "over") != "over":
            with self.ledger.lock:
                sitting.refused.add((seq, answers))
            return
        if not sitting.submissions and reply.got_at < sitting.taken_until - SLACK_S:
            self.wrong("I4", sitting, f"save {seq} came {sitting.taken_until - reply.got_at:.2f} s early and was late")
        if sitting.acked.get(seq) != answers:
            with self.ledger.lock:
                sitting.refused.add((seq, answers))
        sitting.closed = True

    # What stands

    def _stored(self, sitting: Sitting, seq: int, answers: Answers) -> None:
        """What the product says is stored must be what was sent with that number, and not what it refused."""
        if not seq:
            return
        acked = sitting.acked.get(seq)
        if acked is not None and acked != answers:
            self.wrong("I1", sitting, f"under {seq} stands another set than the one acknowledged")
        elif answers not in sitting.sent.get(seq, ()):
            self.wrong("I1", sitting, f"under {seq} stands a set that was never sent with it")
        elif (seq, answers) in sitting.refused and acked is None:
            self.wrong("I5", sitting, f"save {seq} was refused and stands")
        else:
            # To say what is stored is to call it saved.
            with self.ledger.lock:
                sitting.acked.setdefault(seq, answers)

    def looked(self, sitting: Sitting, top: int, reply: Reply) -> None:
        """Judge a state; ``top``: highest number called saved before it was asked for."""
        data = reply.data
        self.ledger.count("checked")
        if data["seq"] < top:
            self.ledger.count("lost", len([seq for seq in sitting.acked if data["seq"] < seq <= top]))
            self.wrong("I1", sitting, f"{top} was called saved, {data['seq']} is stored")
        self._stored(sitting, data["seq"], read_form(data["answers"]))
        self._times(sitting, data, reply)
        if data["state"] == "closed":
            if not sitting.submissions and reply.got_at < sitting.taken_until - SLACK_S:
                self.wrong("I4", sitting, "closed though nobody submitted it and its time is not up")
            sitting.closed = True
        elif sitting.submit_acked:
            self.wrong("I2", sitting, "open again after its submission was confirmed")

    def _times(self, sitting: Sitting, data: dict[str, Any], reply: Reply) -> None:
        """A busy machine is long about a request, so the server's moment is only known to lie within it."""
        due = seconds(data["due_at"])
        if not sitting.due_at:
            sitting.due_at = due
            sitting.taken_until = seconds(data.get("taken_until") or data["due_at"])
            begun = due - sitting.allowance_s
            if not sitting.begun_at - LOST_S <= begun <= reply.got_at + DRIFT_S:
                self.wrong("I4", sitting, f"due {begun - sitting.begun_at:+.1f} s off its start and the time allowed")
        if abs(due - sitting.due_at) > 0.001:
            self.wrong("I4", sitting, f"the deadline moved by {due - sitting.due_at:+.1f} s")
        told = data["remaining_ms"] / 1000
        least, most = (max(0.0, due - at) for at in (reply.got_at, reply.sent_at))
        if data["state"] == "open" and not least - DRIFT_S <= told <= most + DRIFT_S:
            self.wrong("I4", sitting, f"{told:.1f} s are told to be left, it is {least:.1f} s to {most:.1f} s")

    # Ends

    def submitted(self, sitting: Sitting, sent: tuple[int, Answers] | None, reply: Reply) -> None:
        """Judge the reply to a submission with or without answers."""
        if reply.status in (200, 303):
            if sent and sitting.submissions == 1:
                # Nothing else can have ended it before, so these answers are what was handed in.
                sitting.acked.setdefault(*sent)
            sitting.submit_acked = sitting.closed = True
            self.ledger.count("submissions confirmed")
            self.told(sitting, reply.data)
        elif reply.status == 409:
            self.not_taken(sitting, *(sent or (0, ())), reply)
        else:
            self.refused("submit", reply)

    def told(self, sitting: Sitting, data: dict[str, Any]) -> None:
        """What a reply says of the end may never be said otherwise."""
        with self.ledger.lock:
            for name in _FIXED:
                if data.get(name) is not None:
                    sitting.told.setdefault(name, set()).add(json.dumps(data[name]))
            several = {name: sorted(values) for name, values in sitting.told.items() if len(values) > 1}
        if several:
            self.wrong("I2", sitting, f"told in two ways: {several}")

    def ended(self, sitting: Sitting, state: dict[str, Any], result: dict[str, Any]) -> None:
        """The score must be that of the answers that stand."""
        self.told(sitting, result)
        earned = score_of(read_form(state["answers"]))
        if result["score"] != earned:
            self.wrong("I2", sitting, f"scored {result['score']}, the answers that stand earn {earned}")
        self.ledger.count("scores checked")
