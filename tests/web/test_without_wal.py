"""SQLite where WAL is not safe: a request that still reads must never keep itself from writing."""

import io
from datetime import timedelta

import pytest
import time_machine

from contest.accounts.passwords import hash_password


@pytest.fixture
def engine_name(monkeypatch):
    monkeypatch.setattr("contest.db._wal_is_safe", lambda version: False)
    return "sqlite"


@pytest.fixture
def rollback_journal(app):
    """The database does keep a rollback journal: a reader and a writer that commits exclude each other."""
    with app.extensions["store"].engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_look_at_an_overdue_paper_closes_it(client, town, rollback_journal):
    town.round(town.contest(), count=5)
    lan = town.lan
    town.commit()
    address = client.sign_in(lan).send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").location
    with time_machine.travel(town.now + timedelta(minutes=25), tick=False):
        answer = client.get(address)
    assert (answer.status_code, answer.location) == (303, f"{address}/ket-qua")


def test_somebody_changes_their_union(client, town, rollback_journal):
    lan = town.lan
    town.commit()
    sent = {"union": "LC-PT-2", "kind": "member"}
    assert client.sign_in(lan).send("/tai-khoan/don-vi", sent).status_code == 303


def test_somebody_registers_and_signs_in(client, town, rollback_journal):
    assert town.province
    town.person("Lò Thị Liên", phone="0912345678", password_hash=hash_password("hoa ban trang"))
    town.commit()
    sent = {"name": "Lò Thị Lan", "phone": "0912345678", "union": "LC-PT-1", "kind": "member", "consent": "y"}
    assert client.send("/dang-ky", {**sent, "password": "hoa ban do"}).status_code == 303
    assert client.send("/dang-nhap", {**sent, "password": "hoa ban do"}).status_code == 303


def test_somebody_changes_their_password(client, town, rollback_journal):
    lan = town.person("Lò Thị Lan", phone="0912345678", password_hash=hash_password("hoa ban trang"))
    town.commit()
    sent = {"current": "hoa ban trang", "new": "hoa ban do tham"}
    assert client.sign_in(lan).send("/tai-khoan/mat-khau", {**sent, "current": "sai roi"}).status_code == 422
    assert client.send("/tai-khoan/mat-khau", sent).status_code == 303


def test_an_organizer_imports_unions_and_questions(client, town, rollback_journal):
    admin = town.admin
    assert town.province
    town.commit()
    client.sign_in(admin)
    unions = "Mã;Tên công đoàn;Cấp;Mã cấp trên\nLC-PT-9;CĐCS Trường Chín;Cơ sở;LC-PT\n".encode()
    preview = client.send("/to-chuc/don-vi/nhap", {"file": (io.BytesIO(unions), "a.csv")}).location
    assert client.get(preview).status_code == 200
    assert client.send(preview).location == "/to-chuc/don-vi"
    bank = client.send("/to-chuc/ngan-hang/moi", {"title": "Địa lý", "union": "LC"}).location
    questions = "Câu hỏi,A,B,Đáp án\nNúi nào cao nhất nước ta?,Fansipan,Ba Vì,A\n".encode()
    preview = client.send(f"{bank}/nhap", {"file": (io.BytesIO(questions), "a.csv")}).location
    assert client.get(preview).status_code == 200
    assert client.send(preview).location == bank


def test_an_organizer_takes_a_file_away(client, town, rollback_journal):
    town.round(town.contest())
    mai = town.mai
    town.commit()
    assert client.sign_in(mai).get("/to-chuc/cuoc-thi/cuoc-thi/xuat/nguoi-du-thi.xlsx").status_code == 200
