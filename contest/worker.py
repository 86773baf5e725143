"""How requests reach the app's threads: whole, so that slow lines and slow attackers hold up nobody else.

gunicorn's threaded worker gives a new connection to a thread at once, and the thread waits for what the client sends
and, when it closes, for the client to close too. As many slow clients as there are threads then stop everything. Here
a request lies in the system's buffer until all of it has arrived; what is larger than that goes to a few of the
threads only, and no client is waited for by whoever serves the others. See docs/decisions/0008-server.md.

An app may name requests of which only a few are to be served at a time (``app.extensions["lane"]``): however many
people stand at the door before the starts of attempts, the threads are there for those who are inside.

Linux only, for its notices that more has arrived; elsewhere ``gunicorn.conf.py`` takes gunicorn's own worker.
"""

import contextlib
import re
import select
import selectors
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

#: A request must be there within so many seconds of its first byte or of the connection.
REQUEST_S = 20.0
#: So long a closed connection is kept for what its client was still sending, and a stopping worker waits for requests.
LINGER_S = 2.0
#: A thread that reads or writes gives up when nothing has moved for so many seconds.
STALLED_S = 30
#: Bytes of a request that the system's buffer holds for certain, head and body.
ROOM = 32 * 1024
#: Bytes of an answer that a thread can leave to the system when the client reads slowly.
SEND_BUFFER = 512 * 1024
#: One of so many threads may work on requests that are too large to wait for.
LARGE_PART = 4
#: A large request waits so long for its turn, and one of the app's lane.
LARGE_S, LANE_S = 300.0, 60.0
#: Who has waited too long is looked for this often, in seconds.
LOOK_S = 0.5
EVENTS = 256

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n")
_OPEN_END = re.compile(rb"\r\n(?:transfer-encoding|expect):")


class Arrival(Enum):
    """How much of a request has arrived; of a large one all will never be in the buffer."""

    PART = "part"
    WHOLE = "whole"
    LARGE = "large"


def arrival(seen: bytes, room: int = ROOM) -> Arrival:
    r"""How much of a request these first bytes are.

    >>> arrival(b"GET / HTTP/1.1\r\nHost: x\r\n").value, arrival(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").value
    ('part', 'whole')
    >>> head = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n"
    >>> arrival(head + b"ab").value, arrival(head + b"abc").value, arrival(head, room=40).value
    ('part', 'whole', 'large')
    """
    end = seen.find(b"\r\n\r\n")
    if end < 0:
        # A head that fills the buffer is refused by whoever reads it.
        return Arrival.PART if len(seen) < room else Arrival.WHOLE
    head = seen[: end + 2].lower()
    if _OPEN_END.search(head):
        return Arrival.LARGE
    length = _LENGTH.search(head)
    size = end + 4 + (int(length[1]) if length else 0)
    if len(seen) >= size:
        return Arrival.WHOLE
    return Arrival.LARGE if size > room else Arrival.PART


class Lane:
    """Requests of which only so many are given to threads at a time: by rank, then in the order in which they came.

    ``rank`` tells by the first bytes of a request which rank it has, the lowest first; None: it does not belong here.
    """

    def __init__(self, width: int, ranks: int = 1, rank: Callable[[bytes], int | None] = lambda _seen: None) -> None:
        self.width = width
        self.rank = rank
        self.waiting: tuple[deque[TConn], ...] = tuple(deque() for _ in range(ranks))
        self.served: set[TConn] = set()

    def next(self) -> TConn | None:
        """The connection to be served next, if there is one and its turn has come."""
        queue = next((queue for queue in self.waiting if queue), None)
        if queue is None or len(self.served) >= self.width:
            return None
        conn = queue.popleft()
        self.served.add(conn)
        return conn

    def drop(self, leaves: Callable[[TConn], bool]) -> list[TConn]:
        """Take out those who wait no longer."""
        gone = [conn for queue in self.waiting for conn in queue if leaves(conn)]
        for queue in self.waiting:
            for conn in gone:
                with contextlib.suppress(ValueError):
                    queue.remove(conn)
        return gone


class PatientWorker(ThreadWorker):
    """Waits for requests itself and gives its threads what has arrived."""

    def run(self) -> None:
        self._seen = bytearray(ROOM)
        self._news = select.epoll()
        #: Connections whose next request has not arrived whole, the one waiting longest first.
        self._awaited: dict[int, TConn] = {}
        #: Closed ones whose clients may still be sending, with the time until which that is borne.
        self._leaving: dict[int, tuple[socket.socket, float]] = {}
        self._large = Lane(max(1, self.cfg.threads // LARGE_PART))
        self._lane = Lane(*getattr(self.wsgi, "extensions", {}).get("lane", (1,)))
        self._stopped_at: float | None = None
        self._looked_at = 0.0
        self.poller.register(self._news.fileno(), selectors.EVENT_READ, self._more_arrived)
        try:
            super().run()
        finally:
            self._news.close()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection; a thread gets it with its request."""
        if self.cfg.is_ssl:
            super().accept(listener)
            return
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        stalled = struct.pack("ll", STALLED_S, 0)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            client.setsockopt(socket.SOL_SOCKET, option, stalled)
        self.nr_conns += 1
        self._await(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """A kept connection is sending its next request."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await(conn)

    # waiting for the whole of a request

    def _await(self, conn: TConn) -> None:
        conn.timeout = time.monotonic() + REQUEST_S
        if not self._take(conn):
            self._awaited[conn.sock.fileno()] = conn
            self._news.register(conn.sock.fileno(), select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)

    def _more_arrived(self, _news: object) -> None:
        for number, _event in self._news.poll(0, EVENTS):
            if number in self._leaving:
                self._see_off(number)
            elif (conn := self._awaited.get(number)) and self._take(conn):
                self._forget(number)

    def _forget(self, number: int) -> None:
        if self._awaited.pop(number, None) and number >= 0:
            with contextlib.suppress(OSError, ValueError):
                # A closed socket is gone from the list already.
                self._news.unregister(number)

    def _take(self, conn: TConn) -> bool:
        """Serve a connection when its request is there, drop it when its client left; False: it has to wait."""
        try:
            size = conn.sock.recv_into(self._seen, ROOM, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            size = 0
        if not size:
            self._drop(conn)
            return True
        seen = bytes(memoryview(self._seen)[:size])
        arrived = arrival(seen)
        if arrived is Arrival.PART:
            return False
        conn.data_ready = True
        if arrived is Arrival.LARGE:
            self._line_up(self._large, 0, conn, LARGE_S)
        elif (rank := self._lane.rank(seen)) is not None:
            self._line_up(self._lane, rank, conn, LANE_S)
        else:
            self.enqueue_req(conn)
        return True

    def _line_up(self, lane: Lane, rank: int, conn: TConn, seconds: float) -> None:
        conn.timeout = time.monotonic() + seconds
        lane.waiting[rank].append(conn)
        self._serve(lane)

    def _serve(self, lane: Lane) -> None:
        while conn := lane.next():
            self.enqueue_req(conn)

    # afterwards

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """Keep the connection for its next request, or let it go without waiting for its client."""
        for lane in (self._large, self._lane):
            if conn in lane.served:
                lane.served.discard(conn)
                self._serve(lane)
        kept = not fs.cancelled() and not fs.exception() and fs.result()
        if kept and not (conn.parser and conn.parser.unreader.buf.getvalue()):
            super().finish_request(conn, fs)
            return
        # What a client sends before it has its answer is not read any further: browsers do not do it.
        self.nr_conns -= 1
        self._let_go(conn.sock)

    def _drop(self, conn: TConn) -> None:
        self.nr_conns -= 1
        self._forget(conn.sock.fileno())
        conn.close()

    def _let_go(self, sock: socket.socket) -> None:
        """Say that nothing more comes; unread bytes of the client must not make the system cut the answer off."""
        try:
            sock.setblocking(False)
            sock.shutdown(socket.SHUT_WR)
            number = sock.fileno()
            self._leaving[number] = (sock, time.monotonic() + LINGER_S)
            self._news.register(number, select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)
        except OSError:
            sock.close()

    def _see_off(self, number: int) -> None:
        sock, _until = self._leaving[number]
        try:
            while sock.recv_into(self._seen, ROOM):
                pass
        except BlockingIOError:
            return
        except OSError:
            pass
        del self._leaving[number]
        sock.close()

    def murder_pending(self) -> None:
        """Close what has waited too long; called after all events, at least once a second."""
        super().murder_pending()
        now = time.monotonic()
        if now < self._looked_at + LOOK_S:
            return
        self._looked_at = now
        if not self.alive:
            self._stopped_at = self._stopped_at or now
        stopping = self._stopped_at is not None and now > self._stopped_at + LINGER_S
        for conn in [conn for conn in self._awaited.values() if stopping or conn.timeout <= now]:
            self._drop(conn)
        for lane in (self._large, self._lane):
            for conn in lane.drop(lambda conn: stopping or conn.timeout <= now):
                self._drop(conn)
        for number, (sock, until) in list(self._leaving.items()):
            if until <= now:
                del self._leaving[number]
                sock.close()
