"""The apps' own documents as JSON Schema: operations with their parameters, bodies and answers. They lie beside the checkout, not in it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

Json = dict[str, Any]

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
OPENAPI = REFERENCE / "openapi"
ZOHO_FILES = ("contacts", "contact-persons", "organizations", "currency", "users")


def needs_documents() -> None:
    if not OPENAPI.is_dir():
        pytest.skip("the apps' official documents are not beside this checkout")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document. `body` and `answer` are JSON Schemas that refuse keys they do not name."""

    name: str
    path: re.Pattern[str]
    parameters: frozenset[str]
    body: Json
    answer: Json


@dataclass(frozen=True, slots=True)
class Finding:
    """What a document does not say: at which place of which operation, and why."""

    operation: str
    place: str
    why: str


def findings(operation: Operation, part: str, schema: Json, value: Any) -> Iterator[Finding]:
    """Keys that the document does not know, and values that are not what it says."""
    for error in Draft202012Validator(schema).iter_errors(value):
        place = ".".join([part, *("[]" if isinstance(step, int) else str(step) for step in error.absolute_path)])
        place = place.replace(".[]", "[]")
        if error.validator == "additionalProperties":
            for key in sorted(set(error.instance) - set(error.schema.get("properties", ()))):
                yield Finding(operation.name, f"{place}.{key}", "unknown")
        else:
            yield Finding(operation.name, place, f"{error.validator} {error.validator_value}")


# ---- Zoho: OpenAPI 3.0 -------------------------------------------------------------------------------------------------------------------


@cache
def zoho() -> list[Operation]:
    found = []
    for name in ZOHO_FILES:
        document = yaml.safe_load((OPENAPI / "zoho-inventory" / f"{name}.yml").read_text())
        for path, methods in document["paths"].items():
            for method in {"get", "post", "put", "delete"} & methods.keys():
                found.append(_zoho_operation(document, path, method, methods[method]))
    return sorted(found, key=lambda operation: "{" in operation.name)  # /users/me before /users/{user_id}


def _zoho_operation(document: Json, path: str, method: str, told: Json) -> Operation:
    pattern = re.compile("/inventory/v1" + re.sub(r"{\w+}", "[^/]+", path))
    answer = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
    parameters = frozenset({one["name"] for one in told.get("parameters", ())} | {"organization_id"})
    return Operation(
        f"{method.upper()} {path}",
        pattern,
        parameters,
        _content(document, told.get("requestBody") or {}),
        _content(document, answer),
    )


def _content(document: Json, part: Json) -> Json:
    schema = (part.get("content") or {}).get("application/json", {}).get("schema", {})
    return _zoho_schema(document, schema)


def _zoho_schema(document: Json, schema: Json) -> Json:
    """References followed, unknown keys refused. Amounts are called integers there, with decimal examples (ORIGIN.md)."""
    if "$ref" in schema:
        target: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return _zoho_schema(document, target)
    kind = schema.get("type")
    if kind == "array":
        return {"type": "array", "items": _zoho_schema(document, schema.get("items", {}))}
    if "properties" in schema:
        properties = {key: _zoho_schema(document, one) for key, one in schema["properties"].items()}
        return _object(properties) | {"required": schema.get("required", [])}
    numbers = {"integer": "number", "float": "number", "double": "number"}
    return {"type": numbers.get(kind, kind)} if isinstance(kind, str) else {}


# ---- Google: discovery document ----------------------------------------------------------------------------------------------------------


@cache
def google() -> list[Operation]:
    document = json.loads((OPENAPI / "google-people-v1.discovery.json").read_text())
    return sorted(_google_operations(document, document), key=lambda operation: "[^/]" in operation.path.pattern)


def _google_operations(document: Json, resource: Json) -> Iterator[Operation]:
    for told in (resource.get("methods") or {}).values():
        path = re.sub(r"{\w+}", "[^/:]+", told["flatPath"])
        schemas = document["schemas"]
        body, answer = (_google_schema(schemas, told.get(part) or {}) for part in ("request", "response"))
        named = frozenset(name for name, one in told.get("parameters", {}).items() if one["location"] == "query")
        yield Operation(f"{told['httpMethod']} {told['flatPath']}", re.compile("/" + path), named, body, answer)
    for inner in (resource.get("resources") or {}).values():
        yield from _google_operations(document, inner)


def _google_schema(schemas: Mapping[str, Json], told: Json) -> Json:
    """Discovery's own dialect is an old JSON Schema with references by name (no type of People v1 holds itself)."""
    if "$ref" in told:
        return _google_schema(schemas, schemas[told["$ref"]])
    if told.get("type") == "array":
        return {"type": "array", "items": _google_schema(schemas, told["items"])}
    if "additionalProperties" in told:
        return {"type": "object", "additionalProperties": _google_schema(schemas, told["additionalProperties"])}
    if told.get("type") == "object":
        return _object({key: _google_schema(schemas, one) for key, one in told.get("properties", {}).items()})
    return {key: told[key] for key in ("type", "enum") if key in told and told[key] != "any"}


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "additionalProperties": False}
