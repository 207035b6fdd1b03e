"""`zsync demo`: the page to try zsync in, and the whole journey told in the terminal."""

import os
import socket
import sys
import time
import webbrowser

from bot.sandbox.running import running
from bot.sandbox.tour import Tour

PAGE_PORT = 8421


def play(*, tour_only: bool) -> int:
    """The page's own fresh world, and beside it the journey told in the terminal; the journey alone if only the tour was asked for. The
    exit code."""
    if tour_only:
        return _tour()
    with running(rate=1, page_port=_page_port()) as demo:
        address = demo.urls["page"]
        print(f"The sandbox is at {address}. It is yours and fresh: type /zsync connect there.\n", flush=True)
        _open_browser(address)
        print("Meanwhile, the whole journey in a world of its own:")
        code = _tour()
        print(f"\nThe sandbox goes on at {address}; its time can be hurried there. Stop with Ctrl-C.")
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            print("\nStopped.")
    return code


def _tour() -> int:
    with running() as demo:
        return Tour(demo).play()


def _page_port() -> int:
    """The page's usual port, so that its address stays; a free one where somebody else has it."""
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", PAGE_PORT)) == 0
    return 0 if taken else PAGE_PORT


def _open_browser(address: str) -> None:
    """Where there is a screen to see it on."""
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)
