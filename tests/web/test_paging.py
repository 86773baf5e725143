"""Which page of a long list an address asks for."""

import pytest

from contest.web.paging import Paging, paging


@pytest.mark.parametrize(
    ("asked", "total", "page", "pages"),
    [
        ("", 0, 1, 1),
        ("?trang=1", 50, 1, 1),
        ("?trang=2", 50, 1, 1),
        ("?trang=2", 51, 2, 2),
        ("?trang=9", 51, 2, 2),
        ("?trang=0", 51, 1, 2),
        ("?trang=-1", 51, 1, 2),
        ("?trang=x", 51, 1, 2),
        ("?trang=99999999999999999999", 51, 1, 2),
    ],
)
def test_it_is_one_that_there_is(app, asked, total, page, pages):
    with app.test_request_context(f"/{asked}"):
        found = paging(total, 50)
    assert found == Paging(page, pages, 50)
    assert found.before == (page - 1) * 50
    assert list(found.cut(range(total))) == list(range(total))[found.before :][:50]
