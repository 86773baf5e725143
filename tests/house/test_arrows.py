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
    pure = [path for path in modules() if path.endswith(("/rules.py", "/permissions.py"))]
    assert len(pure) >= 8
    for path in pure:
        assert "contest.clock.now" not in imports(path), path
        assert not any(called.startswith("clock.") for where, called in calls() if where == path), path
