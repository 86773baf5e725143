"""Many members at once, going on whatever happens, until they are told to pause."""

import re
import threading
import time
from collections.abc import Sequence
from urllib.parse import quote

from faults.ground import Ground, until
from faults.judge import Judge
from faults.members import GIVEN_UP_S, Member
from faults.stage import ATTEMPTS, PASSWORD, SLUG, STORM, VISITS, Pass, Stage
from faults.wire import Ask, Lost, Reply, Wire

_TOKEN = re.compile(rb'name="?csrf-token"? content="([^"]+)"')
#: A member who heard nothing tries again after so long.
PAUSE_S = 0.05


class Storm:
    """Threads that let members step in turn. ``with storm.paused():`` everybody holds still between two steps."""

    def __init__(self, members: Sequence[Member], threads: int = 6) -> None:
        self.members = members
        self.going, self.ending = threading.Event(), threading.Event()
        self.held = [threading.Event() for _ in range(threads)]
        self.errors: list[BaseException] = []
        self.threads = [
            threading.Thread(target=self._blow, args=(members[n::threads], self.held[n]), daemon=True)
            for n in range(threads)
        ]
        for thread in self.threads:
            thread.start()

    def _blow(self, members: Sequence[Member], held: threading.Event) -> None:
        try:
            while not self.ending.is_set():
                for member in members:
                    if not self.going.is_set():
                        held.set()
                        self.going.wait()
                        held.clear()
                    self._step(member)
        except BaseException as error:
            self.errors.append(error)
        finally:
            held.set()

    def _step(self, member: Member) -> None:
        try:
            member.step()
        except Lost:
            time.sleep(PAUSE_S)

    def go(self) -> None:
        self.going.set()

    def pause(self) -> None:
        """Returns when every step has ended."""
        self.going.clear()
        for held in self.held:
            held.wait()
        if self.errors:
            raise self.errors[0]

    def end(self) -> None:
        self.ending.set()
        self.going.set()
        for thread in self.threads:
            thread.join()
        if self.errors:
            raise self.errors[0]


def sign_in(person: Pass, port: int, judge: Judge) -> Pass:
    """Through the door, with a password; raises Lost when that does not work now."""
    wire = Wire(port)
    try:
        page = _page(wire, "/dang-nhap", "", person, judge)
        cookie, token = _cookie(page, ""), _token(page)
        body = f"phone={person.phone}&password={quote(PASSWORD)}&csrf_token={quote(token)}"
        reply = wire.ask(Ask("POST", "/dang-nhap", {"Cookie": cookie}, body))
        judge.heard(reply, person, "/dang-nhap")
        if reply.status != 303:
            raise Lost(f"signing in answered {reply.status}")
        cookie = _cookie(reply, cookie)
        page = _page(wire, f"/cuoc-thi/{SLUG}", cookie, person, judge)
        # The page's token belongs to the session that the page itself sent along.
        return Pass(person.number, person.name, person.phone, _cookie(page, cookie), _token(page))
    finally:
        wire.close()


def _page(wire: Wire, path: str, cookie: str, person: Pass, judge: Judge) -> Reply:
    reply = wire.ask(Ask("GET", path, {"Cookie": cookie}))
    judge.heard(reply, person, path)
    if reply.status != 200:
        raise Lost(f"{path} answered {reply.status}")
    return reply


def _cookie(reply: Reply, known: str) -> str:
    """The session's cookie as it is after a reply."""
    found = re.search(r"hoithi=[^;]+", reply.headers.get("set-cookie", ""))
    return found[0] if found else known


def _token(page: Reply) -> str:
    found = _TOKEN.search(page.body)
    if found is None:
        raise Lost("a page without a token")
    return found[1].decode()


def visit(person: Pass, port: int, judge: Judge) -> None:
    """A whole attempt of somebody who comes now, from the door to the result; raises Lost when a part fails."""
    member = Member(sign_in(person, port, judge), [port], judge, "visit")
    try:
        sitting = member.start(VISITS)
        if sitting is None:
            raise Lost("no attempt could be started")
        paper = member.ask(member.request("GET", f"/bai-thi/{sitting.code}", accept={"Accept": "text/html"}))
        saved = member.save(sitting, sitting.last_seq + 1)
        ended = member.submit(sitting, sitting.last_seq + 1)
        if (paper.status, saved.status) != (200, 200) or ended.status not in (200, 303):
            raise Lost(f"paper {paper.status}, save {saved.status}, submission {ended.status}")
        member.check(sitting)
    finally:
        member.close()


def recover(ground: Ground, stage: Stage, judge: Judge) -> None:
    """Wait until every server takes a visitor through a whole attempt again, without anybody's help."""

    def works(port: int) -> bool:
        try:
            visit(stage.visitor, port, judge)
        except Lost:
            return False
        return True

    begun = time.monotonic()
    for port in ground.ports:
        try:
            until(lambda port=port: works(port), "not back")
        except TimeoutError:
            judge.wrong("I11", None, "the service did not come back by itself")
    judge.ledger.worst_recovery_s = max(judge.ledger.worst_recovery_s, time.monotonic() - begun)
    judge.ledger.count("recoveries")


def look_at_all(members: Sequence[Member], judge: Judge) -> None:
    """Look at what every member did last."""
    for member in members:
        for sitting in judge.ledger.of(member.person.number)[-3:]:
            member.look(sitting)


def end_all(members: Sequence[Member], judge: Judge) -> None:
    """Submit what is open, then look at everything that every member has ever done, and count their attempts."""
    for member in members:
        for sitting in judge.ledger.of(member.person.number):
            if sitting.round_number == STORM and not sitting.closed:
                member.submit(sitting)
            member.check(sitting)
        count_attempts(member, judge)


def count_attempts(member: Member, judge: Judge) -> None:
    """The product must know exactly the attempts that its replies led to, and no more of a round than allowed."""
    rows = member.ask(member.request("GET", "/cua-toi")).data
    mine = {s.code for s in judge.ledger.sittings.values() if s.owner == member.person.number}
    found = {row["code"] for row in rows}
    if found != mine:
        judge.wrong("I3", None, f"{member.person.name} has {len(found)} attempts, replies led to {len(mine)}")
    for number, allowed in ATTEMPTS.items():
        taken = sum(row["round"] == number for row in rows)
        if allowed is not None and taken > allowed:
            judge.ledger.count("extra attempts", taken - allowed)
            judge.wrong("I3", None, f"{member.person.name} has {taken} attempts of round {number}, allowed {allowed}")


def count_scores(organizer: Member, judge: Judge, patience_s: float = GIVEN_UP_S) -> None:
    """The counters of the storm's round must count every ended attempt once."""
    ended = sum(s.closed for s in judge.ledger.sittings.values() if s.round_number == STORM)
    told: dict[str, int] = {}

    def agrees() -> bool:
        path = f"/to-chuc/cuoc-thi/{SLUG}/dot/{STORM}/dien-bien"
        told.update(organizer.ask(organizer.request("GET", path)).data)
        return told["attempts"] == told["finished"] == ended

    try:
        # The page remembers its figures for some seconds.
        until(agrees, "differs", patience_s)
    except TimeoutError:
        judge.ledger.count("double scores", abs(told["attempts"] - ended))
        judge.wrong("I2", None, f"{ended} attempts ended, {told['attempts']} are counted")
