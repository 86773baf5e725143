"""Accounts with roles from the terminal."""

import json

import pytest
from sqlalchemy import func, select

from contest.accounts.models import Person
from contest.accounts.passwords import hash_password, password_fits

MAI = ["--phone", "0912345678", "--name", "Nguyễn Thị Mai"]


@pytest.fixture
def run(app, town):
    assert town.province
    town.commit()

    def running(*args, **more):
        return app.test_cli_runner().invoke(args=["user", *args], **more)

    return running


def listed(run):
    return {(row["name"], row["role"], row["union"]) for row in json.loads(run("list", "--json").output)}


def test_an_organizer_can_sign_in_at_once(run, client):
    made = run("create-organizer", *MAI, "--union", "LC", "--password", "hoa ban trang")
    assert (made.exit_code, made.output) == (0, "Nguyễn Thị Mai: organizer LC\n")
    assert client.send("/dang-nhap", {"phone": "0912345678", "password": "hoa ban trang"}).status_code == 303
    assert client.get("/to-chuc/don-vi").status_code == 200
    assert listed(run) == {("Nguyễn Thị Mai", "organizer", "LC")}


def test_a_password_left_out_is_asked_for_twice(run, session):
    made = run("create-admin", *MAI, input="hoa ban trang\nhoa ban trang\n")
    assert made.exit_code == 0
    assert password_fits(session.scalar(select(Person.password_hash)), "hoa ban trang")
    session.rollback()
    assert "0912345678\tNguyễn Thị Mai\tadministrator\t-" in run("list").output


def test_somebody_known_gets_the_role_and_keeps_the_password(run, town, session):
    town.person("Nguyễn Thị Mai", phone="0912345678", password_hash=hash_password("cua toi day"))
    town.commit()
    assert run("create-organizer", *MAI, "--union", "LC-PT").exit_code == 0
    assert session.scalar(select(func.count(Person.id))) == 1
    assert password_fits(session.scalar(select(Person.password_hash)), "cua toi day")


def test_roles_are_granted_and_revoked(run, town):
    town.person("Lò Thị Lan", phone="0912345679")
    town.commit()
    assert run("grant", "--phone", "0912345679", "--role", "official", "--union", "LC-PT").exit_code == 0
    assert listed(run) == {("Lò Thị Lan", "official", "LC-PT")}
    assert run("revoke", "--phone", "0912345679", "--role", "official", "--union", "LC-PT").exit_code == 0
    assert listed(run) == set()


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (["grant", "--phone", "0912345670", "--role", "official", "--union", "LC"], "nobody has this phone"),
        (["grant", "--phone", "12", "--role", "official", "--union", "LC"], "12 is not a phone number"),
        (["grant", "--phone", "0912345679", "--role", "official"], "the role official needs --union CODE"),
        (["grant", "--phone", "0912345679", "--role", "administrator", "--union", "LC"], "an administrator has no"),
        (["grant", "--phone", "0912345679", "--role", "official", "--union", "X"], "there is no union X"),
        (["revoke", "--phone", "0912345679", "--role", "official", "--union", "LC"], "does not have this role"),
        (["grant", "--phone", "0912345671", "--role", "official", "--union", "LC"], "several people share this phone"),
        (["create-organizer", *MAI, "--union", "X", "--password", "hoa ban trang"], "there is no union X"),
        (["create-organizer", *MAI, "--union", "LC", "--password", "123"], "Mật khẩu phải có ít nhất 6 ký tự."),
        (["create-admin", "--phone", "0912345678", "--name", "M1", "--password", "hoa ban"], "Họ và tên không có chữ"),
        (["reset-password", "--phone", "0912345670", "--password", "hoa ban trang"], "nobody has this phone"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_status_1(run, town, session, args, line):
    town.person("Lò Thị Lan", phone="0912345679")
    for name in ("Vàng Văn Hùng", "Vàng Thị Mẩy"):
        town.person(name, phone="0912345671")
    town.commit()
    answer = run(*args)
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Error: ") and line in answer.stderr and answer.stderr.count("\n") == 1
    assert listed(run) == set()
    assert session.scalar(select(func.count(Person.id))) == 3


def test_one_of_several_with_a_phone_is_named(run, town):
    for name in ("Vàng Văn Hùng", "Vàng Thị Mẩy"):
        town.person(name, phone="0912345671")
    town.commit()
    run("grant", "--phone", "0912345671", "--name", "vang thi may", "--role", "official", "--union", "LC")
    assert listed(run) == {("Vàng Thị Mẩy", "official", "LC")}


def test_the_only_administrator_stays(run):
    run("create-admin", *MAI, "--password", "hoa ban trang")
    answer = run("revoke", "--phone", "0912345678", "--role", "administrator")
    assert (answer.exit_code, "only administrator" in answer.stderr) == (1, True)


def test_a_new_password_signs_out_everywhere(run, town, client):
    lan = town.person("Lò Thị Lan", phone="0912345679", password_hash=hash_password("quen mat roi"))
    town.commit()
    client.sign_in(lan)
    assert run("reset-password", "--phone", "0912345679", "--password", "hoa ban trang").exit_code == 0
    assert client.get("/tai-khoan").status_code == 303
    assert client.send("/dang-nhap", {"phone": "0912345679", "password": "hoa ban trang"}).status_code == 303


@pytest.mark.parametrize("command", ["create-organizer", "create-admin", "grant", "revoke", "list", "reset-password"])
def test_every_command_explains_itself(run, command):
    answer = run(command, "--help")
    assert (answer.exit_code, "Usage:" in answer.output) == (0, True)
