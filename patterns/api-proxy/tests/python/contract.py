"""Holds answers against openapi.yaml, so that it stays true."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema
import yaml

ROOT = Path(__file__).parent.parent
CONTRACT = yaml.safe_load((ROOT / "openapi.yaml").read_text())
COLLECTION = next(iter(CONTRACT["paths"]))
VALIDATORS: dict[str, Callable[[Any], Any]] = {}


def operation(name: str) -> dict[str, Any]:
    """The operation of this id."""
    operations = (each for path in CONTRACT["paths"].values() for each in path.values() if isinstance(each, dict))
    return next(each for each in operations if each["operationId"] == name)


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    while "$ref" in value:
        place: Any = CONTRACT
        for name in value["$ref"].removeprefix("#/").split("/"):
            place = place[name]
        value = place
    return value


def is_valid(schema: dict[str, Any], value: Any) -> bool:
    """Whether the value is as a schema of the contract describes it."""
    name = json.dumps(schema)
    if name not in VALIDATORS:
        VALIDATORS[name] = fastjsonschema.compile({"components": CONTRACT["components"], "allOf": [schema]})
    try:
        VALIDATORS[name](value)
    except fastjsonschema.JsonSchemaException:
        return False
    return True


def check_answer(name: str, answer: dict[str, Any]) -> None:
    """Raises unless the contract has such an answer of this operation."""
    status, headers = answer["statusCode"], answer["headers"]
    responses = operation(name)["responses"]
    assert str(status) in responses or status in (500, 503), f"{name} does not promise {status}"
    response = resolved(responses.get(str(status), responses["default"]))
    for header, described in response.get("headers", {}).items():
        value = headers.get(header.lower())
        if value is None:
            assert header == "Idempotent-Replayed", f"{header} is missing"
        else:
            assert is_valid(resolved(described)["schema"], value), f"{header}: {value}"
    if "content" not in response:
        assert answer["body"] == "", answer["body"]
        return
    ((media_type, described),) = response["content"].items()
    assert headers["content-type"] == media_type, headers["content-type"]
    assert is_valid(described["schema"], json.loads(answer["body"])), answer["body"]


def routes_of_template() -> set[tuple[str, str, str]]:
    """Handler, method and path of every route in template.yaml."""

    class Loader(yaml.SafeLoader):
        """Reads a template without acting on its functions."""

    Loader.add_multi_constructor("!", lambda _loader, _suffix, node: node.value)
    template = yaml.load((ROOT / "template.yaml").read_text(), Loader)  # noqa: S506 (a SafeLoader)
    functions = (
        each["Properties"] for each in template["Resources"].values() if "Events" in each.get("Properties", {})
    )
    return {
        (function["Handler"].removesuffix(".handler"), event["Properties"]["Method"], event["Properties"]["Path"])
        for function in functions
        for event in function["Events"].values()
    }


def routes_of_contract() -> set[tuple[str, str, str]]:
    """Operation, method and path of every route in openapi.yaml."""
    return {
        (each["operationId"], method.upper(), path)
        for path, methods in CONTRACT["paths"].items()
        for method, each in methods.items()
        if re.fullmatch("get|put|post|delete|patch", method)
    }
