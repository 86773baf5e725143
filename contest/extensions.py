"""Extensions, made once and bound to the app in ``create_app``."""

from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from contest.db import Database

db = Database()
babel = Babel()
compress = Compress()
csrf = CSRFProtect()
login_manager = LoginManager()
