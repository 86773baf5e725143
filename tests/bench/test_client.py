"""The load: answers come back in order, whole, and with the time that they took from their arrival."""

import socket
import threading
import time

import pytest

from bench import client

PAGE = b'<meta name=csrf-token content="t0"><form data-page=17000000000000ab data-key="k-1">'


class Echo(threading.Thread):
    """A server that answers each request after a pause with a page; the number of the path is its status."""

    def __init__(self, pause_s: float = 0.0, chunked: bool = False) -> None:
        super().__init__(daemon=True)
        self.pause_s = pause_s
        self.chunked = chunked
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        with connection:
            while request := connection.recv(65536):
                status = int(request.split(b" ")[1].strip(b"/"))
                time.sleep(self.pause_s)
                connection.sendall(self.head(status) + self.body())

    def head(self, status: int) -> bytes:
        length = b"Transfer-Encoding: chunked" if self.chunked else b"Content-Length: %d" % len(PAGE)
        cookies = b"Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\n"
        return b"HTTP/1.1 %d OK\r\nContent-Type: text/html\r\n%s%s\r\n\r\n" % (status, cookies, length)

    def body(self) -> bytes:
        return b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE) if self.chunked else PAGE


@pytest.fixture
def server():
    made = []

    def start(**how):
        made.append(Echo(**how))
        return made[-1]

    yield start
    for one in made:
        one.listener.close()


def load(port, paths, connections=3, arrivals=None):
    wires = [client.Wire(port) for _ in range(connections)]
    requests = [client.encoded(("GET", path, {"Accept": "text/html"}, None)) for path in paths]
    try:
        seconds, answers = client.Load(wires, requests, arrivals).run()
    finally:
        for wire in wires:
            wire.close()
    return seconds, [client.Answer(*client.told(*answer)) for answer in answers]


@pytest.mark.parametrize("chunked", [False, True])
def test_answers_come_in_the_order_of_the_jobs(server, chunked):
    _, answers = load(server(chunked=chunked).port, [f"/{status}" for status in range(200, 240)])
    assert [answer.status for answer in answers] == list(range(200, 240))


def test_a_page_says_what_its_script_needs(server):
    _, (answer,) = load(server().port, ["/200"])
    assert answer.marks == {"token": "t0", "page": "17000000000000ab", "key": "k-1"}
    assert answer.headers["set-cookie"].splitlines() == ["a=1; Path=/", "b=2"]
    assert answer.size == len(PAGE) < answer.whole


def test_waiting_for_a_free_connection_counts_where_requests_arrive_by_themselves(server):
    _, answers = load(server(pause_s=0.05).port, ["/200"] * 3, connections=1, arrivals=[0.0, 0.0, 0.0])
    first, second, third = (answer.seconds for answer in answers)
    assert first < second < third and third >= 0.15


def test_a_connection_that_breaks_ends_the_measuring():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()
        with pytest.raises((client.Broken, ConnectionError)):
            load(listener.getsockname()[1], ["/200"], connections=1)


def test_a_save_that_is_not_the_one_that_counts_is_told_apart():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    assert client.told(0.1, head, b'{"seq":4,"answers":{}}')[3] == {"stale": "1"}
    assert client.told(0.1, head, b'{"seq":4}')[3] == {}
