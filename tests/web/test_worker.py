"""The worker in front of the app: requests reach a thread whole, and slow clients hold up nobody else."""

import http.client
import os
import signal
import socket
import time

import pytest
from support.link import PATIENCE_S

from bench import siege
from bench.fill import fill
from bench.server import HOST, Server
from bench.size import Size
from contest.worker import ROOM, Arrival, Lane, arrival

pytestmark = pytest.mark.skipif(not hasattr(__import__("select"), "epoll"), reason="the worker needs Linux")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from bench.databases import Files

    folder = tmp_path_factory.mktemp("worker")
    store = Files(folder).fresh("worker")
    fill(store, Size(1, 4, 3, 1), lambda _text: None)
    store.engine.dispose()
    started = Server(f"sqlite:///{folder / 'worker.db'}", folder)
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Held up, a request waits as long as the slow ones are there; a busy machine only takes its time."""
    monkeypatch.setattr(siege, "GIVE_UP_S", PATIENCE_S)


@pytest.mark.parametrize("kind", siege.KINDS)
def test_slow_clients_hold_up_nobody(server, kind):
    found = siege.besieged(server.port, kind, 60, 1.0)
    assert found["asked"] > 0 and found["failed"] == 0


def send(server, *pieces, pause_s=0.05):
    with socket.create_connection((HOST, server.port), timeout=PATIENCE_S) as client:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(pause_s)
        answer = http.client.HTTPResponse(client)
        answer.begin()
        return answer.status, answer.read()


def test_a_request_may_come_in_pieces(server):
    assert send(server, b"GET /_bare/em", b"pty HTTP/1.1\r\nHost: x\r", b"\n\r\n") == (200, b"")
    form = b"a=" + b"x" * 100
    head = b"POST /_bare/commit HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(form)
    assert send(server, head[:-1], head[-1:] + form[:5], form[5:])[0] == 200


def test_a_body_larger_than_the_buffer_is_read_too(server):
    head = b"POST /_bare/commit HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (4 * ROOM)
    assert send(server, head, b"x" * 4 * ROOM)[0] == 200


def test_a_kept_connection_serves_one_request_after_the_other(server):
    connection = http.client.HTTPConnection(HOST, server.port, timeout=PATIENCE_S)
    for _ in range(3):
        connection.request("POST", "/_bare/commit", body=b"")
        assert connection.getresponse().read() == b""
    connection.close()


def test_who_leaves_without_asking_is_forgotten(server):
    for _ in range(5):
        socket.create_connection((HOST, server.port), timeout=PATIENCE_S).close()
    assert siege._answered(server.port)


def test_a_server_that_is_told_to_stop_answers_what_it_has_and_ends(server, tmp_path):
    with (
        socket.create_connection((HOST, server.port), timeout=PATIENCE_S) as client,
        socket.create_connection((HOST, server.port), timeout=PATIENCE_S),
    ):
        client.sendall(b"GET /_bare/empty HTTP/1.1\r\nHost: x\r\n")
        # Connections are taken in the order in which they came: whoever answers this one has those above.
        assert siege._answered(server.port)
        os.kill(server.process.pid, signal.SIGTERM)
        client.sendall(b"\r\n")
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert answer.status == 200
    assert server.process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (b"", Arrival.PART),
        (b"GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", Arrival.WHOLE),
        (b"POST / HTTP/1.1\r\ncontent-length:5\r\n\r\nabcd", Arrival.PART),
        (b"POST / HTTP/1.1\r\ncontent-length:5\r\n\r\nabcde", Arrival.WHOLE),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", Arrival.LARGE),
        (b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", Arrival.LARGE),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % ROOM, Arrival.LARGE),
        (b"x" * (ROOM - 1), Arrival.PART),
        (b"x" * ROOM, Arrival.WHOLE),
    ],
)
def test_how_much_of_a_request_has_arrived(seen, expected):
    assert arrival(seen) is expected


def test_those_in_a_lane_take_turns_by_rank_and_then_by_arrival():
    lane = Lane(2, 2, lambda seen: {b"a": 0, b"b": 1}.get(seen))
    assert [lane.rank(seen) for seen in (b"a", b"b", b"c")] == [0, 1, None]
    for rank, conn in ((1, "first"), (1, "second"), (0, "before both"), (1, "third")):
        lane.waiting[rank].append(conn)
    assert [lane.next(), lane.next(), lane.next()] == ["before both", "first", None]
    lane.served.discard("first")
    assert lane.next() == "second"
    assert lane.drop(lambda conn: conn == "third") == ["third"]
    lane.served.clear()
    assert lane.next() is None
