"""Work measured in a process of its own, whose memory is then known: ``python -m <module> --measure ARGUMENTS``."""

import argparse
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

#: For apps that are made only to be measured.
SECRET_KEY = "only for measuring, never on a network"


def arguments(module: str, about: str | None, measured: Sequence[str]) -> argparse.ArgumentParser:
    """A parser with what all of these programs take; ``measured`` names what one process is given."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--measure", nargs=len(measured), metavar=tuple(measured), help=argparse.SUPPRESS)
    return parser


def add_sizes(parser: argparse.ArgumentParser, name: str, usual: Sequence[int], about: str) -> None:
    """An option for the sizes that are measured, the growth being between the least and the greatest."""
    parser.add_argument(name, type=int, nargs="+", default=list(usual), metavar="N", help=about)


def add_rounds(parser: argparse.ArgumentParser) -> None:
    about = "how often each is measured; the middle counts (3)"
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help=about)


def alone(module: str, *given: object) -> dict[str, Any]:
    """The figures of one run in a process of its own."""
    command = [sys.executable, "-m", module, "--measure", *map(str, given)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def middle(module: str, *given: object, rounds: int, told: Callable[[int, dict[str, Any]], str]) -> dict[str, Any]:
    """The middle of several such runs; ``told`` says each, by its number from 1 and its figures."""
    runs = []
    for number in range(1, rounds + 1):
        runs.append(alone(module, *given))
        say(told(number, runs[-1]))
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def keep(file: Path | None, found: Any) -> None:
    """Write all figures to a file that was asked for."""
    if file:
        file.write_text(json.dumps(found, indent=1) + "\n")


def memory() -> float:
    """The most memory this process has held so far, in mebibytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # What the kernel reports on usage counts the parent's memory too, from before the program was started.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def say(line: str) -> None:
    """Tell how far it is, beside the figures."""
    print(line, file=sys.stderr, flush=True)
