"""A union that takes part and gets no place in the league is told why, in its own row."""

import pytest

PAGE = "/theo-doi/cuoc-thi/LC-PT"


@pytest.mark.parametrize(
    ("least", "why"),
    [
        ({"collective_min_headcount": 30}, "không xếp hạng: dưới 30 đoàn viên"),
        ({"collective_min_percent": 50}, "không xếp hạng: tỷ lệ dưới 50%"),
    ],
)
def test_why_a_union_has_no_place(fair, client, district_official, least, why):
    for name, value in least.items():
        setattr(fair.contest, name, value)
    fair.town.commit()
    rows = client.sign_in(district_official).page(PAGE).xpath("//table[@id='bang-don-vi']/tbody/tr")
    told = {row.xpath("string(./th/a)"): " ".join(row.text_content().split()) for row in rows}
    assert why in told["CĐCS số 1 LĐLĐ huyện Phong Thổ"]
    # Nobody took part there, which is said already.
    assert "không xếp hạng" not in told["CĐCS số 2 LĐLĐ huyện Phong Thổ"]


def test_nothing_is_said_of_a_union_with_a_place(fair, client, district_official):
    assert "không xếp hạng" not in client.sign_in(district_official).page(PAGE).text_content()
