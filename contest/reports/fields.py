"""Fields that a Word template may name, with what they hold and an example; pure.

Every field is a text, already written as it is to be read, or a list of texts, or a list of rows whose columns are
texts. The same values make the page, the Word file and the PDF of a document.
"""

from collections.abc import Sequence
from typing import Any

from contest.reports.certificate_fields import PRIZE, TAKING_PART
from contest.reports.rules import DocumentKind, Field
from questions.messages import N_

LETTER = (
    Field("co_quan_cap_tren", N_("Tên công đoàn cấp trên, chữ in hoa"), "LĐLĐ TỈNH LAI CHÂU"),
    Field("co_quan_ban_hanh", N_("Tên công đoàn ban hành văn bản, chữ in hoa"), "LĐLĐ HUYỆN PHONG THỔ"),
    Field("so", N_("Số của văn bản"), "51"),
    Field("ky_hieu", N_("Ký hiệu của văn bản"), "BC-LĐLĐ"),
    Field("so_ky_hieu", N_("Số và ký hiệu viết sẵn"), "Số: 51/BC-LĐLĐ"),
    Field("dia_danh_ngay_thang", N_("Địa danh, ngày tháng năm"), "Phong Thổ, ngày 15 tháng 11 năm 2023"),
    Field("ten_loai", N_("Tên loại văn bản; để trống nếu là công văn"), "BÁO CÁO"),
    Field("trich_yeu", N_("Trích yếu nội dung"), "Kết quả tham gia cuộc thi “Gửi niềm tin, trao kỳ vọng”"),
    Field("ve_viec", N_("Dòng V/v dưới số của công văn; để trống nếu có tên loại"), ""),
    Field("kinh_gui", N_("Các nơi kính gửi, mỗi nơi một dòng"), ["Ban Thường vụ LĐLĐ tỉnh Lai Châu."]),
    Field("noi_nhan", N_("Các dòng nơi nhận"), ["- Như kính gửi;", "- Lưu: VT."]),
    Field("quyen_han", N_("Quyền hạn của người ký"), "TM. BAN THƯỜNG VỤ"),
    Field("chuc_vu", N_("Chức vụ của người ký"), "CHỦ TỊCH"),
    Field("nguoi_ky", N_("Họ tên người ký"), "Vàng Văn Hùng"),
    Field("ten_don_vi", N_("Tên công đoàn mà văn bản nói về"), "LĐLĐ huyện Phong Thổ"),
    Field("mo_dau", N_("Các đoạn mở đầu"), ["LĐLĐ huyện Phong Thổ báo cáo kết quả tham gia như sau:"]),
    Field("ket_thuc", N_("Các đoạn kết"), ["Trên đây là báo cáo của LĐLĐ huyện Phong Thổ./."]),
)
_CONTEST = (
    Field("ten_cuoc_thi", N_("Tên cuộc thi"), "Gửi niềm tin, trao kỳ vọng"),
    Field("dot_thi", N_("Tên đợt thi; để trống nếu là cả cuộc thi"), ""),
    Field("thoi_gian_thi", N_("Thời gian thi"), "từ ngày 13/11/2023 đến ngày 10/12/2023"),
    Field("don_vi_to_chuc", N_("Đơn vị tổ chức cuộc thi"), "Tổng LĐLĐ Việt Nam"),
)
_WRITTEN = (
    Field("danh_gia", N_("Các đoạn đánh giá"), ["Các công đoàn cơ sở đã tích cực vận động đoàn viên tham gia."]),
    Field("kien_nghi", N_("Các đoạn kiến nghị"), ["Đề nghị tiếp tục tổ chức cuộc thi trực tuyến hằng năm."]),
)
_PRIZES = {
    "stt": N_("Số thứ tự"),
    "giai": N_("Tên giải"),
    "ten": N_("Người hoặc đơn vị đạt giải, theo cách nêu tên đã công bố"),
    "don_vi": N_("Đơn vị"),
    "dot": N_("Đợt thi"),
    "gia_tri": N_("Giá trị giải"),
}
_WINNER = {
    "stt": "1",
    "giai": "Giải nhất",
    "ten": "N*** T*** Hoa",
    "don_vi": "CĐCS Trường Tiểu học số 1",
    "dot": "Đợt 1",
    "gia_tri": "2.000.000 đồng",
}
_FIGURES = (
    Field("so_nguoi", N_("Số người dự thi"), "1.234"),
    Field("so_luot", N_("Số lượt thi"), "2.345"),
    Field("so_doan_vien", N_("Số đoàn viên (người) dùng để tính tỷ lệ; gạch ngang nếu chưa có"), "2.000"),
    Field("ty_le", N_("Tỷ lệ dự thi; “chưa có số đoàn viên” nếu chưa tính được"), "61,7%"),
)

REPORT = (
    *LETTER,
    *_CONTEST,
    Field("tinh_den", N_("Thời điểm của số liệu"), "08:00 ngày 11/12/2023"),
    *_FIGURES,
    Field("chi_tieu", N_("Chỉ tiêu, số người; gạch ngang nếu không giao"), "1.200"),
    Field("con_thieu", N_("Số người còn thiếu so với chỉ tiêu; 0 nếu đã đạt"), "0"),
    Field("diem_trung_binh", N_("Điểm trung bình một lượt; gạch ngang khi chưa công bố kết quả"), "17,25"),
    Field("so_nguoi_dung_het", N_("Số người đúng tất cả; gạch ngang khi chưa công bố kết quả"), "45"),
    Field("so_don_vi", N_("Số công đoàn cơ sở bên dưới"), "52"),
    Field("so_don_vi_co_nguoi", N_("Số công đoàn cơ sở có người dự thi"), "50"),
    Field("so_don_vi_chua_co", N_("Số công đoàn cơ sở chưa có người dự thi"), "2"),
    Field("so_lieu", N_("Các câu nêu số liệu chung, viết sẵn"), ["Có 1.234 người dự thi với 2.345 lượt thi."]),
    Field("muc_doi_tuong", N_("Tiêu đề của bảng theo đối tượng; để trống nếu không có bảng"), "2. Theo đối tượng"),
    Field(
        "doi_tuong",
        N_("Bảng theo đối tượng"),
        [{"ten": "Đoàn viên", "nguoi": "1.234", "luot": "2.345", "tong_so": "2.000", "ty_le": "61,7%"}],
        {
            "ten": N_("Đối tượng"),
            "nguoi": N_("Số người"),
            "luot": N_("Số lượt"),
            "tong_so": N_("Tổng số người thuộc đối tượng; gạch ngang nếu chưa có"),
            "ty_le": N_("Tỷ lệ; “chưa có số liệu” nếu chưa có tổng số người"),
        },
    ),
    Field(
        "luu_y_doi_tuong",
        N_("Các câu cần biết khi đọc bảng theo đối tượng"),
        ["Người lao động: chưa có số người lao động của 2 đơn vị cấp dưới."],
    ),
    Field(
        "muc_bang_thi",
        N_("Tiêu đề của bảng theo bảng thi; để trống nếu cuộc thi không chia bảng"),
        "3. Theo bảng và đối tượng",
    ),
    Field(
        "bang_thi",
        N_("Bảng theo bảng thi và đối tượng, chỉ khi cuộc thi chia bảng"),
        [{"bang": "Bảng A", "ten": "Đoàn viên", "nguoi": "1.200", "luot": "2.300"}],
        {"bang": N_("Bảng thi"), "ten": N_("Đối tượng"), "nguoi": N_("Số người"), "luot": N_("Số lượt")},
    ),
    Field("muc_so_sanh", N_("Tiêu đề của bảng so sánh; để trống nếu không có"), "4. So với đợt trước"),
    Field(
        "so_sanh",
        N_("Bảng so sánh với đợt trước hoặc lần thi trước"),
        [{"noi_dung": "Số người dự thi", "truoc": "1.000", "nay": "1.234", "thay_doi": "+234"}],
        {"noi_dung": N_("Nội dung"), "truoc": N_("Trước"), "nay": N_("Nay"), "thay_doi": N_("Thay đổi")},
    ),
    Field("muc_don_vi", N_("Tiêu đề của bảng các đơn vị; để trống nếu không có"), "5. Kết quả của từng đơn vị"),
    Field(
        "don_vi",
        N_("Bảng các đơn vị cấp dưới trực tiếp; dòng cuối là dòng cộng"),
        [
            {
                "stt": "1",
                "ma": "PT-01",
                "ten": "CĐCS Trường Mầm non Hoa Ban",
                "nguoi": "24",
                "luot": "40",
                "doan_vien": "30",
                "ty_le": "80,0%",
                "chi_tieu": "18",
                "con_thieu": "0",
                "ghi_chu": "",
            }
        ],
        {
            "stt": N_("Số thứ tự"),
            "ma": N_("Mã đơn vị"),
            "ten": N_("Tên đơn vị"),
            "nguoi": N_("Số người"),
            "luot": N_("Số lượt"),
            "doan_vien": N_("Số đoàn viên (người) dùng để tính tỷ lệ"),
            "ty_le": N_("Tỷ lệ"),
            "chi_tieu": N_("Chỉ tiêu"),
            "con_thieu": N_("Còn thiếu"),
            "ghi_chu": N_("Ghi chú"),
        },
    ),
    Field("muc_chua_co", N_("Tiêu đề của danh sách đơn vị chưa có người dự thi"), "Đơn vị chưa có người dự thi:"),
    Field("don_vi_chua_co", N_("Tên các công đoàn cơ sở chưa có người dự thi"), ["CĐCS Trạm Y tế xã"]),
    Field("muc_giai", N_("Tiêu đề của danh sách giải thưởng; để trống nếu không có"), "6. Giải thưởng"),
    Field("giai_thuong", N_("Giải mà người và đơn vị của công đoàn này đã đạt"), [_WINNER], _PRIZES),
    *_WRITTEN,
)

YEARLY = (
    *LETTER,
    Field("nam", N_("Năm báo cáo"), "2023"),
    Field("tinh_den", N_("Thời điểm của số liệu"), "08:00 ngày 25/12/2023"),
    Field("so_cuoc_thi", N_("Số cuộc thi trong năm có người của đơn vị tham gia"), "3"),
    Field("so_lieu", N_("Các câu nêu số liệu chung, viết sẵn"), ["Trong năm có 3 cuộc thi."]),
    Field(
        "cuoc_thi",
        N_("Bảng các cuộc thi trong năm"),
        [
            {
                "stt": "1",
                "ten": "Gửi niềm tin, trao kỳ vọng",
                "thoi_gian": "13/11 - 10/12/2023",
                "nguoi": "1.234",
                "luot": "2.345",
                "doan_vien": "2.000",
                "ty_le": "61,7%",
                "chi_tieu": "1.200",
                "ket_qua": "đạt",
            }
        ],
        {
            "stt": N_("Số thứ tự"),
            "ten": N_("Tên cuộc thi"),
            "thoi_gian": N_("Thời gian"),
            "nguoi": N_("Số người"),
            "luot": N_("Số lượt"),
            "doan_vien": N_("Số đoàn viên (người) dùng để tính tỷ lệ"),
            "ty_le": N_("Tỷ lệ"),
            "chi_tieu": N_("Chỉ tiêu"),
            "ket_qua": N_("Đạt hay chưa đạt chỉ tiêu"),
        },
    ),
    Field("muc_don_vi", N_("Tiêu đề của bảng các đơn vị; để trống nếu không có"), "2. Kết quả của các đơn vị"),
    Field(
        "don_vi",
        N_("Bảng các đơn vị cấp dưới trực tiếp, tính chung các cuộc thi trong năm; cuối bảng là dòng cộng"),
        [
            {
                "stt": "1",
                "ma": "PT-01",
                "ten": "CĐCS Trường Mầm non Hoa Ban",
                "cuoc_thi": "2/3",
                "nguoi": "48",
                "luot": "80",
                "doan_vien": "90",
                "ty_le": "53,3%",
                "chi_tieu": "2/3",
                "con_thieu": "12",
                "ghi_chu": "",
            }
        ],
        {
            "stt": N_("Số thứ tự"),
            "ma": N_("Mã đơn vị"),
            "ten": N_("Tên đơn vị"),
            "cuoc_thi": N_("Số cuộc thi có người dự trên số cuộc thi đơn vị được dự"),
            "nguoi": N_("Số người"),
            "luot": N_("Số lượt"),
            "doan_vien": N_("Số đoàn viên (người) dùng để tính tỷ lệ"),
            "ty_le": N_("Tỷ lệ"),
            "chi_tieu": N_("Số chỉ tiêu đã đạt trên số chỉ tiêu được giao; gạch ngang nếu không giao"),
            "con_thieu": N_("Số người còn thiếu ở các cuộc thi chưa đạt chỉ tiêu"),
            "ghi_chu": N_("Ghi chú"),
        },
    ),
    Field(
        "luu_y_don_vi",
        N_("Các câu cần biết khi đọc bảng các đơn vị"),
        ["Số người, số đoàn viên và tỷ lệ tính chung các cuộc thi trong năm."],
    ),
    Field("muc_giai", N_("Tiêu đề của danh sách giải thưởng; để trống nếu không có"), "3. Giải thưởng"),
    Field(
        "giai_thuong",
        N_("Giải đã đạt trong năm"),
        [_WINNER | {"cuoc_thi": "Gửi niềm tin, trao kỳ vọng"}],
        _PRIZES | {"cuoc_thi": N_("Tên cuộc thi")},
    ),
    *_WRITTEN,
)

NOTICE = (
    *LETTER,
    *_CONTEST,
    *_FIGURES,
    Field("cong_bo_luc", N_("Thời điểm công bố kết quả"), "15:00 ngày 11/12/2023"),
    Field("dinh_chinh", N_("Câu nói về đính chính; để trống nếu là lần công bố đầu"), ""),
    Field("so_lieu", N_("Các câu nêu số liệu chung, viết sẵn"), ["Có 1.234 người dự thi với 2.345 lượt thi."]),
    Field("muc_giai", N_("Tiêu đề của danh sách giải thưởng; để trống nếu không có"), "2. Người và đơn vị đạt giải"),
    Field("giai_thuong", N_("Danh sách đạt giải đã công bố"), [_WINNER], _PRIZES),
    Field("muc_don_vi", N_("Tiêu đề của bảng công đoàn đông người thi"), "3. Công đoàn có đông người dự thi"),
    Field(
        "don_vi",
        N_("Các công đoàn có đông người dự thi"),
        [{"stt": "1", "ten": "LĐLĐ huyện Phong Thổ", "nguoi": "120", "luot": "200", "ty_le": "61,7%"}],
        {
            "stt": N_("Số thứ tự"),
            "ten": N_("Tên đơn vị"),
            "nguoi": N_("Số người"),
            "luot": N_("Số lượt"),
            "ty_le": N_("Tỷ lệ"),
        },
    ),
    Field("ma_kiem_tra", N_("Mã kiểm tra của bảng xếp hạng (SHA-256)"), "0" * 64),
)

DECISION = (
    *LETTER,
    *_CONTEST,
    Field("ve_cuoc_thi", N_("Cuộc thi, viết để đứng trong câu"), "cuộc thi “Gửi niềm tin, trao kỳ vọng”"),
    Field("tham_quyen", N_("Ai ban hành quyết định, chữ in hoa"), "BAN THƯỜNG VỤ LĐLĐ TỈNH LAI CHÂU"),
    Field("can_cu", N_("Các căn cứ"), ["Căn cứ Điều lệ Công đoàn Việt Nam;"]),
    Field("dieu", N_("Các điều của quyết định"), ["Điều 1. Trao 1 giải cá nhân (có danh sách kèm theo)."]),
    Field("so_giai", N_("Số giải"), "1"),
    Field("giai_thuong", N_("Danh sách được trao giải"), [_WINNER], _PRIZES),
)

FIELDS: dict[DocumentKind, Sequence[Field]] = {
    DocumentKind.REPORT: REPORT,
    DocumentKind.YEARLY: YEARLY,
    DocumentKind.NOTICE: NOTICE,
    DocumentKind.DECISION: DECISION,
    DocumentKind.TAKING_PART: TAKING_PART,
    DocumentKind.PRIZE: PRIZE,
}


def example(kind: DocumentKind) -> dict[str, Any]:
    """Every field of a kind of document filled with its example."""
    return {one.name: one.example for one in FIELDS[kind]}


def known(kind: DocumentKind) -> dict[str, Sequence[str] | None]:
    """Fields of a kind of document; of lists of rows the columns, of anything else None."""
    return {one.name: list(one.columns) or None for one in FIELDS[kind]}
