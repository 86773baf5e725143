"""Organizers at the pages of unions."""

import pytest

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, PersonKind, Role


@pytest.fixture
def mai(client, town):
    organizer = town.mai
    town.commit()
    return client.sign_in(organizer)


@pytest.fixture
def neighbour(app, town, session):
    """Organizer of the other district."""
    found = town.person("Vừ A Páo", union=town.province and town.LC_TU, kind=PersonKind.OFFICIAL)
    grant_role(session, TERMINAL, found, Role.ORGANIZER, town.LC_TU.id, town.now)
    town.commit()
    return app.test_client().sign_in(found)
