"""Arrows point only downwards: the contracts in ``pyproject.toml`` hold."""

import os
import subprocess
import sys
from pathlib import Path

from support.source import ROOT, calls, imports, modules

LINTER = Path(sys.executable).parent / "lint-imports"


def test_contracts_are_kept(tmp_path):
    done = subprocess.run(
        [LINTER, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "4 kept, 0 broken" in done.stdout


def test_rules_take_the_time_as_an_argument():
    """They may know the time zone, never the clock."""
    pure = [path for path in modules() if path.endswith(("rules.py", "permissions.py"))]
    assert len(pure) >= 8
    for path in pure:
        assert "contest.clock.now" not in imports(path), path
        assert not any(called.startswith("clock.") for where, called in calls() if where == path), path


def test_rules_of_one_subject_are_as_pure_as_those_of_the_room():
    """``<subject>_rules.py``, which the contract in pyproject.toml cannot name by a pattern."""
    rules = [path for path in modules() if path.endswith("_rules.py")]
    assert len(rules) >= 8
    unclean = {"flask", "flask_babel", "flask_wtf", "pandas", "random", "sqlalchemy", "wtforms"}
    for path in rules:
        found = {name.partition(".")[0] for name in imports(path)} & unclean
        assert not found, f"{path} imports {found}"
        assert not {"contest.db", "contest.extensions", "contest.extensions.db"} & imports(path), path
