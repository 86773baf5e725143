"""Where a WSGI server finds the app: ``gunicorn wsgi:app``."""

import sys

from contest import create_app
from contest.config import BadSetting

try:
    app = create_app()
except BadSetting as error:
    sys.exit(f"hoi-thi: {error}")
