"""Figures and lists that are sent twice at the same moment are stored once."""

import io
from collections import Counter

import openpyxl
from sqlalchemy import select
from support.at_once import MANY, send_at_once

from contest.unions.models import Headcount, TradeUnion


def sheet(*rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def sent_file(client, address, content):
    answer = client.send(address, {"file": (io.BytesIO(content), "tep.xlsx")}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def standing(session, union):
    session.commit()
    rows = session.scalars(select(Headcount).where(Headcount.union_id == union.id, Headcount.replaced_at.is_(None)))
    found = Counter((row.kind, row.counted_on) for row in rows)
    session.commit()
    return found


def test_figures_told_at_once_leave_one_for_each_day(app, town, session):
    hung, mai, union = town.hung, town.mai, town.LC_PT_1
    town.commit()
    forms = [{"member": str(20 + number), "counted_on": "2026-01-05"} for number in range(MANY)]
    for who, address in ((hung, "/theo-doi/so-lieu/LC-PT-1"), (mai, "/to-chuc/don-vi/LC-PT-1")):
        sent = send_at_once(app, who, address, forms)
        assert [answer.status_code for answer in sent] == [303] * MANY
        assert set(standing(session, union).values()) == {1}


def test_a_list_of_unions_confirmed_at_once_is_stored_once(app, client, town, session):
    mai = town.mai
    town.commit()
    content = sheet(["Mã", "Tên công đoàn", "Cấp", "Mã cấp trên"], ["LC-MOI", "CĐCS Mới", "Công đoàn cơ sở", "LC-PT"])
    address = sent_file(client.sign_in(mai), "/to-chuc/don-vi/nhap", content)
    sent = send_at_once(app, mai, address, [{}] * MANY)
    assert [answer.status_code for answer in sent] == [303] * MANY
    assert session.scalars(select(TradeUnion.name).where(TradeUnion.code == "LC-MOI")).all() == ["CĐCS Mới"]


def test_a_file_of_figures_confirmed_at_once_is_stored_once(app, client, town, session):
    hung, union = town.hung, town.LC_PT_1
    town.commit()
    content = sheet(["Mã", "Tên công đoàn", "Ngày số liệu", "Đoàn viên"], ["LC-PT-1", "", "05/01/2026", 55])
    address = sent_file(client.sign_in(hung), "/theo-doi/so-lieu/LC-PT-1/nhap", content)
    sent = send_at_once(app, hung, address, [{}] * MANY)
    assert [answer.status_code for answer in sent] == [303] * MANY
    assert set(standing(session, union).values()) == {1}
