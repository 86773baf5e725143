"""A rate is said with the days its headcount is of: on the page, in the report, in the Excel files."""

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import delete

from contest.unions.models import Headcount

HERE = "/theo-doi/cuoc-thi/LC-PT"
AUTUMN, WINTER = date(2022, 9, 30), date(2022, 12, 31)


@pytest.fixture
def counted_on(town, dung, client):
    """Gives the two unions of the district headcounts of these days alone, and opens pages as its official."""

    def tell(*days):
        town.session.execute(delete(Headcount))
        for union, day in zip((town.LC_PT_1, town.LC_PT_2), days, strict=False):
            told = {"kind": "member", "number": 10, "counted_on": day, "confirmed_at": town.now}
            town.session.add(Headcount(union_id=union.id, **told))
        town.commit()
        return client.sign_in(dung)

    return tell


def text(page):
    return " ".join(page.text_content().split())


def column(content, title):
    rows = list(openpyxl.load_workbook(io.BytesIO(content))["Tham gia"].values)
    return [row[rows[0].index(title)] for row in rows[1:]]


def test_figures_of_one_day(counted_on):
    client = counted_on(AUTUMN, AUTUMN)
    assert "Số đoàn viên lấy theo số liệu ngày 30/09/2022." in text(client.page(HERE))
    assert client.data(HERE)["union"]["headcount_since"] == "2022-09-30"
    assert "20 đoàn viên. Số đoàn viên lấy theo số liệu ngày 30/09/2022." in text(client.page(f"{HERE}/bao-cao"))


def test_figures_of_several_days(counted_on):
    client = counted_on(AUTUMN, WINTER)
    assert "Số đoàn viên lấy theo số liệu từ ngày 30/09/2022 đến ngày 31/12/2022." in text(client.page(HERE))
    assert "Số đoàn viên lấy theo số liệu ngày 31/12/2022." in text(client.page(f"{HERE}-2"))
    days = column(client.get(f"{HERE}/tham-gia.xlsx").data, "Ngày số liệu")
    assert days == ["30/09/2022 - 31/12/2022", "30/09/2022", "31/12/2022"]


def test_no_day_where_nobody_is_counted(counted_on):
    client = counted_on()
    assert "lấy theo số liệu ngày" not in text(client.page(HERE))
    assert client.data(HERE)["union"]["headcount_since"] is None
    assert "lấy theo số liệu" not in text(client.page(f"{HERE}/bao-cao"))
