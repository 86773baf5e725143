"""The demo in a fresh database, with fewer attempts than always."""

import pytest

from contest.demo import load


@pytest.fixture
def small(monkeypatch):
    """As always, with fewer attempts: so many that whatever the hour, somebody is there for what the demo shows."""
    monkeypatch.setattr(load, "PARTS", {"gui-niem-tin": 0.1, "lai-chau-20-nam": 0.05, "luyen-tap": 0.06})


@pytest.fixture
def loaded(app, small):
    lines = []
    with app.app_context():
        load.load(lines.append)
        yield lines
