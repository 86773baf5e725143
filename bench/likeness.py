"""``python -m bench.likeness``: what finding near-duplicates costs, in time and memory, and how many it finds.

A bank of so many questions, made of the words of the demo's real ones, in a database of its own; against it one
question that somebody types, the first time and again, and the preview of a file of half as many questions. Every
tenth question of the file is one of the bank with its options in another order and other words before it. Each size
is measured in processes of their own, whose memory is then known.
"""

import json
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import apart, report
from bench.databases import Files
from contest import clock, create_app
from contest.banks import near
from questions import formats
from questions.actions import create_bank, store_drafts
from questions.imports import plan_import
from questions.likeness import text_of
from questions.models import QuestionBank
from questions.plans import Change
from questions.queries import bank as bank_of
from questions.rules import Choice, Draft

MODULE = "bench.likeness"
DEMO = Path(__file__).parents[1] / "demo" / "ngan-hang-lai-chau-20-nam.xlsx"
#: One question of a file in so many is nearly the same as one of the bank.
EVERY = 10
TYPED = 50


def main() -> None:
    parser = apart.arguments(MODULE, __doc__, ("URL", "QUESTIONS"))
    apart.add_sizes(parser, "--questions", (2_000, 20_000), "questions of the bank")
    apart.add_rounds(parser)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.measure[0], int(options.measure[1]))))
        return
    found = [bench(questions, options.rounds) for questions in sorted(set(options.questions))]
    print(table(found))
    apart.keep(options.json, found)


def bench(questions: int, rounds: int) -> dict[str, Any]:
    """The figures of one size: the middle of several processes."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        apart.say(f"filling {questions:,} questions")
        place = Files(Path(folder))
        store = place.fresh("likeness")
        with store.session(readonly=False) as session, session.begin():
            bank = create_bank(session, code="do", title="Ngân hàng câu hỏi để đo", now=clock.now())
            store_drafts(session, bank, made(questions), author="bench", now=clock.now())
        store.engine.dispose()
        middle = apart.middle(
            MODULE,
            place.url("likeness"),
            questions,
            rounds=rounds,
            told=lambda number, run: f"{questions:,} questions, {number} of {rounds}: {run['import']:.1f} s",
        )
    return {"questions": questions, "file": questions // 2, **middle}


def made(number: int) -> list[Draft]:
    """Questions of the length real ones have: beginnings and ends of real stems with words of others between."""
    chance = random.Random(1)
    real = formats.read(DEMO).questions
    words = sorted({word for draft in real for text in draft.texts for word in text.split()})

    def some(least: int, most: int) -> str:
        return " ".join(chance.choices(words, k=chance.randint(least, most)))

    drafts = []
    for place in range(number):
        first, last = (chance.choice(real).stem.split() for _ in range(2))
        stem = " ".join([*first[: len(first) // 2], some(5, 8), *last[len(last) // 2 :]])
        choices = tuple(Choice(some(3, 9), option == place % 4) for option in range(4))
        drafts.append(Draft(stem, choices, code=f"D{place}", source=f"Luật Công đoàn năm 2024, Điều {place % 40 + 1}"))
    return drafts


def asked(drafts: Sequence[Draft]) -> list[Draft]:
    """A file of half as many questions: strange ones, and every tenth made of one of the bank."""
    strange = made(len(drafts) + len(drafts) // 2)[len(drafts) :]
    return [
        replace(variant(drafts[place]) if place % EVERY == 0 else draft, code=f"F{place}")
        for place, draft in enumerate(strange)
    ]


def variant(draft: Draft) -> Draft:
    return replace(draft, stem=f"Theo bạn, {draft.stem}", choices=draft.choices[::-1])


def measured(url: str, questions: int) -> dict[str, float]:
    """Type and import once; seconds of the processor, mebibytes at most, the share of the variants that was found."""
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": apart.SECRET_KEY})
    drafts = made(questions)
    file, texts = asked(drafts), [text_of(variant(draft)) for draft in drafts[:: max(1, questions // TYPED)]]
    with app.extensions["store"].session(readonly=True) as session:
        bank = bank_of(session, "do")
        if bank is None:
            raise RuntimeError("the bank was not filled")
        before, begun = apart.memory(), time.process_time()
        kept = near.Shelf()
        near.of_text(kept, session, bank, (), texts[0])
        first, begun = time.process_time() - begun, time.process_time()
        told = [near.of_text(kept, session, bank, (), text) for text in texts[1:]]
        again = (time.process_time() - begun) / len(told)
        del kept
        alone, whole, found = imported(session, bank, file)
    return {
        "first": first,
        "again": again,
        "typed": sum(bool(near_ones) for near_ones in told) / len(told),
        "import": whole,
        "without": alone,
        "found": found / len(range(0, len(file), EVERY)),
        "before_mb": before,
        "peak_mb": apart.memory(),
    }


def imported(session: Any, bank: QuestionBank, file: Sequence[Draft]) -> tuple[float, float, int]:
    """Processor seconds of a preview without looking for near-duplicates and with it, and how many were found."""
    begun = time.process_time()
    plan_import(session, bank, file, near=False)
    alone, begun = time.process_time() - begun, time.process_time()
    plan = plan_import(session, bank, file)
    return alone, time.process_time() - begun, plan.count(Change.NEAR)


def table(found: list[dict[str, Any]]) -> str:
    """A row a size, and what the largest costs in terms of the smallest."""
    head = ["processor time", "first typed, s", "typed, ms", "preview, s", "of it looking, s", "found", "MiB at most"]
    lines = [
        [
            f"{row['questions']:,} questions, a file of {row['file']:,}",
            f"{row['first']:.2f}",
            f"{row['again'] * 1000:.1f}",
            f"{row['import']:.2f}",
            f"{row['import'] - row['without']:.2f}",
            f"{row['found']:.0%}",
            f"{row['peak_mb']:.0f}",
        ]
        for row in found
    ]
    if len(found) > 1:
        small, large = found[0], found[-1]
        looking = (large["import"] - large["without"]) / (small["import"] - small["without"])
        ratios = [large[name] / small[name] for name in ("first", "again", "import")]
        lines.append(
            [
                f"× {large['questions'] / small['questions']:.0f} questions",
                *(f"× {ratio:.1f}" for ratio in (*ratios, looking)),
                "",
                f"× {large['peak_mb'] / small['peak_mb']:.1f}",
            ]
        )
    return report.table(head, lines)


if __name__ == "__main__":
    main()
