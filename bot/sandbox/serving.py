"""Serves a WSGI app on loopback from threads of its own. Connections stay open, as those of real services do."""

import socket
import threading
from types import TracebackType
from wsgiref.types import WSGIApplication

import waitress

THREADS = 32
"""More than anybody needs at once: a page that listens to the feed keeps one for as long as it is open."""


class Served:
    """An app being served; `url` is where. Port 0 takes a free one. An app that raises LostAnswer ends the connection without a word."""

    def __init__(self, app: WSGIApplication, port: int = 0) -> None:
        self._server = waitress.create_server(
            app, host="127.0.0.1", port=port, threads=THREADS, ident=None, log_socket_errors=False
        )
        self.port: int = self._server.effective_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.close()
        self._server.task_dispatcher.set_thread_count(0)

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
