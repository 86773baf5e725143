"""The tree at one look: tiles with letters and figures, for officials and for everybody."""

import gzip

import pytest
from support.queries import counted

from contest.unions.models import Place, TreeNode

PUBLIC = "/cuoc-thi/cuoc-thi/cong-doan/ban-do"
OWN = "/theo-doi/cuoc-thi/LC-PT/ban-do"


@pytest.fixture
def official(fair, district_official):
    return district_official


def tiles(page):
    return [" ".join(one.text_content().split()) for one in page.xpath("//section//li")]


def test_tiles_say_in_letters_what_colours_say(fair, client):
    fair.town.commit()
    page = client.page(PUBLIC)
    assert tiles(page) == [
        "D CĐCS số 1 LĐLĐ huyện Phong Thổ2/10, dưới 50% chỉ tiêu",
        "0 CĐCS số 2 LĐLĐ huyện Phong Thổ0/10, chưa có người dự thi",
        "D CĐCS số 1 LĐLĐ huyện Than Uyên1/10, dưới 50% chỉ tiêu",
        "0 CĐCS số 2 LĐLĐ huyện Than Uyên0/10, chưa có người dự thi",
    ]
    assert page.xpath("//h2/a[@href='/cuoc-thi/cuoc-thi/cong-doan/ban-do?don-vi=LC-PT']")
    assert page.xpath("//section//li/a[@href='/cuoc-thi/cuoc-thi/cong-doan?don-vi=LC-PT-1']")
    assert "Lò Thị Lan" not in page.text_content()


def test_the_same_as_data(fair, client):
    fair.town.commit()
    data = client.data(f"{PUBLIC}?dot=2")
    assert data["bands"] == {"reached": 0, "near": 0, "half": 0, "low": 1, "nobody": 3, "unknown": 0}
    assert [group["code"] for group in data["groups"]] == ["LC-PT", "LC-TU"]
    assert data["groups"][0]["tiles"][0]["people"] == 1


def test_an_official_sees_the_own_branch(official, client):
    page = client.sign_in(official).page(OWN)
    assert len(tiles(page)) == 2
    assert page.xpath("//section//li/a[@href='/theo-doi/cuoc-thi/LC-PT-1']")
    assert "không có đơn vị cấp dưới" in client.page("/theo-doi/cuoc-thi/LC-PT-1/ban-do").text_content()


@pytest.mark.parametrize("code", ["LC-TU", "LC-TU-1", "LC", "KHONG-CO"])
def test_a_neighbours_tree_does_not_exist(official, client, code):
    client.sign_in(official)
    for accept in ("text/html", "application/json"):
        answer = client.get(f"/theo-doi/cuoc-thi/{code}/ban-do", headers={"Accept": accept})
        assert answer.status_code == 404


def test_members_and_strangers_stay_outside(fair, client):
    fair.town.commit()
    assert client.get(OWN).status_code == 303
    client.sign_in(fair.town.lan)
    assert client.get(OWN).status_code == 403


def test_unknown_addresses(fair, client):
    fair.town.commit()
    for address in (f"{PUBLIC}?don-vi=KHONG-CO", f"{PUBLIC}?dot=9", "/cuoc-thi/khong-co/cong-doan/ban-do"):
        assert "Không tìm thấy trang" in client.page(address, status=404).text_content()


def test_by_place(fair, client, session):
    place = Place(code="11", name="Xã Bản Lang", name_key="xã bản lang")
    session.add(place)
    session.flush()
    session.query(TreeNode).filter_by(union_id=fair.town.LC_PT_1.id).update({"place_id": place.id})
    fair.town.commit()
    assert client.page(PUBLIC).xpath("//a[contains(@href, 'nhom=dia-ban')]")
    page = client.page(f"{PUBLIC}?nhom=dia-ban")
    assert [h.text_content().strip() for h in page.xpath("//section/h2")] == ["Xã Bản Lang", "Chưa ghi địa bàn"]


def test_two_thousand_tiles_weigh_little_and_ask_as_much(fair, client, app, town):
    client_page = client.page
    fair.town.commit()
    client_page(PUBLIC)
    with counted(app) as before:
        client_page(PUBLIC)
    for number in range(60):
        town.union(f"LC-PT-Z{number}", f"CĐCS Trung tâm Giáo dục nghề nghiệp số {number}", parent=town.LC_PT, members=9)
    town.commit()
    with counted(app) as after:
        answer = client.get(PUBLIC)
    assert len(after) == len(before)
    base = len(gzip.compress(client.get(f"{PUBLIC}?don-vi=LC-TU").data))
    assert (len(gzip.compress(answer.data)) - base) / 60 < 70
