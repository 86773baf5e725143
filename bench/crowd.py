"""Many people at once, as the opening minute sees them: a load of its own, beside ``bench/client.py``.

``python -m bench.crowd`` says that it is ready, reads one plan, a line of JSON, and answers with what it saw: of people
who come and start, or of people inside who save until its input ends. These are processes of their own, so that no save
is late only because its client was busy with the crowd. Everybody behaves as a browser does: asks for the start, waits
as long as the waiting page says and a little longer, looks again, goes in, opens the paper. Connections are kept and
shared, as by the web server that stands in front of the product.
"""

import asyncio
import json
import random
import re
import sys
import time
import zlib
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

from bench.cores import CLIENT_CORE, pinned
from bench.server import HOST

#: A kept connection that was idle for longer is opened anew, in seconds.
IDLE_S = 3
#: Nobody tries for longer, in seconds.
PATIENCE_S = 60
#: How much longer than told a browser waits, at most, in seconds.
SPREAD_S = 0.3
_WAIT = re.compile(rb'data-wait="?([0-9.]+)')


class Lost(Exception):
    """A request that got no answer."""


class Pool:
    """Kept connections; who finds none free waits for one."""

    def __init__(self, port: int, size: int) -> None:
        self.port = port
        self.free: asyncio.LifoQueue[Any] = asyncio.LifoQueue()
        for _ in range(size):
            self.free.put_nowait(None)

    async def send(self, method: str, path: str, headers: dict[str, str], body: str = "") -> tuple[int, Any, bytes]:
        """Status, headers in lower case and body."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {len(body.encode())}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        whole = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
        wire = await self.free.get()
        try:
            if wire is None or time.perf_counter() - wire[2] > IDLE_S:
                if wire:
                    wire[1].close()
                wire = [*await asyncio.open_connection(HOST, self.port), 0.0]
            wire[1].write(whole)
            status, found, text = await _answer(wire[0])
            wire[2] = time.perf_counter()
            if found.get("connection") == "close":
                wire[1].close()
                wire = None
        except (OSError, asyncio.IncompleteReadError) as error:
            wire = None
            raise Lost(str(error)) from error
        finally:
            self.free.put_nowait(wire)
        return status, found, text


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    found = {}
    for line in head[1:]:
        name, _, value = line.partition(": ")
        found[name.lower()] = value
    body = b""
    if found.get("transfer-encoding") == "chunked":
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    elif found.get("content-length", "0") != "0":
        body = await reader.readexactly(int(found["content-length"]))
    return int(head[0].split()[1]), found, body


def told(page: bytes) -> float:
    """In how many seconds a waiting page's script looks again."""
    found = _WAIT.search(zlib.decompress(page, wbits=31))
    if found is None:
        raise ValueError("a waiting page that does not say when to look")
    return float(found[1])


@dataclass
class Seen:
    """What happened: times in seconds since ``begin`` of the plan, the first arrival."""

    #: (arrival as the server counts it, went in, looks at the waiting page) of who went in; 0: without a ticket.
    went_in: list[tuple[int, float, int]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    #: (began, took) of each save of those inside.
    saves: list[tuple[float, float]] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)

    def wrong(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1


class Crowd:
    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.outside = Pool(plan["port"], plan["connections"])
        self.inside = Pool(plan["port"], 16)
        self.chance = random.Random(len(plan["people"]))
        self.seen = Seen()
        self.begun = 0.0

    def now(self) -> float:
        return time.perf_counter() - self.begun

    async def run(self) -> Seen:
        """All that the plan's people do; who is inside saves until nothing more can be read from the input."""
        self.begun = self.plan["begin"]
        savers = [asyncio.create_task(self.save_on(one)) for one in self.plan["insiders"]]
        arrivals = sorted(self.chance.uniform(0, self.plan["within_s"]) for _ in self.plan["people"])
        people = [self.come(one, at) for one, at in zip(self.plan["people"], arrivals, strict=True)]
        await asyncio.gather(*people)
        if savers:
            await asyncio.to_thread(sys.stdin.read)
        for saver in savers:
            saver.cancel()
        await asyncio.gather(*savers, return_exceptions=True)
        return self.seen

    async def come(self, person: dict[str, str], at: float) -> None:
        await asyncio.sleep(max(0.0, at - self.now()))
        looks, ticket = 0, 0
        while self.now() < at + PATIENCE_S:
            status, found, page = await self.tried(self.start(person))
            if status == 303:
                self.seen.went_in.append((ticket, self.now(), looks))
                self.seen.codes.append(found["location"].rsplit("/", 1)[1])
                await self.tried(self.outside.send("GET", found["location"], self.headers(person)))
                return
            if status == 202:
                if not ticket:
                    cookie = found["set-cookie"].split(";")[0]
                    person["cookie"] += f"; {cookie}"
                    ticket = int(cookie.partition("=")[2].split(".")[0])
                looks += await self.wait(person, told(page))
            else:
                self.seen.wrong(f"start: {status}")
                await asyncio.sleep(float(found.get("retry-after", 1)))
        self.seen.wrong("gave up")

    def start(self, person: dict[str, str]) -> Awaitable[Any]:
        headers = self.headers(person) | {"Content-Type": "application/x-www-form-urlencoded"}
        return self.outside.send("POST", self.plan["start"], headers, f"csrf_token={person['token']}")

    async def wait(self, person: dict[str, str], seconds: float) -> int:
        """Look at one's place until one's turn has come; returns how often that was."""
        looks = 0
        while self.now() < PATIENCE_S:
            await asyncio.sleep(seconds + SPREAD_S * self.chance.random())
            looks += 1
            headers = self.headers(person) | {"Accept": "application/json"}
            status, found, body = await self.tried(self.outside.send("GET", self.plan["wait"], headers))
            if status != 202:
                break
            seconds = float(json.loads(body)["retry_after_s"])
        return looks

    def headers(self, person: dict[str, str]) -> dict[str, str]:
        return {"Cookie": person["cookie"], "Accept": "text/html", "Accept-Encoding": "gzip, br"}

    async def save_on(self, person: dict[str, Any]) -> None:
        every, seq = self.plan["save_every_s"], 0
        await asyncio.sleep(every * self.chance.random())
        headers = self.headers(person) | {"Content-Type": "application/json", "X-CSRFToken": person["token"]}
        while True:
            seq += 1
            body = json.dumps({"seq": seq, "answers": {str(n): ["ABCD"[seq % 4]] for n in range(1, min(seq, 20) + 1)}})
            began = self.now()
            sent = self.inside.send("POST", f"/bai-thi/{person['code']}/luu", headers, body)
            status, _, _ = await self.tried(sent)
            self.seen.saves.append((began, self.now() - began))
            if status != 200:
                self.seen.wrong(f"save: {status}")
            await asyncio.sleep(max(0.0, every - (self.now() - began)))

    async def tried(self, sent: Awaitable[tuple[int, dict[str, str], bytes]]) -> tuple[int, dict[str, str], bytes]:
        """The answer; status 0 where there was none."""
        try:
            return await sent
        except Lost:
            return 0, {}, b""


def main() -> None:
    pinned(CLIENT_CORE)
    print("ready", flush=True)
    plan = json.loads(sys.stdin.readline())
    print(json.dumps(vars(asyncio.run(Crowd(plan).run()))), flush=True)


if __name__ == "__main__":
    main()
