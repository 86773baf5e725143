"""What is measured: the floors, every request of a whole attempt, rankings, participation."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from bench.client import Answer, Job
from bench.fill import Filled
from bench.server import Server

ACCEPTED = {"Accept": "text/html", "Accept-Encoding": "br, gzip", "Connection": "keep-alive"}
QUESTIONS = 20
ROUND = 3


@dataclass(slots=True)
class Visitor:
    """A signed-in browser: its cookie, the token of its pages, its attempt."""

    cookie: str
    token: str = ""
    code: str = ""
    seq: int = 0

    def learn(self, answer: Answer) -> None:
        """Keep what an answer says, as a browser does."""
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.token = answer.token or self.token
        where = answer.headers.get("Location", "")
        if where.startswith("/bai-thi/"):
            self.code = where.split("/")[2]

    def get(self, path: str) -> Job:
        return "GET", path, ACCEPTED | {"Cookie": self.cookie}, None

    def form(self, path: str) -> Job:
        headers = ACCEPTED | {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        return "POST", path, headers, urlencode({"csrf_token": self.token})

    def json(self, path: str, body: object) -> Job:
        headers = {"Cookie": self.cookie, "Content-Type": "application/json", "X-CSRFToken": self.token}
        return "POST", path, ACCEPTED | headers | {"Accept": "application/json"}, json.dumps(body)


@dataclass
class Site:
    """A running server on a database of one size."""

    label: str
    server: Server
    filled: Filled
    pages: int = 1
    visitors: list[Visitor] = field(default_factory=list)
    root: Visitor = field(default_factory=lambda: Visitor(""))
    leaf: Visitor = field(default_factory=lambda: Visitor(""))

    def sign_in(self, person_id: int) -> Visitor:
        return Visitor(self.server.post(f"/_bench/sign-in/{person_id}"))

    def open(self) -> None:
        """Sign everybody in and see how many pages the ranking has."""
        self.visitors = [self.sign_in(person_id) for person_id in self.filled.visitors]
        self.root, self.leaf = self.sign_in(self.filled.root_official), self.sign_in(self.filled.leaf_official)
        self.pages = self.ranking_pages()

    def ranking_pages(self) -> int:
        url = f"http://127.0.0.1:{self.server.port}{self.ranking(1)}"
        with urlopen(Request(url, headers={"Accept": "application/json"}), timeout=60) as answer:
            return json.load(answer)["pages"]

    def ranking(self, page: int) -> str:
        return f"/cuoc-thi/{self.filled.slug}/xep-hang?dot=0&trang={page}"

    def contest(self, rest: str = "") -> str:
        return f"/cuoc-thi/{self.filled.slug}{rest}"


Jobs = Callable[[Site, list[Visitor]], Iterable[Job]]


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of request: ``times`` for each visitor of a turn, or only for a ``share`` of the visitors."""

    key: str
    title: str
    jobs: Jobs
    status: int = 200
    times: int = 1
    share: float = 1.0


def _each(make: Callable[[Site, Visitor], Job]) -> Jobs:
    return lambda site, visitors: [make(site, visitor) for visitor in visitors]


def _save(_site: Site, visitor: Visitor) -> Job:
    """The whole set of answers so far, one more with every save."""
    visitor.seq += 1
    answers = {str(place): ["ABCD"[place % 4]] for place in range(1, min(QUESTIONS, 5 * visitor.seq) + 1)}
    return visitor.json(f"/bai-thi/{visitor.code}/luu", {"seq": visitor.seq, "answers": answers, "prediction": 5000})


STEPS = (
    Step("empty", "empty Flask route", _each(lambda s, v: ("GET", "/_bench/empty", ACCEPTED, None)), times=4),
    Step("commit", "one row, one commit", _each(lambda s, v: ("POST", "/_bench/commit", ACCEPTED, "")), times=2),
    Step("contest", "contest page", _each(lambda s, v: v.get(s.contest()))),
    Step("start", "start", _each(lambda s, v: v.form(s.contest(f"/dot/{ROUND}/bat-dau"))), status=303),
    Step("paper", "paper of 20 questions", _each(lambda s, v: v.get(f"/bai-thi/{v.code}"))),
    Step("save", "save (JSON)", _each(_save), times=4),
    Step("review", "review", _each(lambda s, v: v.get(f"/bai-thi/{v.code}/xem-lai"))),
    Step("submit", "submit", _each(lambda s, v: v.form(f"/bai-thi/{v.code}/nop")), status=303),
    Step("result", "result with own rank", _each(lambda s, v: v.get(f"/bai-thi/{v.code}/ket-qua"))),
    Step("ranking_first", "ranking, first page", _each(lambda s, v: v.get(s.ranking(1))), share=0.5),
    Step("ranking_middle", "ranking, middle page", _each(lambda s, v: v.get(s.ranking(s.pages // 2 + 1))), share=0.5),
    Step("ranking_last", "ranking, last page", _each(lambda s, v: v.get(s.ranking(s.pages))), share=0.5),
    Step("public", "unions, public page", _each(lambda s, v: v.get(s.contest("/cong-doan"))), share=0.5),
    Step(
        "public_leaf",
        "one union, public page",
        _each(lambda s, v: v.get(s.contest(f"/cong-doan?don-vi={s.filled.leaf_code}"))),
        share=0.5,
    ),
    Step(
        "follow_root",
        "official: root",
        _each(lambda s, _v: s.root.get(f"/theo-doi/{s.filled.slug}/{s.filled.root_code}")),
        share=0.5,
    ),
    Step(
        "follow_leaf",
        "official: leaf",
        _each(lambda s, _v: s.leaf.get(f"/theo-doi/{s.filled.slug}/{s.filled.leaf_code}")),
        share=0.5,
    ),
)
