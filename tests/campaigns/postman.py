"""A mail server of a few lines, in a thread: keeps what it is given, or fails in the way that it is told to."""

import base64
import socketserver
import ssl
import subprocess
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

PASSWORD = "mat-khau-thu"


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        if self.server.security == "tls":
            self.encrypt()
        self.to = []
        self.say("220 postman")
        # Not a loop over the file: encrypting puts another in its place.
        while raw := self.rfile.readline():
            line = raw.decode().strip()
            if not self.answer(line, line.upper()):
                return

    def answer(self, line, verb):
        """Go on after a line; False: hang up."""
        server = self.server
        if verb.startswith(("EHLO", "HELO")):
            self.say("250-postman")
            if server.context and not isinstance(self.connection, ssl.SSLSocket):
                self.say("250-STARTTLS")
            self.say("250 AUTH PLAIN")
        elif verb == "STARTTLS" and server.context:
            self.say("220 go on")
            self.encrypt()
        elif verb.startswith("AUTH PLAIN"):
            given = base64.b64decode(line.split()[2]).decode().split("\0")[2]
            server.passwords.append((given, isinstance(self.connection, ssl.SSLSocket)))
            self.say("235 ok" if given == PASSWORD else "535 wrong name or password")
        elif verb.startswith("RCPT TO:") and server.failing == "refuses":
            self.say("451 try again later")
        elif verb.startswith("RCPT TO:"):
            self.to.append(line[8:].strip("<>"))
            self.say("250 ok")
        elif verb == "DATA":
            self.say("354 go on")
            return self.take()
        elif verb == "QUIT":
            self.say("421 not now" if server.failing == "at goodbye" else "221 bye")
            return False
        else:
            self.say("250 ok")
        return True

    def take(self):
        if self.server.failing == "in the letter":
            self.rfile.readline()
            return False
        lines = []
        for raw in self.rfile:
            if raw in (b".\r\n", b".\n"):
                break
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        self.server.raw.append(b"".join(lines))
        self.server.letters.append((self.to, message_from_bytes(b"".join(lines), policy=policy.default)))
        if self.server.failing == "after the letter":
            return False
        self.say("250 kept")
        return True

    def encrypt(self):
        super().finish()
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def finish(self):
        super().finish()
        self.connection.close()

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class Postman(socketserver.ThreadingTCPServer):
    """``failing``: "", "refuses", "in the letter", "after the letter" (taken, then silent) or "at goodbye"."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, security="none", context=None):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.security, self.context = security, context
        #: Passwords given, and whether over an encrypted line.
        self.letters, self.raw, self.passwords, self.failing = [], [], [], ""

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that goes away, or does not trust the certificate, is no failure of the server."""


@contextmanager
def delivering(security="none", certificate=None):
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    postman = Postman(security, context)
    thread = threading.Thread(target=postman.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield postman
    finally:
        postman.shutdown()
        postman.server_close()
        thread.join()


def certificate_for_localhost(folder):
    """A certificate of one's own with its key, in one file; made by openssl."""
    key, made = folder / "key.pem", folder / "made.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    more = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run([*command, *more], check=True, capture_output=True)
    whole = folder / "certificate.pem"
    whole.write_text(made.read_text() + key.read_text())
    return whole
