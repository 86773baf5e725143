"""Members who take attempts over bad lines, and note in the ledger what they sent and what they were told."""

import random
import time
from collections.abc import Sequence

from faults.judge import Judge
from faults.ledger import Answers, Sitting, answers_for, sent_form
from faults.stage import SLUG, STORM, VISITS, Pass
from faults.wire import Ask, Lost, Reply, Wire, burst, fire

JSON = {"Accept": "application/json"}
#: How long anything may take to come back before the harness gives up, on a machine that is busy with other tests.
GIVEN_UP_S = 300


class Member:
    """One person with one phone. ``ports``: servers of the product, all on one database."""

    def __init__(self, person: Pass, ports: Sequence[int], judge: Judge, seed: str) -> None:
        self.person = person
        self.ports = list(ports)
        self.judge = judge
        self.ledger = judge.ledger
        self.chance = random.Random(f"{seed}/{person.number}")
        self.wires = {port: Wire(port) for port in ports}
        self.sitting: Sitting | None = None
        #: Rounds in which nothing more may be started; tickets of the line before a start, by round.
        self.spent: set[int] = set()
        self.tickets: dict[int, str] = {}

    def close(self) -> None:
        for wire in self.wires.values():
            wire.close()

    # Requests

    def request(self, method: str, path: str, body: object = None, accept: dict[str, str] = JSON) -> Ask:
        headers = {"Cookie": self.person.cookie, **accept}
        if method == "POST":
            headers["X-CSRFToken"] = self.person.token
        return Ask(method, path, headers, body)

    def ask(self, ask: Ask) -> Reply:
        """Raises Lost when no reply came."""
        try:
            reply = self.wires[self.chance.choice(self.ports)].ask(ask)
        except Lost:
            self.judge.heard(None, self.person, ask.path)
            raise
        self.judge.heard(reply, self.person, ask.path)
        return reply

    def at_once(self, asks: Sequence[Ask]) -> list[Reply | None]:
        """Replies to requests sent at the same moment, to any of the servers."""
        replies = burst([(self.chance.choice(self.ports), ask) for ask in asks])
        for reply, ask in zip(replies, asks, strict=True):
            self.judge.heard(reply, self.person, ask.path)
        return replies

    def fire(self, ask: Ask) -> None:
        """Hang up before the reply."""
        self.ledger.fault("F8 lost replies")
        if fire(self.chance.choice(self.ports), ask):
            self.judge.heard(None, self.person, ask.path)

    # Verbs

    def starting(self, round_number: int) -> Ask:
        ask = self.request("POST", f"/cuoc-thi/{SLUG}/dot/{round_number}/bat-dau", {})
        if round_number in self.tickets:
            ask.headers["Cookie"] += f"; {self.tickets[round_number]}"
        return ask

    def start(self, round_number: int) -> Sitting | None:
        """Begin, or go on with what is open; None when the product refuses, or lets one wait in line."""
        reply = self.ask(self.starting(round_number))
        if reply.status == 202:
            self.tickets[round_number] = reply.headers["set-cookie"].partition(";")[0]
            self.ledger.count("waits in line")
            time.sleep(min(1, int(reply.headers["retry-after"])) / 2)
        sitting = self.judge.begun(self.person, round_number, reply)
        if reply.status == 409:
            self.spent.add(round_number)
        if sitting and not sitting.due_at:
            self.look(sitting)
        return sitting

    def saving(self, sitting: Sitting, seq: int, answers: Answers, page: str | None = None) -> Ask:
        sitting.note_sent(seq, answers)
        sitting.last_seq = max(sitting.last_seq, seq)
        named = {} if page is None else {"page": page}
        body = {"seq": seq, "answers": sent_form(answers), **named}
        return self.request("POST", f"/bai-thi/{sitting.code}/luu", body)

    def save(self, sitting: Sitting, seq: int, device: int = 0, page: str | None = None) -> Reply:
        answers, top = answers_for(seq, device), sitting.top
        reply = self.ask(self.saving(sitting, seq, answers, page))
        self.judge.saved(sitting, seq, answers, top, reply)
        return reply

    def submitting(self, sitting: Sitting, seq: int | None = None) -> Ask:
        """A submission that only ends the attempt, or (``seq``) brings the last answers along."""
        sitting.submissions += 1
        body: dict[str, object] = {}
        if seq is not None:
            sitting.note_sent(seq, answers_for(seq))
            sitting.last_seq = max(sitting.last_seq, seq)
            body = {"seq": seq, "answers": sent_form(answers_for(seq))}
        return self.request("POST", f"/bai-thi/{sitting.code}/nop", body)

    def submit(self, sitting: Sitting, seq: int | None = None) -> Reply:
        reply = self.ask(self.submitting(sitting, seq))
        self.judge.submitted(sitting, None if seq is None else (seq, answers_for(seq)), reply)
        return reply

    def look(self, sitting: Sitting) -> Reply:
        top = sitting.top
        reply = self.ask(self.request("GET", f"/bai-thi/{sitting.code}"))
        if reply.status == 200:
            self.judge.looked(sitting, top, reply)
        else:
            self.judge.refused("look", reply)
        return reply

    def check(self, sitting: Sitting) -> None:
        """Look at an attempt, and at its result twice if it has ended."""
        state = self.look(sitting)
        if state.status == 200 and state.data["state"] == "closed":
            for _again in range(2):
                reply = self.ask(self.request("GET", f"/bai-thi/{sitting.code}/ket-qua"))
                if reply.status == 200:
                    self.judge.ended(sitting, state.data, reply.data)
                else:
                    self.judge.refused("result", reply)

    # A storm: one step of somebody who answers, whose line is bad and who presses everything twice

    def step(self) -> None:
        sitting = self.sitting
        if sitting is None or sitting.closed:
            self._begin()
            return
        steps = (self._save, self._lose_save, self._repeat, self._reorder, self._save_at_once, self._look, self._end)
        self.chance.choices(steps, weights=(60, 8, 10, 6, 4, 6, 6))[0](sitting)

    def _begin(self) -> None:
        if STORM in self.spent:
            return
        if self.chance.random() < 0.3:
            self.fire(self.starting(STORM))
        if self.chance.random() < 0.2:
            self.ledger.fault("F12 starts at once", 4)
            self.at_once_start(STORM, 4)
        self.sitting = self.start(STORM)

    def at_once_start(self, round_number: int, times: int) -> set[str]:
        """Start from many hands at the same moment; the codes they were led to."""
        replies = self.at_once([self.starting(round_number) for _ in range(times)])
        found = [self.judge.begun(self.person, round_number, reply) for reply in replies if reply]
        codes = {sitting.code for sitting in found if sitting}
        if len(codes) > 1:
            self.judge.wrong("I3", None, f"{times} starts at once made {len(codes)} attempts")
        return codes

    def _save(self, sitting: Sitting) -> None:
        self.save(sitting, sitting.last_seq + 1)

    def _lose_save(self, sitting: Sitting) -> None:
        seq = sitting.last_seq + 1
        self.fire(self.saving(sitting, seq, answers_for(seq)))
        if self.chance.random() < 0.7:
            self.save(sitting, seq)

    def _repeat(self, sitting: Sitting) -> None:
        """A copy of an earlier save arrives late."""
        if sitting.sent:
            self.ledger.fault("F10 late copies")
            self.save(sitting, self.chance.choice(sorted(sitting.sent)))

    def _reorder(self, sitting: Sitting) -> None:
        self.ledger.fault("F10 reordered")
        later = sitting.last_seq + 2
        self.save(sitting, later)
        self.save(sitting, later - 1)

    def _save_at_once(self, sitting: Sitting) -> None:
        first, top = sitting.last_seq + 1, sitting.top
        seqs = [first, first + 1, first + 2, first]
        self.ledger.fault("F10 saves at once", len(seqs))
        replies = self.at_once([self.saving(sitting, seq, answers_for(seq)) for seq in seqs])
        for seq, reply in zip(seqs, replies, strict=True):
            if reply:
                self.judge.saved(sitting, seq, answers_for(seq), top, reply)

    def _look(self, sitting: Sitting) -> None:
        self.look(sitting)

    def _end(self, sitting: Sitting) -> None:
        """Submit, some of the time three times at once or without hearing of it."""
        if self.chance.random() < 0.4:
            self.fire(self.submitting(sitting))
        if self.chance.random() < 0.5:
            self.ledger.fault("F10 submissions at once", 3)
            for reply in self.at_once([self.submitting(sitting) for _ in range(3)]):
                if reply:
                    self.judge.submitted(sitting, None, reply)
        else:
            self.submit(sitting, sitting.last_seq + 1)
        self.check(sitting)


class Probe(Member):
    """Somebody who looks on while a fault lasts: what they try gives a status, 0 for a reply that never came."""

    def ready(self) -> Sitting:
        """An open attempt; waits for one while an earlier fault is being recovered from."""
        end = time.monotonic() + GIVEN_UP_S
        while self.sitting is None or self.sitting.closed:
            try:
                self.sitting = self.start(VISITS)
            except Lost:
                time.sleep(0.1)
            if time.monotonic() > end:
                raise TimeoutError("no attempt can be started though every fault is over")
        return self.sitting

    def try_save(self, sitting: Sitting) -> int:
        try:
            return self.save(sitting, sitting.last_seq + 1).status
        except Lost:
            return 0

    def try_look(self, sitting: Sitting) -> int:
        try:
            return self.look(sitting).status
        except Lost:
            return 0

    def begin_another(self) -> None:
        """Submit, and start again: what is begun during a fault must be sound when it has passed."""
        try:
            self.submit(self.ready())
            self.sitting = self.start(VISITS)
        except Lost:
            return
