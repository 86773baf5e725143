"""Every page has a door, and only pages that change something take forms."""

import pytest

from contest import create_app

#: Style sheets, scripts and pictures: no visitor, no session, no database.
WITHOUT = {"asset"}


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    return create_app(
        {"DATABASE_URL": f"sqlite:///{folder / 'x.db'}", "SECRET_KEY": "a key only tests use, long enough"}
    )


def test_every_view_has_a_door(product):
    doors = {endpoint: getattr(view, "door", None) for endpoint, view in product.view_functions.items()}
    assert len(doors) > 20
    assert {endpoint for endpoint, door in doors.items() if door is None} == WITHOUT


def test_organizers_addresses_have_no_public_door(product):
    behind = {"/to-chuc": {"organizers", "administrators"}, "/quan-tri": {"administrators"}, "/theo-doi": {"officials"}}
    for rule in product.url_map.iter_rules():
        for start, doors in behind.items():
            if rule.rule == start or rule.rule.startswith(f"{start}/"):
                assert product.view_functions[rule.endpoint].door in doors, rule.rule


def test_addresses_are_plain(product):
    """Lower-case letters without diacritics, digits and hyphens; no integer keys of tables."""
    for rule in product.url_map.iter_rules():
        fixed = "".join(text for dynamic, text in rule._trace if not dynamic)
        assert all(c.isascii() and (c.islower() or c.isdigit() or c in "/-._|") for c in fixed), rule.rule
