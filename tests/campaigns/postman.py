"""A mail server of a few lines, in a thread: keeps what it is given, or refuses as long as it is told to."""

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 postman")
        to = []
        for raw in self.rfile:
            verb = raw.decode().strip().upper()
            if verb.startswith(("EHLO", "HELO")):
                self.say("250 postman")
            elif verb.startswith("RCPT TO:"):
                if self.server.refusing:
                    self.say("451 try again later")
                    continue
                to.append(raw.decode().strip()[8:].strip("<>"))
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                self.keep(to)
                self.say("250 kept")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            elif verb.startswith("AUTH"):
                self.server.passwords.append(verb)
                self.say("503 no")
            else:
                self.say("250 ok")

    def keep(self, to):
        lines = []
        for raw in self.rfile:
            if raw in (b".\r\n", b".\n"):
                break
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        self.server.letters.append((to, message_from_bytes(b"".join(lines), policy=policy.default)))

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class Postman(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.letters, self.passwords, self.refusing = [], [], False

    @property
    def port(self):
        return self.server_address[1]


@contextmanager
def delivering():
    postman = Postman()
    thread = threading.Thread(target=postman.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield postman
    finally:
        postman.shutdown()
        postman.server_close()
        thread.join()
