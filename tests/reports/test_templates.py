"""Word templates that organizers put in place of ours."""

import io

import pytest
from documents.test_checking import made
from publishing.test_notice import announce
from reports.test_union_report import HERE as REPORT
from reports.test_union_report import words
from support.at_once import MANY, send_at_once

from contest import clock
from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Role
from contest.reports import templates
from contest.reports.models import DocumentTemplate
from contest.reports.rules import DocumentKind

HERE = "/to-chuc/mau-van-ban"
OURS = made("Mẫu của tỉnh: {{ ten_don_vi }} có {{ so_nguoi }} người")


def send(client, content=OURS, kind="report", place="u:LC", name="mau.docx"):
    return client.send(
        HERE, {"kind": kind, "place": place, "file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


@pytest.fixture
def mai(town, client):
    person = town.mai
    town.commit()
    client.sign_in(person)
    return person


def test_a_template_of_the_province_serves_its_districts(dung, mai, client, session):
    assert send(client).status_code == 303
    assert session.query(DocumentTemplate).one().size == len(OURS)
    assert session.query(AuditEntry).filter_by(action="template.put").count() == 1
    session.commit()
    assert "mau.docx" in client.page(HERE).text_content()
    client.sign_in(dung)
    assert words(client.get(f"{REPORT}.docx").data) == "Mẫu của tỉnh: LĐLĐ huyện Phong Thổ có 2 người"
    assert "tệp mẫu riêng “mau.docx”" in client.page(REPORT).text_content()


def test_a_name_with_signs_that_no_answer_may_hold_is_told_without_them(mai, client, session):
    edge = "khong-co-trong-tep-word"
    fields = {"csrf_token": client.token(), "kind": "report", "place": "u:LC"}
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    head = f"--{edge}\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''m%E1%BA%ABu%0A%00.docx\r\n\r\n"
    body = "".join([*parts, head]).encode() + OURS + f"\r\n--{edge}--\r\n".encode()
    assert client.post(HERE, data=body, content_type=f"multipart/form-data; boundary={edge}").status_code == 303
    code, name = session.query(DocumentTemplate.code, DocumentTemplate.name).one()
    session.rollback()
    assert name == "mẫu .docx"
    for address in (f"{HERE}/{code}.docx", f"{HERE}/{code}/thu.docx"):
        assert client.get(address).status_code == 200


def test_a_contests_own_comes_before_the_unions(dung, mai, client):
    send(client)
    assert send(client, made("Riêng cuộc thi {{ ten_cuoc_thi }}"), place="c:cuoc-thi").status_code == 303
    client.sign_in(dung)
    assert words(client.get(f"{REPORT}.docx").data).startswith("Riêng cuộc thi")


def test_the_nearest_union_comes_first(dung, mai, client, town, session):
    send(client)
    other = town.person("Người huyện", union=town.LC_PT, kind="official")
    grant_role(session, TERMINAL, other, Role.ORGANIZER, town.LC_PT.id, town.now)
    town.commit()
    client.sign_in(other)
    assert send(client, made("Mẫu của huyện {{ so_nguoi }}"), place="u:LC-PT").status_code == 303
    assert words(client.get(f"{REPORT}.docx").data).startswith("Mẫu của huyện")


def test_another_replaces_it_and_ours_comes_back(dung, mai, client, session):
    send(client)
    send(client, made("Bản hai {{ so_nguoi }}"), name="hai.docx")
    first, second = session.query(DocumentTemplate).order_by(DocumentTemplate.id)
    assert first.replaced_at is not None and second.replaced_at is None
    codes = first.code, second.code
    session.commit()
    assert words(client.get(f"{REPORT}.docx").data) == "Bản hai 2"
    assert client.get(f"{HERE}/{codes[0]}.docx").data == OURS
    assert words(client.get(f"{HERE}/{codes[1]}/thu.docx").data) == "Bản hai 1.234"
    assert client.send(f"{HERE}/{codes[1]}/bo").status_code == 303
    assert client.send(f"{HERE}/{codes[1]}/bo").status_code == 303
    assert "BÁO CÁO" in words(client.get(f"{REPORT}.docx").data)
    page = client.page(HERE).text_content()
    assert "Chưa có mẫu riêng nào" in page and "hai.docx" in page


def test_two_files_sent_at_once_leave_one_in_force(app, dung, mai, client, session):
    forms = [lambda: {"kind": "report", "place": "u:LC", "file": (io.BytesIO(OURS), "mau.docx")}] * MANY
    sent = send_at_once(app, mai, "/to-chuc/mau-van-ban", forms, content_type="multipart/form-data")
    assert [answer.status_code for answer in sent] == [303] * MANY
    session.rollback()
    rows = session.query(DocumentTemplate).all()
    assert (len(rows), len([row for row in rows if row.replaced_at is None])) == (MANY, 1)


def test_taken_back_twice_it_is_noted_once(app, mai, client, session):
    """Both saw it in force; the second click comes when the first is stored."""
    send(client)
    with app.extensions["store"].session(readonly=False) as other:
        seen = other.query(DocumentTemplate).one()
        other.commit()
        assert templates.withdraw(session, TERMINAL, session.query(DocumentTemplate).one(), clock.now())
        session.commit()
        assert not templates.withdraw(other, TERMINAL, seen, clock.now())
        other.commit()
    assert session.query(AuditEntry).filter_by(action="template.withdraw").count() == 1


def test_every_kind_has_a_template_to_begin_with_and_its_fields(mai, client):
    page = client.page(HERE)
    for kind in DocumentKind:
        assert page.xpath(f"//a[@href='{HERE}/co-san/{kind.value}.docx']")
        ours = client.get(f"{HERE}/co-san/{kind.value}.docx")
        assert ours.status_code == 200
        assert "{{ ten_cuoc_thi }}" in client.page(f"{HERE}/truong/report").text_content()
        assert client.page(f"{HERE}/truong/{kind.value}").xpath("//table")
        assert send(client, ours.data, kind=kind.value).status_code == 303
    assert client.get(f"{HERE}/co-san/la.docx").status_code == 404
    assert client.get(f"{HERE}/truong/la").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Hãy chọn tệp Word."),
        (b"khong phai", "không phải là tệp Word"),
        (made("{{ ten_cuoc_thii }}"), "Có phải bạn muốn dùng: {{ ten_cuoc_thi }}"),
        (made("{{ so_nguoi.x() }}"), "lệnh không được phép"),
        (made("không có trường"), "không có trường dữ liệu nào"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(mai, client, session, content, said):
    refused = send(client, content)
    assert refused.status_code == 422 and said in refused.get_data(as_text=True)
    assert session.query(DocumentTemplate).count() == 0


def test_a_yearly_template_is_a_unions(dung, mai, client):
    text = send(client, kind="yearly", place="c:cuoc-thi").get_data(as_text=True)
    assert "hãy chọn dùng cho công đoàn" in text


def test_a_neighbours_templates_do_not_exist(dung, mai, client, town, session):
    send(client)
    code = session.query(DocumentTemplate).one().code
    other = town.person("Người huyện", union=town.LC_TU, kind="official")
    grant_role(session, TERMINAL, other, Role.ORGANIZER, town.LC_TU.id, town.now)
    town.commit()
    client.sign_in(other)
    for address in (f"{HERE}/{code}.docx", f"{HERE}/{code}/thu.docx"):
        assert client.get(address).status_code == 404, address
    assert client.send(f"{HERE}/{code}/bo").status_code == 404
    assert "mau.docx" not in client.page(HERE).text_content()
    assert send(client, place="u:LC").status_code == 422
    assert send(client, place="c:cuoc-thi").status_code == 422
    session.expire_all()
    assert session.query(DocumentTemplate).count() == 1


def test_officials_and_strangers_stay_outside(dung, client):
    assert client.get(HERE).status_code == 303
    client.sign_in(dung)
    for address in (HERE, f"{HERE}/truong/report", f"{HERE}/co-san/report.docx"):
        assert client.get(address).status_code == 403, address


def test_a_notice_by_a_template(dung, district, mai, client, session):
    announce(session, district, 1)
    send(client, made("{%p for d in giai_thuong %}", "{{ d.giai }}: {{ d.ten }}", "{%p endfor %}"), kind="notice")
    made_ = client.get("/to-chuc/cuoc-thi/cuoc-thi/van-ban/thong-bao.docx?dot=1")
    assert words(made_.data).startswith("Giải nhất: N*** T*** Hoa")
