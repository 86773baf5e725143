"""How long the verifying program takes for a large bundle: one is made up honestly, packed, and checked.

    python -m bench.verify [attempts]

The bundle is made by the product's own pure functions (draws, receipts, seals, keys), without a database.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from contest.attempts.receipts import receipt_of
from contest.proof import rules
from contest.proof.bundle_parts import Parts, Writer
from contest.rounds.criteria import prediction_gap, sort_key
from contest.rounds.settings import PredictionRule
from contest.standings.rules import Result, ranks
from questions.draw import Candidate, DrawRow, draw
from questions.rules import LETTERS

PROGRAM = Path(__file__).resolve().parents[1] / "static" / "verify" / "hoithi_verify.py"
OPENS = datetime(2026, 3, 1, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=7)
KEYS = ("score", "prediction", "elapsed")
POOL, COUNT, BATCH, ACTUAL_RULE = 300, 20, 500, PredictionRule.NEAREST


def questions() -> list[dict]:
    """Single-answer questions of four options as a bundle tells them."""
    lines = []
    for version in range(1, POOL + 1):
        choices = [{"text": f"{n}", "correct": n == version % 4, "last": False} for n in range(4)]
        content = rules.version_content("single", f"Câu hỏi số {version}?", choices, {}, "", "")
        line = {"version": version, "question": version, "digest": rules.digest_of(content), "content": content}
        lines.append(line)
    return lines


def person(number: int, seed: str, rows: list[DrawRow], luck: Random) -> dict:
    """Somebody with one attempt, answered at random but mostly right."""
    owner, code = f"{number:032x}", "".join(luck.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=16))
    items = draw(bytes.fromhex(seed), code, rows, True, True)
    paper = [[item.version_id, list(item.order), item.points] for item in items]
    answers, marks = {}, []
    for place, item in enumerate(items, 1):
        right = item.order.index(item.version_id % 4)
        chosen = right if luck.random() < 0.8 else luck.randrange(4)
        answers[str(place)] = LETTERS[chosen]
        marks.append(int(chosen == right))
    start = OPENS + timedelta(milliseconds=luck.randrange(6 * 86_400_000))
    elapsed = luck.randrange(60_000, 1_100_000)
    end, predicted = start + timedelta(milliseconds=elapsed), luck.randrange(1000)
    attempt = {
        "round": 1,
        "number": 1,
        "code": code,
        "receipt": receipt_of(code, paper, answers, predicted, start, end),
        "started_at": rules.instant(start),
        "due_at": rules.instant(start + timedelta(seconds=1200)),
        "extra_s": 0,
        "submitted_at": rules.instant(end),
        "closed_by": "person",
        "saved_at": rules.instant(end),
        "counted_late": False,
        "late": [],
        "paper": paper,
        "prediction": predicted,
        "elapsed_ms": elapsed,
        "auto_score": sum(marks),
        "score": sum(marks),
        "max_score": COUNT,
        "perfect": sum(marks) == COUNT,
        "counted": True,
        "annulled": None,
        "answers": answers,
        "hand": {},
        "marks": marks,
        "correct": sum(marks),
        "pending": 0,
    }
    told = {"owner": owner, "division": None, "union": None, "unranked": False, "disqualified": None, "no_prize": None}
    return told | {"attempts": [attempt]}


def sealed(people: list[dict]) -> list[dict]:
    """The chain over all attempts in the order of their submission; each attempt learns its place."""
    ordered = sorted(people, key=lambda one: one["attempts"][0]["submitted_at"])
    lines, head = [], ""
    for number, start in enumerate(range(0, len(ordered), BATCH), 1):
        leaves = []
        for place, one in enumerate(ordered[start : start + BATCH]):
            attempt = one["attempts"][0]
            attempt["sealed"] = [[number, place]]
            names = rules.Record.__slots__
            leaves.append(rules.leaf_of(rules.Record(**{n: attempt.get(n, one["owner"]) for n in names})))
        at = rules.instant(CLOSES + timedelta(seconds=number))
        root = rules.root_of(leaves)
        head = rules.head_after(head, root, number, len(leaves), at)
        line = {"number": number, "sealed_at": at, "count": len(leaves), "total": start + len(leaves), "root": root}
        lines.append(line | {"head": head, "leaves": leaves, "rounds": [1] * len(leaves)})
    return lines


def ranked(people: list[dict], actual: int) -> list[dict]:
    rows = []
    for one in people:
        a = one["attempts"][0]
        gap = prediction_gap(a["prediction"], actual, ACTUAL_RULE)
        key = sort_key(Result(a["score"], a["elapsed_ms"], 0, 0, int(a["perfect"]), gap), KEYS)
        rows.append((key, one["owner"], a))
    rows.sort(key=lambda row: row[:2])
    return [
        {
            "owner": owner,
            "place": place,
            "division": None,
            "division_place": place,
            "score": attempt["score"],
            "elapsed_ms": attempt["elapsed_ms"],
            "receipt": attempt["receipt"],
            "key": key,
        }
        for (key, owner, attempt), place in zip(rows, ranks([row[0] for row in rows]), strict=True)
    ]


def manifest(seed: str, asked: list[dict], actual: int) -> dict:
    pool = [line["version"] for line in asked]
    settings = {"paper": "random", "prefer_unseen": False, "shuffle_choices": True, "shuffle_questions": True}
    row = {"id": 1, "count": COUNT, "points": 1, "division": None, "pool": pool}
    promised = rules.questions_promised(settings, [row], {line["version"]: line["digest"] for line in asked})
    made_at = rules.instant(OPENS - timedelta(minutes=1))
    made = rules.Promise("do", 1, rules.seed_digest(seed), rules.digest_of(promised), made_at)
    commitment = {"digest": made.digest, "seed_digest": made.seed_digest, "questions_digest": made.questions_digest}
    round_ = {"number": 1, "title": "", "detail": "full", "outline": None, "promised": promised, "seed": seed}
    round_ |= {"opens_at": rules.instant(OPENS), "closes_at": rules.instant(CLOSES), "weekdays": 127}
    round_ |= {"day_from": None, "day_until": None, "allowance_s": 1200, "grace_s": 5, "late_minutes": 0}
    round_ |= {"max_attempts": 1, "prediction_actual": actual, "lot": None, "key_changes": []}
    round_["commitments"] = [commitment | {"made_at": made_at, "replaced_at": None}]
    contest = {
        "slug": "do",
        "title": "Đo thời gian",
        "criteria": list(KEYS),
        "total": "sum",
        "rounds": [1],
        "lot": None,
    }
    contest |= {
        "lot": None,
        "missed_rounds": "zero",
        "all_answers_required": False,
        "one_prize": "none",
        "tie_rule": "share",
    }
    contest["prediction"] = {"target": "perfect_people", "scope": "round", "rule": "nearest"}
    whole = {"format": "hoithi-bundle", "version": 1, "number": 1, "made_at": rules.instant(CLOSES), "contest": contest}
    return whole | {"rounds": [round_], "divisions": [], "publications": [], "prizes": {"lines": [], "awards": []}}


def write(path: Path, count: int) -> None:
    """A bundle of so many people with an attempt each."""
    seed, luck, asked = "5a" * 32, Random(1), questions()
    rows = [DrawRow(tuple(Candidate(version, 4) for version in range(1, POOL + 1)), COUNT)]
    people = [person(number, seed, rows, luck) for number in range(count)]
    actual = sum(one["attempts"][0]["perfect"] for one in people)
    seals = sealed(people)
    with path.open("wb") as file:
        target = Parts(lambda _number, content: file.write(content))
        writer = Writer(target, CLOSES)
        writer.put_lines("questions", asked)
        lines = {"people": writer.put_lines("people", people)}
        writer.put_lines("seals", seals)
        lines["rankings"] = {"1": writer.put_lines("ranking-1", ranked(people, actual))}
        chain = {"chain": {"seals": len(seals), "head": seals[-1]["head"]}, "files": list(writer.files)}
        writer.put("manifest.json", rules.canonical(manifest(seed, asked, actual) | lines | chain))
        writer.close()
        target.finish()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        write(path, count)
        began = time.monotonic()
        done = subprocess.run([sys.executable, str(PROGRAM), str(path), "--english"], check=False)
        wall, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        print(
            f"{count} attempts, {path.stat().st_size / 1e6:.0f} MB: exit {done.returncode}, {wall:.1f} s, "
            f"{used.ru_utime + used.ru_stime:.1f} s of processor, {used.ru_maxrss / 1024:.0f} MB at most a process"
        )


if __name__ == "__main__":
    main()
