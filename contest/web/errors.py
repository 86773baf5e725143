"""Every error is a page in plain Vietnamese that says what to do, or a problem document for programs."""

import logging
from typing import Any

from flask import Flask, jsonify, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from contest.web import limits
from contest.web.negotiation import wants_json

log = logging.getLogger("contest.errors")

#: Longer words than any code are not shown again.
MAX_TYPED = 60

#: Status: (what happened, what to do).
SENTENCES = {
    400: (
        lazy_gettext("Yêu cầu chưa đúng"),
        lazy_gettext("Hãy quay lại trang trước, tải lại trang rồi thử lại."),
    ),
    401: (lazy_gettext("Cần đăng nhập"), lazy_gettext("Hãy đăng nhập rồi mở lại trang này.")),
    403: (
        lazy_gettext("Bạn không có quyền xem trang này"),
        lazy_gettext("Nếu công việc của bạn cần trang này, hãy liên hệ Ban tổ chức để được cấp quyền."),
    ),
    404: (
        lazy_gettext("Không tìm thấy trang"),
        lazy_gettext("Hãy kiểm tra lại địa chỉ, hoặc về trang chủ để tìm cuộc thi."),
    ),
    405: (lazy_gettext("Không mở được trang theo cách này"), lazy_gettext("Hãy về trang chủ và đi theo các nút bấm.")),
    409: (lazy_gettext("Việc này không còn thực hiện được"), lazy_gettext("Hãy tải lại trang để xem tình trạng mới.")),
    410: (lazy_gettext("Trang này không còn nữa"), lazy_gettext("Hãy về trang chủ để tìm nội dung mới.")),
    413: (
        lazy_gettext("Tệp gửi lên quá lớn"),
        lazy_gettext("Tệp được phép tối đa 20 MB. Hãy chia nhỏ tệp hoặc bỏ bớt hình ảnh rồi gửi lại."),
    ),
    415: (lazy_gettext("Không đọc được dữ liệu gửi lên"), lazy_gettext("Hãy tải lại trang rồi thử lại.")),
    429: (lazy_gettext("Thao tác quá nhiều lần"), lazy_gettext("Hãy đợi vài phút rồi thử lại.")),
    500: (
        lazy_gettext("Hệ thống gặp lỗi"),
        lazy_gettext("Câu trả lời đã báo “đã lưu” vẫn còn nguyên. Hãy tải lại trang sau ít phút."),
    ),
    503: (
        lazy_gettext("Hệ thống đang bận"),
        lazy_gettext("Câu trả lời đã báo “đã lưu” vẫn còn nguyên. Hãy đợi ít giây rồi tải lại trang."),
    ),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(DataError, show_unfit)
    app.register_error_handler(OperationalError, show_busy)
    # What PostgreSQL says of its own troubles, such as a log it cannot write.
    app.register_error_handler(InternalError, show_busy)
    app.register_error_handler(PoolTimeout, show_busy)


def error_page(status: int, title: Any, advice: Any, **extra: Any) -> tuple[Any, int]:
    """The page of an error, or for programs a problem document with the same words."""
    if wants_json() or request.is_json:
        response = jsonify(status=status, title=str(title), detail=str(advice), **extra)
        response.content_type = "application/problem+json"
        return response, status
    return render_template("errors/error.html", status=status, title=title, advice=advice), status


def unknown_code(template: str, typed: str, title: str, detail: str) -> tuple[Any, int]:
    """404 for a code typed from paper or a screen: says what it means, and lets one type it again on ``template``."""
    if wants_json():
        return error_page(404, title, detail)
    return render_template(template, typed=typed[:MAX_TYPED], error=detail, title=title), 404


def show_error(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    if status == 413:
        limits.drain(request)
    if status >= 500 and not isinstance(error, ServiceUnavailable):
        # Flask has logged what happened already.
        status = 500
    title, advice = SENTENCES.get(status, SENTENCES[400])
    if isinstance(error.description, str) and getattr(error, "for_people", False):
        advice = error.description
    return error_page(status, title, advice)


def show_stale_form(_error: CSRFError) -> Any:
    return error_page(
        400,
        gettext("Trang này đã mở quá lâu"),
        gettext("Hãy quay lại trang trước, tải lại trang rồi gửi lại. Phần đã báo “đã lưu” vẫn còn nguyên."),
    )


def show_unfit(error: DataError) -> Any:
    """A value that no column takes, such as text with a NUL in it on PostgreSQL: no browser sends that."""
    log.warning("a value does not fit the database", exc_info=error)
    return error_page(400, *SENTENCES[400])


def show_busy(error: Exception) -> Any:
    log.error("database not available", exc_info=error)
    title, advice = SENTENCES[503]
    body, status = error_page(503, title, advice)
    return body, status, {"Retry-After": "3"}


__all__ = ["InternalServerError", "error_page", "init_app"]
