"""``./run faults``: as many faults as wanted against the real server, on SQLite files and a throw-away PostgreSQL.

Exit status 1 when an invariant was broken.
"""

import argparse
import math
import shutil
import sys
import tempfile
import time
from pathlib import Path

from faults.ground import Ground
from faults.injecting import FAULTS
from faults.report import table
from faults.running import MIX, Run, plan_of
from faults.stage import build
from support.databases import Databases
from support.server import Nursery


def main() -> None:
    options = arguments().parse_args()
    nursery = Nursery()
    broken = False
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        try:
            for engine_name in options.engine or MIX:
                broken |= run(engine_name, Path(name), nursery, options)
        finally:
            nursery.close()
    sys.exit(int(broken))


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    add = parser.add_argument
    add("--faults", type=int, default=100, metavar="N", help="planned faults on each engine (100); members add theirs")
    add(
        "--only",
        type=lambda text: text.split(","),
        default=[],
        metavar="F1,F4",
        help=f"only these of {', '.join(FAULTS)}",
    )
    add(
        "--seconds", type=float, default=math.inf, metavar="S", help="inject nothing later than so long after the start"
    )
    add("--engine", action="append", choices=list(MIX), help="only this engine; may be given twice")
    add("--members", type=int, default=12, metavar="N", help="people who take attempts meanwhile (12)")
    add("--workers", type=int, default=2, metavar="N", help="processes of each server (2)")
    add("--complaints", action="store_true", help="also show what the servers' logs say went wrong")
    add("--verbose", action="store_true", help="tell of each fault as it comes")
    add("--logs", type=Path, metavar="FOLDER", help="keep the servers' logs there")
    add("--seed", default="1", metavar="TEXT", help="which faults in which order")
    return parser


def run(engine_name: str, folder: Path, nursery: Nursery, options: argparse.Namespace) -> bool:
    """One engine; whether an invariant was broken."""
    here = folder / engine_name
    here.mkdir()
    databases = Databases(here)
    begun = time.monotonic()
    clocks = not options.only or "F7" in options.only
    plan = plan_of(
        engine_name,
        options.seed,
        options.faults,
        options.only,
        members=options.members,
        workers=options.workers,
        nodes=1 if engine_name == "sqlite" else 2,
        seconds=options.seconds,
        jumps=max(4, options.faults // 10) if clocks else 0,
    )
    try:
        ground = Ground(databases, engine_name, here, nursery)
        whole = Run(ground, build(ground.url, here, plan.members + 1), plan)
        if options.verbose:
            whole.say = lambda text: print(f"{time.monotonic() - begun:6.1f} s  {text}", file=sys.stderr, flush=True)
        ledger = whole.everything()
    finally:
        databases.stop()
    print(table(engine_name, ledger, time.monotonic() - begun), flush=True)
    if options.complaints:
        for complaint, times in ground.complaints().most_common():
            print(f"  {times:5}  {complaint}")
    if options.logs:
        for node in ground.nodes:
            shutil.copy(node.log, options.logs / f"{engine_name}-{node.log.name}")
    return bool(ledger.violations)


if __name__ == "__main__":
    main()
