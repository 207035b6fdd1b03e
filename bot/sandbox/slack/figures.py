"""What Slack refuses in tables and charts. Limits: Slack's reference of the table, data table and data visualization blocks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
Wrong = tuple[str, str]
"""A JSON pointer within the block, and what is wrong there."""

MOST_COLUMNS = 20
LONGEST_TITLE = 50
LONGEST_LABEL = 20
MOST_SERIES = 12
MOST_POINTS = 20
# Kind of block → how many a message may hold, and how many characters all of them together.
IN_ALL: Mapping[str, tuple[int, int]] = {"table": (1, 10_000), "data_table": (50, 20_000), "data_visualization": (2, 0)}


def check(block: Json) -> Iterator[Wrong]:
    if block["type"] == "data_visualization":
        yield from _chart(block)
    else:
        yield from _rows(block.get("rows") or ())


def check_all(blocks: Sequence[Json]) -> Iterator[str]:
    """What is wrong with all of a message's tables and charts together."""
    for kind, (most, characters) in IN_ALL.items():
        found = [block for block in blocks if block.get("type") == kind]
        if len(found) > most:
            yield f"no more than {most} blocks of type {kind} allowed"
        if characters and sum(_length(block) for block in found) > characters:
            yield f"all blocks of type {kind} together must be less than {characters + 1} characters"


def _length(block: Json) -> int:
    return sum(_shown(cell) for row in block.get("rows") or () for cell in row)


def _shown(part: Json) -> int:
    return len(str(part.get("text", ""))) + sum(_shown(inner) for inner in part.get("elements") or ())


def _rows(rows: Sequence[Sequence[Json]]) -> Iterator[Wrong]:
    for number, row in enumerate(rows):
        if not 1 <= len(row) <= MOST_COLUMNS:
            yield f"/rows/{number}", f"must have between 1 and {MOST_COLUMNS} items"
        if len(row) != len(rows[0]):
            yield f"/rows/{number}", "must have as many cells as the first row"
        for at, cell in enumerate(row):
            if cell.get("type") not in ("raw_text", "raw_number", "rich_text"):
                yield f"/rows/{number}/{at}/type", f"unsupported type: {cell.get('type')}"
            elif cell["type"] != "rich_text" and not cell.get("text"):
                yield f"/rows/{number}/{at}/text", "must be at least 1 character"


def _chart(block: Json) -> Iterator[Wrong]:
    chart = block.get("chart") or {}
    yield from _label(block.get("title"), LONGEST_TITLE, "/title")
    if chart.get("type") not in ("bar", "line", "area"):
        yield "/chart/type", f"unsupported type: {chart.get('type')}"
        return
    categories, series = (chart.get("axis_config") or {}).get("categories") or (), chart.get("series") or ()
    if not 1 <= len(categories) <= MOST_POINTS:
        yield "/chart/axis_config/categories", f"must have between 1 and {MOST_POINTS} items"
    if not 1 <= len(series) <= MOST_SERIES:
        yield "/chart/series", f"must have between 1 and {MOST_SERIES} items"
    for number, one in enumerate(series):
        yield from _label(one.get("name"), LONGEST_LABEL, f"/chart/series/{number}/name")
        labels = [point.get("label") for point in one.get("data") or ()]
        if sorted(map(str, labels)) != sorted(map(str, categories)):
            yield f"/chart/series/{number}/data", "must have one point for each category"
        for label in labels:
            yield from _label(label, LONGEST_LABEL, f"/chart/series/{number}/data")


def _label(text: Any, limit: int, pointer: str) -> Iterator[Wrong]:
    if not isinstance(text, str) or not 1 <= len(text) <= limit:
        yield pointer, f"must be between 1 and {limit} characters"
