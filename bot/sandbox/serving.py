"""Serves a WSGI app on loopback from a thread of its own."""

import socket
import threading
from types import TracebackType
from wsgiref.types import WSGIApplication

from werkzeug.serving import WSGIRequestHandler, make_server

from bot.sandbox.faults import LostAnswer


class _Quiet(WSGIRequestHandler):
    """No log; a lost answer closes the connection without a word. So does every other one: this server keeps none open."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def run_wsgi(self) -> None:
        try:
            super().run_wsgi()
        except LostAnswer:
            self.close_connection = True

    def log(self, type: str, message: str, *args: object) -> None:
        pass


class Served:
    """An app being served; `url` is where. Port 0 takes a free one."""

    def __init__(self, app: WSGIApplication, port: int = 0) -> None:
        self._server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet, processes=1)
        self._server.passthrough_errors = True
        self.port: int = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> "Served":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def free_port() -> int:
    """A port of loopback that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
