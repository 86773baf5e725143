"""A visitor without script: sends forms with their CSRF token and checks every page it gets."""

from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from lxml import html
from support.pages import faults_of_page

from contest import clock
from contest.accounts import actions


class Browser(FlaskClient):
    """``page`` opens a page and returns it parsed; ``send`` posts a form; ``sign_in`` opens the door."""

    def open(self, *args, **kwargs):
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.data and not response.content_encoding:
            found = faults_of_page(response.get_data(as_text=True), response.headers.get("Content-Security-Policy", ""))
            assert not found, f"{response.request.path}: {found}"
        return response

    def page(self, address, status=200, **kwargs):
        """The page at an address, parsed (lxml), after checking its status."""
        response = self.get(address, **kwargs)
        assert response.status_code == status, (response.status_code, response.headers.get("Location"))
        return html.fromstring(response.get_data(as_text=True))

    def token(self) -> str:
        """A CSRF token of this visitor's session."""
        with self.session_transaction() as cookie, self.application.test_request_context():
            from flask import session

            if "csrf_token" in cookie:
                session["csrf_token"] = cookie["csrf_token"]
            token = generate_csrf()
            cookie["csrf_token"] = session["csrf_token"]
        return token

    def send(self, address, data=None, **kwargs):
        """Post a form as a page would: with its CSRF token."""
        fields = {"csrf_token": self.token(), **(data or {})}
        return self.post(address, data=fields, **kwargs)

    def send_json(self, address, data, **kwargs):
        return self.post(address, json=data, headers={"X-CSRFToken": self.token()}, **kwargs)

    def data(self, address, status=200):
        """The same address as data."""
        response = self.get(address, headers={"Accept": "application/json"})
        assert response.status_code == status, response.status_code
        return response.get_json()

    def sign_in(self, person):
        """Sign somebody in on this device without going through the form."""
        with self.application.extensions["store"].session(readonly=False) as session, session.begin():
            token = actions.sign_in(session, person.id, clock.now())
        with self.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return self
