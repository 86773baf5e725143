"""Faults against the real server: nothing that was called saved is lost, nothing counts twice, nobody gets too much.

``./run faults`` does thousands of them; docs/faults.md says how to read what it prints.
"""

import shutil
import time
from pathlib import Path
from tempfile import mkdtemp

import pytest
from faults.ground import Ground
from faults.mutants import MUTANTS
from faults.report import table
from faults.running import Plan, Run, plan_of
from faults.scenes import SCENES
from faults.stage import build
from support.databases import Databases
from support.server import Nursery

#: What each engine goes through here: planned faults; members add their own.
FAULTS = 12
MEMBERS = 8


@pytest.fixture(scope="module")
def nursery():
    made = Nursery()
    yield made
    made.close()


@pytest.fixture(scope="module")
def own_databases(tmp_path_factory):
    """Apart from those of other tests: this PostgreSQL is killed again and again."""
    made = Databases(tmp_path_factory.mktemp("faults"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def staged(own_databases, tmp_path_factory):
    """An SQLite database with people and a contest in it, and what their phones know."""
    folder = tmp_path_factory.mktemp("stage")
    url = own_databases.fresh("sqlite")
    return Path(url.removeprefix("sqlite:///")), build(url, folder, 4)


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost(engine_name, own_databases, nursery, tmp_path, capsys):
    ground = Ground(own_databases, engine_name, tmp_path, nursery)
    processes = {"workers": 2} if engine_name == "sqlite" else {"nodes": 2, "workers": 1}
    plan = plan_of(engine_name, "ci", FAULTS, members=MEMBERS, jumps=2, crowd=2, **processes)
    begun = time.monotonic()
    ledger = Run(ground, build(ground.url, tmp_path, MEMBERS + 1), plan).everything()
    with capsys.disabled():
        print("\n" + table(engine_name, ledger, time.monotonic() - begun))
    assert ledger.violations == []
    assert (ledger.figures["lost"], ledger.figures["double scores"], ledger.figures["extra attempts"]) == (0, 0, 0)
    assert sum(ledger.faults.values()) > 300
    # How much comes through depends on the machine; two pages and many starts alone make more than this.
    assert ledger.figures["acknowledged"] > 20
    assert ledger.figures["checked"] > ledger.figures["scores checked"] > 0


def run_of(staged, own_databases, nursery, **environment):
    """A run on a copy of the stage, on one server with one process, with a clock that can be set off."""
    path, stage = staged
    folder = Path(mkdtemp(dir=path.parent))
    shutil.copyfile(path, folder / "copy.db")
    ground = Ground(own_databases, "sqlite", folder, nursery, f"sqlite:///{folder / 'copy.db'}")
    environment |= {"SERVED": "faults.product:app", "START_RATE": "0"}
    return Run(ground, stage, Plan("mutant", (), members=3, workers=1), **environment)


@pytest.mark.parametrize("name", SCENES)
def test_the_judge_catches_what_is_planted(name, staged, own_databases, nursery):
    scene, invariant = SCENES[name]
    run = run_of(staged, own_databases, nursery, FAULTS_MUTANT=name)
    with run.served():
        # Where a slow machine lets too little happen the first time, it happens again.
        for _again in range(5):
            if not run.ledger.broken[invariant]:
                scene(run)
    assert run.ledger.broken[invariant] > 0, run.ledger.violations


def test_the_judge_has_nothing_against_the_product_in_the_same_scenes(staged, own_databases, nursery):
    for scene in {scene: None for scene, _invariant in SCENES.values()}:
        run = run_of(staged, own_databases, nursery)
        with run.served():
            scene(run)
        assert run.ledger.violations == [], scene.__name__


def test_every_mutant_has_its_scene():
    assert set(SCENES) == set(MUTANTS)
