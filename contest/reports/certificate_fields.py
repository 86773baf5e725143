"""Fields that a Word template of certificates may name; pure. Every field is a text of one line, but the QR code."""

from dataclasses import replace

from contest.reports.rules import Field
from questions.messages import N_

#: The field whose place the QR code takes, and the one that names whose the certificate is: no template without them.
QR, NAME = "ma_qr", "ho_ten"
NEEDED = (NAME, QR)

PRIZE = (
    Field(NAME, N_("Họ tên người, hoặc tên đơn vị, được cấp giấy"), "Nguyễn Thị Bích Hường"),
    Field("don_vi", N_("Công đoàn của người được cấp; để trống nếu cấp cho đơn vị"), "CĐCS Trường Tiểu học số 1"),
    Field("noi_dung", N_("Lời ghi dưới tên"), "Đã đạt"),
    Field("giai", N_("Tên giải; để trống ở giấy chứng nhận tham gia"), "Giải Nhất"),
    Field("hang", N_("Thứ hạng đạt giải, viết bằng số; để trống ở giấy chứng nhận tham gia"), "1"),
    Field("ket_qua", N_("Điểm của người đó; để trống khi chưa công bố kết quả và khi cấp cho đơn vị"), "29 điểm"),
    Field("ten_cuoc_thi", N_("Tên cuộc thi"), "Gửi niềm tin, trao kỳ vọng"),
    Field("dot_thi", N_("Tên đợt thi; để trống nếu là cả cuộc thi"), "Đợt 1"),
    Field("tieu_de", N_("Tên loại giấy, chữ in hoa"), "GIẤY CHỨNG NHẬN"),
    Field("co_quan_cap_tren", N_("Cơ quan cấp trên, chữ in hoa; để trống nếu không ghi"), "LĐLĐ TỈNH LAI CHÂU"),
    Field("co_quan_cap", N_("Cơ quan cấp giấy, chữ in hoa"), "LĐLĐ HUYỆN PHONG THỔ"),
    Field("so", N_("Số của giấy; để trống nếu không đánh số"), "07/GCN-LĐLĐ"),
    Field("can_cu", N_("Căn cứ; để trống nếu không ghi"), "Theo Quyết định số 15/QĐ-LĐLĐ ngày 10/12/2023"),
    Field("dia_danh_ngay_thang", N_("Nơi cấp, ngày cấp"), "Phong Thổ, ngày 12 tháng 12 năm 2023"),
    Field("noi_cap", N_("Nơi cấp; để trống nếu không ghi"), "Phong Thổ"),
    Field("ngay_cap", N_("Ngày cấp"), "ngày 12 tháng 12 năm 2023"),
    Field("quyen_han", N_("Thay mặt, chữ in hoa; để trống nếu không ghi"), "TM. BAN THƯỜNG VỤ"),
    Field("chuc_vu", N_("Chức vụ của người ký, chữ in hoa"), "CHỦ TỊCH"),
    Field("nguoi_ky", N_("Họ tên người ký"), "Vàng Văn Hùng"),
    Field(QR, N_("Hình mã QR mở trang kiểm tra giấy này, rộng 26 mm"), "▦"),
    Field("ma_kiem_tra", N_("Mã của giấy, gõ được ở trang kiểm tra"), "J5BV92T5PG94KKJL"),
    Field(
        "dia_chi_kiem_tra", N_("Địa chỉ trang kiểm tra giấy này"), "https://thi.example.vn/chung-nhan/J5BV92T5PG94KKJL"
    ),
)
_OTHERWISE = {"noi_dung": "Đã tham gia cuộc thi", "giai": "", "hang": "", "dot_thi": "", "can_cu": ""}
TAKING_PART = tuple(replace(one, example=_OTHERWISE.get(one.name, one.example)) for one in PRIZE)
#: Fields that stay empty on some certificates: a template must do without them.
MAY_BE_EMPTY = frozenset(
    {"don_vi", "giai", "hang", "ket_qua", "dot_thi", "co_quan_cap_tren", "so", "can_cu", "noi_cap"}
    | {"quyen_han", "chuc_vu", "nguoi_ky"}
)
