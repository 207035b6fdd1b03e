"""A configuration as YAML text and back. What differs from the defaults is written; every error on the way back names its line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any, get_args, get_type_hints

import msgspec
import yaml

from sync.engine.lint import lint
from sync.model.connections import Document, Options, Scheme
from sync.model.editing import Finding
from sync.model.fields import spoken_ref
from sync.model.records import Side
from sync.usecases.soundness import flaws

WIDTH = 2000
"""Longer lines are folded, so that a line always fits where it is pasted."""

PATH = re.compile(r"\.(\w+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with an imported text: `line` counts from one. `code` is "nothing", "syntax", "unknown", "shape" or that of a lint
    finding."""

    line: int
    code: str
    facts: Mapping[str, str]


Reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Writer: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The same in C, ten times as fast, where the system has it."""


class _Row(list[Any]):
    """A list that is written in one line."""


class _Writer(Writer):  # type: ignore[misc]  # a class either way
    """Writes lists of plain values in one line, everything else in lines of their own."""


_Writer.add_representer(
    _Row, lambda writer, row: writer.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)
)


def to_yaml(document: Document, scheme: Scheme) -> str:
    """The document as YAML, with the fields' labels as comments."""
    lines = []
    text = yaml.dump(_told(document), Dumper=_Writer, sort_keys=False, allow_unicode=True, width=WIDTH)
    for line in text.splitlines():
        lines.append(line + _comment(line, scheme))
    return "\n".join(lines) + "\n"


def _comment(line: str, scheme: Scheme) -> str:
    key, _, value = line.strip().removeprefix("- ").partition(": ")
    if key not in ("left", "right"):
        return ""
    label = spoken_ref(scheme.side(Side(key)).fields, value)
    return f"  # {label}" if label != value else ""


def _told(value: Any) -> Any:
    """Plain data without what is as it is by default; options and `id`s are always told."""
    if is_dataclass(value):
        whole = isinstance(value, Document | Options)
        parts = ((one, getattr(value, one.name)) for one in fields(value))
        return {one.name: _told(part) for one, part in parts if whole or one.name == "id" or part != _default(one)}
    if isinstance(value, tuple | list):
        told = [_told(one) for one in value]
        return told if any(isinstance(one, dict | list) for one in told) else _Row(told)
    return value.value if isinstance(value, Enum) else value


def _default(field: Any) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def from_yaml(text: str, scheme: Scheme) -> Document | list[Mistake]:
    """The document that a text describes, or every mistake that could be found in it."""
    try:
        loader = Reader(text)
        node = loader.get_single_node()
        plain = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark
        line = mark.line + 1 if mark else 1
        return [Mistake(line, "syntax", {"problem": error.problem or ""})]
    if node is None or not isinstance(plain, dict):
        return [Mistake(1, "nothing", {})]
    unknown = [Mistake(_line(node, path), "unknown", {"name": path[-1]}) for path in _unknown(plain, Document, ())]
    if unknown:
        return unknown
    try:
        document = msgspec.convert(plain, Document)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at ")
        return [Mistake(_line(node, _steps(place)), "shape", {"problem": _plain(problem)})]
    return _sound(document, scheme, node) or document


def _plain(problem: str) -> str:
    return problem[:1].lower() + problem[1:].replace("`", "“", 1).replace("`", "”", 1).replace("`", "")


def _sound(document: Document, scheme: Scheme, node: yaml.Node) -> list[Mistake]:
    """What a well-formed document still gets wrong."""
    found = lint(document, _with(scheme, document))
    ruled = [Mistake(_line_of(node, one), one.code, one.facts) for one in found if one.refused]
    return [*(Mistake(_line(node, one.path), one.code, one.facts) for one in flaws(document, scheme)), *ruled]


def _with(scheme: Scheme, document: Document) -> Scheme:
    return replace(scheme, document=document)


def _line_of(node: yaml.Node, finding: Finding) -> int:
    for part in ("rules", "mappings"):
        for number, one in enumerate(_at(node, (part,), []) or ()):
            if _at(one, ("id",), "") == finding.rule_id:
                return _line(node, (part, str(number)))
    return 1


def _at(node: Any, path: tuple[str, ...], otherwise: Any) -> Any:
    for key in path:
        node = _child(node, key)
    if isinstance(node, yaml.SequenceNode):
        return node.value
    return node.value if isinstance(node, yaml.ScalarNode) else otherwise


def _unknown(value: Any, kind: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of keys that the document does not know."""
    if is_dataclass(kind) and isinstance(value, dict):
        hints = get_type_hints(kind)
        for key, part in value.items():
            if key in hints:
                yield from _unknown(part, hints[key], (*path, str(key)))
            else:
                yield (*path, str(key))
    elif isinstance(value, list) and get_args(kind):
        for number, part in enumerate(value):
            yield from _unknown(part, get_args(kind)[0], (*path, str(number)))


def _steps(place: str) -> tuple[str, ...]:
    return tuple(name or number for name, number in PATH.findall(place))


def _line(node: yaml.Node | None, path: tuple[str, ...]) -> int:
    """The line of the deepest part of a path that is there."""
    line = 1
    for key in path:
        node = _child(node, key)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: Any, key: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((part for name, part in node.value if name.value == key), None)
    if isinstance(node, yaml.SequenceNode):
        return node.value[int(key)] if key.isdigit() and int(key) < len(node.value) else None
    return None
