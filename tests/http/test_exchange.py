"""One request and its answer over real sockets: what is no whole answer is none, and nothing is taken from anywhere else."""

import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import takewhile

import pytest

from sync.http.exchange import exchange, network
from sync.model.errors import AppUnreachable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
BYE = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")

BROKEN = {
    "nothing": b"",
    "no HTTP": b"Good morning!\r\n\r\n",
    "half of the head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "half of the body": b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{}",
    "half of a large body": b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + b" " * 400_000,
    "half of a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{}",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "no gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
}


def request_of(caller: socket.socket) -> bytes:
    """A whole request; empty where the caller has gone."""
    with caller.makefile("rb") as lines:
        head = b"".join(takewhile(b"\r\n".__ne__, lines))
        length = re.search(rb"content-length: (\d+)", head.lower())
        return head + lines.read(int(length[1]) if length else 0)


class App:
    """An app that takes one connection after another, gives each request on it one of these replies, and hangs up."""

    def __init__(self, *connections: Sequence[bytes]) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(0.5)
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self.asked: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, args=(connections,))
        self._thread.start()

    def _serve(self, connections: tuple[Sequence[bytes], ...]) -> None:
        with suppress(TimeoutError):
            for replies in connections:
                caller, _ = self._door.accept()
                with closing(caller):
                    for reply in replies:
                        self.asked.append(request_of(caller))
                        caller.sendall(reply)

    def close(self) -> None:
        self._thread.join()
        self._door.close()


@pytest.fixture
def app() -> Iterator[Callable[..., App]]:
    opened: list[App] = []

    def opens(*connections: Sequence[bytes]) -> App:
        opened.append(App(*connections))
        return opened[-1]

    yield opens
    for one in opened:
        one.close()


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_whole_answer_is_none_and_nothing_is_sent_twice(app, method, reply):
    at = app([reply], [OK])
    with closing(network()) as net, pytest.raises(AppUnreachable):
        exchange(net, method, at.url, app="App", content=b"{}" if method == "POST" else None)
    at.close()
    assert len(at.asked) == 1


def test_nobody_who_listens_is_no_answer(app):
    at = app()
    at.close()
    with closing(network()) as net, pytest.raises(AppUnreachable):
        exchange(net, "GET", at.url, app="App")


def test_each_of_a_list_is_a_parameter_of_its_own(app):
    at = app([BYE])
    with closing(network()) as net:
        exchange(net, "GET", f"{at.url}/people", app="App", params={"name": ["a b", "c&d"], "page": 2})
    assert at.asked[0].startswith(b"GET /people?name=a+b&name=c%26d&page=2 HTTP/1.1\r\n")


def test_a_redirect_is_an_answer_and_is_not_followed(app):
    elsewhere = app([OK])
    at = app([f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n".encode()])
    with closing(network()) as net:
        answer = exchange(net, "GET", at.url, app="App", headers={"Authorization": "Bearer secret"})
    assert (answer.status, elsewhere.asked) == (302, [])


def test_cookies_are_not_kept(app):
    at = app([OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: who=dana\r\n\r\n"), BYE])
    with closing(network()) as net:
        for _ in range(2):
            exchange(net, "GET", at.url, app="App")
    assert b"dana" not in at.asked[1]


def test_proxies_of_the_environment_are_not_asked(app, monkeypatch):
    proxy, at = app([OK]), app([BYE])
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    with closing(network()) as net:
        assert exchange(net, "GET", at.url, app="App").json == {}


def test_headers_that_are_no_text_do_not_hide_the_answer(app):
    at = app([BYE.replace(b"\r\n\r\n", b"\r\nX-Server: caf\xe9\r\nX-Limit: 7\r\n\r\n")])
    with closing(network()) as net:
        answer = exchange(net, "GET", at.url, app="App")
    assert (answer.json, answer.headers["x-limit"]) == ({}, "7")


def test_a_write_whose_answer_is_lost_on_a_kept_connection_is_not_sent_again(app):
    """The app takes it and hangs up: whoever sends it once more makes two customers."""
    at = app([OK, b""], [OK])
    with closing(network()) as net:
        exchange(net, "POST", at.url, app="App", content=b"{}")
        with pytest.raises(AppUnreachable):
            exchange(net, "POST", at.url, app="App", content=b"{}")
    at.close()
    assert len(at.asked) == 2
