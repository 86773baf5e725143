"""Numbers are written as Babel writes them, only faster."""

import pytest
from flask_babel import force_locale, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from contest import create_app
from contest.documents.rules import vietnamese
from contest.rounding import half_up
from contest.web import texts


@pytest.fixture(scope="module", params=["vi", "en"])
def language(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("numbers")
    app = create_app({"DATABASE_URL": f"sqlite:///{folder / 'unused.db'}", "SECRET_KEY": "x" * 24, "INSTANCE": folder})
    with app.test_request_context("/"), force_locale(request.param):
        yield request.param


@settings(deadline=None)
@given(value=st.integers(-(10**12), 10**12))
def test_whole_numbers(language, value):
    assert texts.number(value) == format_decimal(value)


@settings(deadline=None)
@given(value=st.floats(0, 10_000))
def test_rates(language, value):
    assert texts.percent(value) == format_decimal(half_up(value, 1), format="#,##0.0") + "%"


@pytest.mark.parametrize(
    ("people", "of", "said"), [(1249, 2000, "62,5"), (249, 400, "62,3"), (2, 3, "66,7"), (3, 2, "150,0")]
)
def test_a_rate_reads_alike_on_pages_in_letters_and_in_ready_texts(language, people, of, said):
    rate = 100 * people / of
    assert vietnamese(rate, 1) == said
    assert texts.percent(rate) == (said if language == "vi" else said.replace(",", ".")) + "%"
    assert str(half_up(rate, 1)) == said.replace(",", ".")


@settings(deadline=None)
@given(milliseconds=st.integers(0, 59_999))
def test_seconds(language, milliseconds):
    assert texts.duration(milliseconds).split()[0] == format_decimal(milliseconds // 10 / 100, format="00.00")
