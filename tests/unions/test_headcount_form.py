"""Numbers as people type them into the form of headcounts."""

from types import SimpleNamespace

import lxml.html
import pytest

from contest.unions.models import Headcount

ADDRESS = "/theo-doi/so-lieu/LC-PT-1"


@pytest.fixture
def hung(town, client):
    person = SimpleNamespace(id=town.hung.id)
    town.commit()
    client.sign_in(person)


def tell(client, number):
    return client.send(ADDRESS, {"member": number, "counted_on": "2023-09-30"})


@pytest.mark.parametrize(("typed", "number"), [("1.234", 1234), ("1 234", 1234), (" 45 ", 45), ("0", 0), ("007", 7)])
def test_whole_numbers_are_taken_with_or_without_dots(hung, client, session, typed, number):
    assert tell(client, typed).status_code == 303
    newest = session.query(Headcount).filter_by(replaced_at=None).order_by(Headcount.id.desc()).first()
    assert newest.number == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("ba mươi", "Hãy ghi số người bằng chữ số, ví dụ 125."),
        ("12,5", "Hãy ghi số người bằng chữ số, ví dụ 125."),
        ("-5", "Số người phải từ 0 đến 300.000. Hãy sửa lại số."),
        ("1000000000", "Số người phải từ 0 đến 300.000. Hãy sửa lại số."),
        ("9" * 30, "Số người phải từ 0 đến 300.000. Hãy sửa lại số."),
    ],
)
def test_what_is_no_number_of_people_is_told_once_and_kept(hung, client, typed, sentence):
    answer = tell(client, typed)
    assert answer.status_code == 422
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    assert page.xpath("string(//p[@id='member-error'])").endswith(sentence)
    assert page.xpath("//input[@name='member']/@value") == [typed]
