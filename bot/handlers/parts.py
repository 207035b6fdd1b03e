"""A long text in a modal's fields: cut into parts that the fields hold, put together again, and which part a line came from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PART = 2900
A_PAGE = 10
"""Parts on one page: a view may hold 250 kB, and a character that is not ASCII takes six bytes of that."""


def parts_of(text: str) -> list[str]:
    """Cut before an entry where that fits, since a field may lose the blanks it begins with; else between two lines."""
    parts = [""]
    for entry in re.split(r"(?m)^(?=\S)", text):
        lines = [entry] if len(entry) <= PART else entry.splitlines(keepends=True)
        for piece in lines:
            if len(parts[-1]) + len(piece) > PART:
                parts.append("")
            parts[-1] += piece
    return parts


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts put together: `starts` says behind which line of the whole each part begins."""

    text: str
    starts: Mapping[int, int]

    def place(self, line: int) -> tuple[int, int]:
        """(part, line in it) of a line of the whole; parts and lines count from one."""
        part, behind = max((one for one in self.starts.items() if one[1] < line), key=lambda one: one[1])
        return part, line - behind


def joined(parts: Mapping[int, str]) -> Joined:
    """The parts by their numbers; empty ones are left out."""
    text, starts = "", {}
    for number, part in sorted(parts.items()):
        if part.strip():
            starts[number] = text.count("\n")
            text += part.strip("\n") + "\n"
    return Joined(text, starts or {1: 0})
