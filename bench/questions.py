"""``python -m bench.questions``: what importing many questions costs from each format, and a draw, in time and memory.

For each format a file is written, then read and stored in an empty bank of an empty database, in a process of its
own whose memory is then known. The draw takes 20 questions from a pool of so many, as a starting attempt does.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import apart, report
from bench.databases import Files
from bench.likeness import made
from contest import clock
from contest.db import Store
from questions import formats
from questions.actions import create_bank, store_drafts
from questions.draw import Candidate, DrawRow, draw

MODULE = "bench.questions"
#: Questions of one paper.
PAPER = 20
#: Papers drawn for one figure.
DRAWS = 200


def main() -> None:
    parser = apart.arguments(MODULE, __doc__, ("FORMAT", "FILE", "URL"))
    apart.add_sizes(parser, "--questions", (1_000, 10_000), "questions of each file")
    apart.add_sizes(parser, "--pool", (2_000, 20_000), "questions to draw from")
    every = list(formats.FORMATS)
    parser.add_argument("--formats", nargs="+", default=every, choices=every, help="which formats")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(*options.measure)))
        return
    sizes = sorted(set(options.questions))
    found = {format: [bench(format, size) for size in sizes] for format in options.formats}
    drawn = {pool: drawing(pool) for pool in sorted(set(options.pool))}
    print(table(found, sizes))
    print()
    print(draw_table(drawn))
    apart.keep(options.json, {"imports": found, "draws": drawn})


def bench(format: str, questions: int) -> dict[str, float]:
    """The figures of one format and size."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        place = Files(Path(folder))
        place.fresh("import").engine.dispose()
        file = Path(folder) / "questions"
        begun = time.process_time()
        file.write_bytes(formats.write(made(questions), format))
        wrote = time.process_time() - begun
        figures = apart.alone(MODULE, format, file, place.url("import"))
    if figures["questions"] != questions:
        raise RuntimeError(f"{format}: {figures['questions']} questions of {questions} were stored")
    apart.say(f"{format}, {questions:,} questions: {figures['read']:.1f} s to read, {figures['store']:.1f} s to store")
    return {**figures, "write": wrote}


def measured(format: str, file: str, url: str) -> dict[str, float]:
    """Read and store one file; processor seconds, mebibytes before and at most."""
    content, idle, begun = Path(file).read_bytes(), apart.memory(), time.process_time()
    result = formats.read(content, format)
    if result.faults:
        raise RuntimeError(str(result.faults[0].message))
    read, begun = time.process_time() - begun, time.process_time()
    read_mb, store = apart.memory(), Store(url)
    with store.session(readonly=False) as session, session.begin():
        bank = create_bank(session, code="do", title="Ngân hàng câu hỏi để đo", now=clock.now())
        plan = store_drafts(session, bank, result.questions, author="bench", now=clock.now())
    stored = time.process_time() - begun
    store.engine.dispose()
    return {
        "questions": len(plan.planned),
        "read": read,
        "store": stored,
        "idle_mb": idle,
        "read_mb": read_mb,
        "peak_mb": apart.memory(),
    }


def drawing(pool: int) -> float:
    """Processor seconds of one draw from so many questions."""
    row = DrawRow(tuple(Candidate(version_id=n, choices=4) for n in range(1, pool + 1)), PAPER)
    begun = time.process_time()
    for number in range(DRAWS):
        draw(b"seed", f"attempt-{number}", [row], True, True)
    return (time.process_time() - begun) / DRAWS


def table(found: dict[str, list[dict[str, float]]], sizes: list[int]) -> str:
    """A row a format: the largest size, and what it costs in terms of the smallest."""
    growth = f"× {sizes[-1] / sizes[0]:.0f} questions"
    head = [f"{sizes[-1]:,} questions", "read, s", "store, s", "MiB reading", "MiB at most", f"reading, {growth}"]
    lines = []
    for format, rows in found.items():
        small, large = rows[0], rows[-1]
        values = [f"{large[name]:.1f}" for name in ("read", "store")]
        values += [f"{large[name]:.0f}" for name in ("read_mb", "peak_mb")]
        lines.append([format, *values, f"× {large['read'] / small['read']:.1f}"])
    return report.table(head, lines)


def draw_table(drawn: dict[int, float]) -> str:
    lines: list[list[Any]] = [[f"{pool:,} questions", f"{seconds * 1000:.2f}"] for pool, seconds in drawn.items()]
    return report.table([f"a paper of {PAPER} drawn from", "processor time, ms"], lines)


if __name__ == "__main__":
    main()
