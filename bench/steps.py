"""What is measured: the floors, every request of a whole attempt, rankings, participation."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from bench.client import CONNECTIONS, Answer, Job
from bench.fill import Filled
from bench.server import Server

ACCEPTED = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br", "Connection": "keep-alive"}
QUESTIONS = 20
ROUND = 3


@dataclass(slots=True)
class Visitor:
    """A signed-in browser: its cookies, what its pages tell their scripts, its attempt."""

    cookies: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    code: str = ""
    seq: int = 0
    #: The same person's browser at the usual way of writing the same, where that is measured.
    usual: "Visitor | None" = None

    def learn(self, answer: Answer) -> None:
        """Keep what an answer says, as a browser does."""
        self.keep_cookies(answer.headers.get("set-cookie", ""))
        self.marks |= answer.marks
        where = answer.headers.get("location", "")
        if where.startswith("/bai-thi/"):
            self.code = where.split("/")[2]

    def keep_cookies(self, lines: str) -> None:
        for line in lines.splitlines():
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value

    @property
    def headers(self) -> dict[str, str]:
        return ACCEPTED | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def get(self, path: str) -> Job:
        return "GET", path, self.headers, None

    def form(self, path: str) -> Job:
        headers = self.headers | {"Content-Type": "application/x-www-form-urlencoded"}
        return "POST", path, headers, urlencode({"csrf_token": self.marks.get("token", "")})

    def json(self, path: str, body: object) -> Job:
        key = self.marks.get("key") or self.marks.get("token", "")
        headers = self.headers | {"Content-Type": "application/json", "X-CSRFToken": key}
        return "POST", path, headers | {"Accept": "application/json"}, json.dumps(body)

    def save(self, path: str, questions: int = QUESTIONS) -> Job:
        """The whole set of answers so far, one more with every save, as the page sends it."""
        self.seq += 1
        answers = {str(place): ["ABCD"[place % 4]] for place in range(1, min(questions, self.seq) + 1)}
        page = {"page": self.marks["page"]} if "page" in self.marks else {}
        return self.json(path, {"seq": self.seq, "answers": answers, "prediction": 5000, **page})


@dataclass
class Site:
    """A running server on a database of one size."""

    label: str
    server: Server
    filled: Filled
    pages: int = 1
    visitors: list[Visitor] = field(default_factory=list)
    root: Visitor = field(default_factory=Visitor)
    leaf: Visitor = field(default_factory=Visitor)

    def sign_in(self, person_id: int, path: str = "/_bench/sign-in") -> Visitor:
        visitor = Visitor()
        visitor.keep_cookies(self.server.post(f"{path}/{person_id}"))
        return visitor

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
    """One kind of request: ``times`` for each visitor of a turn, or only for a ``share`` of the visitors.

    ``learner``: whose browser the answers are for, where it is not the visitor's own.
    """

    key: str
    title: str
    jobs: Jobs
    status: int = 200
    times: int = 1
    share: float = 1.0
    connections: int = CONNECTIONS
    learner: Callable[[Visitor], Visitor] = lambda visitor: visitor


def each(make: Callable[[Site, Visitor], Job]) -> Jobs:
    return lambda site, visitors: [make(site, visitor) for visitor in visitors]


def _save(_site: Site, visitor: Visitor) -> Job:
    return visitor.save(f"/bai-thi/{visitor.code}/luu")


STEPS = (
    Step("empty", "empty Flask route", each(lambda s, v: ("GET", "/_bench/empty", ACCEPTED, None)), times=4),
    Step("commit", "one row, one commit", each(lambda s, v: ("POST", "/_bench/commit", ACCEPTED, "")), times=2),
    Step("contest", "contest page", each(lambda s, v: v.get(s.contest()))),
    Step("start", "start", each(lambda s, v: v.form(s.contest(f"/dot/{ROUND}/bat-dau"))), status=303),
    Step("paper", "paper of 20 questions", each(lambda s, v: v.get(f"/bai-thi/{v.code}"))),
    Step("save", "save (JSON)", each(_save), times=4),
    Step("review", "review", each(lambda s, v: v.get(f"/bai-thi/{v.code}/xem-lai"))),
    Step("submit", "submit", each(lambda s, v: v.form(f"/bai-thi/{v.code}/nop")), status=303),
    Step("result", "result with own rank", each(lambda s, v: v.get(f"/bai-thi/{v.code}/ket-qua"))),
    Step("ranking_first", "ranking, first page", each(lambda s, v: v.get(s.ranking(1))), share=0.5),
    Step("ranking_middle", "ranking, middle page", each(lambda s, v: v.get(s.ranking(s.pages // 2 + 1))), share=0.5),
    Step("ranking_last", "ranking, last page", each(lambda s, v: v.get(s.ranking(s.pages))), share=0.5),
    Step("public", "unions, public page", each(lambda s, v: v.get(s.contest("/cong-doan"))), share=0.5),
    Step(
        "public_leaf",
        "one union, public page",
        each(lambda s, v: v.get(s.contest(f"/cong-doan?don-vi={s.filled.leaf_code}"))),
        share=0.5,
    ),
    Step(
        "follow_root",
        "official: root",
        each(lambda s, _v: s.root.get(f"/theo-doi/{s.filled.slug}/{s.filled.root_code}")),
        share=0.5,
        learner=lambda _visitor: Visitor(),
    ),
    Step(
        "follow_leaf",
        "official: leaf",
        each(lambda s, _v: s.leaf.get(f"/theo-doi/{s.filled.slug}/{s.filled.leaf_code}")),
        share=0.5,
        learner=lambda _visitor: Visitor(),
    ),
)
