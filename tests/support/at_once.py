"""The same form sent by several browsers at the same moment, as a double click or two officials do."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

MANY = 4


def send_at_once(app, who, address, forms, **more):
    """Each of ``forms`` sent by a browser of its own, signed in as ``who``; the answers in their order."""
    browsers = [app.test_client().sign_in(who) for _ in forms]
    tokens = [browser.token() for browser in browsers]
    barrier = Barrier(len(forms))

    def one(number):
        form = forms[number]() if callable(forms[number]) else forms[number]
        barrier.wait()
        return browsers[number].post(address, data={**form, "csrf_token": tokens[number]}, **more)

    with ThreadPoolExecutor(len(forms)) as threads:
        return list(threads.map(one, range(len(forms))))
