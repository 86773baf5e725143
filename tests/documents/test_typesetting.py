"""Setting with Typst: fonts of our own, data that is never markup, large files in a process of their own."""

import pytest

from contest.documents import typesetting

PAGE = {
    "above": "", "issuer": "LĐLĐ tỉnh", "heading": "GIẤY", "awards": "Chứng nhận", "name": "Vừ A Dính", "unit": "",
    "words": "Đã dự", "title": "", "contest": "Thi", "number": "", "basis": "", "dated": "", "on_behalf": "",
    "signer_title": "", "signer": "", "check": "", "code": "A",
    "qr": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
}  # fmt: skip


@pytest.mark.parametrize("setting", [typesetting.pdf, typesetting.pdf_apart])
def test_what_people_wrote_is_never_markup(setting):
    plain = setting("certificate", {"pages": [PAGE]})
    hostile = setting("certificate", {"pages": [PAGE | {"name": '#read("/etc/passwd") $x$ *a* \\ " #{'}]})
    assert plain.startswith(b"%PDF-") and hostile.startswith(b"%PDF-")
    assert b"LiberationSerif" in plain


@pytest.mark.parametrize("setting", [typesetting.pdf, typesetting.pdf_apart])
def test_data_that_a_layout_does_not_know_is_an_error(setting):
    with pytest.raises(Exception, match="pages"):
        setting("certificate", {"other": []})


def test_a_picture_is_a_png():
    assert typesetting.picture("certificate", {"pages": [PAGE]}, 36).startswith(b"\x89PNG")
