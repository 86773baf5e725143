"""What tests of the banks' desk share."""

import pytest
from sqlalchemy import select

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Role


@pytest.fixture
def look(app):
    """Asks something of the database as it is now, in a session of its own: ``look(query, ...)``."""

    def ask(query, *args, **kwargs):
        with app.extensions["store"].session(readonly=True) as session:
            return query(session, *args, **kwargs)

    return ask


@pytest.fixture
def rows(look):
    """All rows of a table as it is now."""
    return lambda table: look(lambda session: session.scalars(select(table)).all())


@pytest.fixture
def log(look):
    """The audit log as (action, subject), the oldest first."""
    entries = select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)
    return lambda: look(lambda session: [tuple(row) for row in session.execute(entries)])


@pytest.fixture
def organizer(town):
    """Makes an organizer of one union."""

    def make(union, name="Lê Văn Tổ"):
        person = town.person(name, union=union)
        grant_role(town.session, TERMINAL, person, Role.ORGANIZER, union.id, town.now)
        return person

    return make
