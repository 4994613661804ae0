"""What is wrong with a definition in the Amazon States Language, as far as AWS tells it before anything runs.

https://states-language.net/spec.html
"""

import json
from dataclasses import dataclass

_SCHEMA = "SCHEMA_VALIDATION_FAILED"
_TARGET = "MISSING_TRANSITION_TARGET"
_COMMON = {"Type", "Comment", "QueryLanguage"}
_PATHS = {"InputPath", "OutputPath"}
_CALLS = {"Retry", "Catch", "ResultSelector", "ResultPath", "Parameters"}
_FIELDS = {
    "Task": {"Resource", "Credentials", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds",
             "HeartbeatSecondsPath", *_PATHS, *_CALLS},
    "Pass": {"Result", "ResultPath", "Parameters", *_PATHS},
    "Choice": {"Choices", "Default", *_PATHS},
    "Wait": {"Seconds", "SecondsPath", "Timestamp", "TimestampPath", *_PATHS},
    "Succeed": {*_PATHS},
    "Fail": {"Error", "ErrorPath", "Cause", "CausePath"},
    "Parallel": {"Branches", *_PATHS, *_CALLS},
    "Map": {"ItemProcessor", "Iterator", "ItemsPath", "ItemSelector", "ItemReader", "ItemBatcher", "ResultWriter",
            "MaxConcurrency", "MaxConcurrencyPath", "ToleratedFailureCount", "ToleratedFailureCountPath",
            "ToleratedFailurePercentage", "ToleratedFailurePercentagePath", "Label", *_PATHS, *_CALLS}}
_ONLY_JSONATA = {"Arguments", "Output", "Items", "Condition"}
_ONLY_JSONPATH = {"Parameters", "ResultSelector", "ResultPath", "ItemsPath", *_PATHS}
_ENDINGS = ("Succeed", "Fail", "Choice")
_WAITS = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
_JITTER = ("FULL", "NONE")


@dataclass(frozen=True)
class Problem:
    """One reason to refuse a definition."""

    code: str
    message: str
    place: str


def problems(text, kind=None):
    """Everything that is wrong with this definition of a machine of this kind."""
    try:
        definition = json.loads(text or "")
    except (TypeError, ValueError) as error:
        return [Problem("INVALID_JSON_DESCRIPTION", str(error), "/")]
    if not isinstance(definition, dict):
        return [Problem("INVALID_JSON_DESCRIPTION", "the definition is not an object", "/")]
    return _of_machine(definition, "", definition.get("QueryLanguage", "JSONPath"), kind == "EXPRESS")


def _of_machine(machine, place, language, is_express):
    states, start, found = machine.get("States"), machine.get("StartAt"), []
    if not isinstance(states, dict) or not states:
        return [Problem(_SCHEMA, "The field 'States' is required and must not be empty", f"{place}/States")]
    if start is None:
        found.append(Problem(_SCHEMA, "The field 'StartAt' is required", f"{place}/StartAt"))
    elif start not in states:
        found.append(Problem(_TARGET, f"Missing 'StartAt' target: {start}", f"{place}/StartAt"))
    for name, state in states.items():
        here = f"{place}/States/{name}"
        if not isinstance(state, dict) or state.get("Type") not in _FIELDS:
            found.append(Problem(_SCHEMA, "The field 'Type' must name a type of state", f"{here}/Type"))
            continue
        found += _of_state(state, here, states, state.get("QueryLanguage", language), is_express)
    if not found:
        reached = _reached(states, start)
        found = [Problem(_TARGET, f'State "{name}" is not reachable.', f"{place}/States/{name}")
                 for name in states if name not in reached]
    return found


def _of_state(state, place, states, language, is_express):
    kind = state["Type"]
    found = _of_fields(state, place, language) + _of_transitions(state, place, states)
    if kind == "Task":
        found += _of_task(state, place, is_express)
    if kind == "Wait" and sum(name in state for name in _WAITS) != 1:
        found.append(Problem(_SCHEMA, f"Exactly one of {', '.join(_WAITS)} is required", place))
    if kind in ("Task", "Parallel", "Map"):
        found += _of_errors(state, place)
    inner = state.get("Branches", []) if kind == "Parallel" else []
    if kind == "Parallel" and not inner:
        found.append(Problem(_SCHEMA, "The field 'Branches' is required and must not be empty", f"{place}/Branches"))
    if kind == "Map":
        inner = [state.get("ItemProcessor") or state.get("Iterator") or {}]
    for index, machine in enumerate(inner):
        found += _of_machine(machine, f"{place}/{'Branches' if kind == 'Parallel' else 'ItemProcessor'}[{index}]",
                             language, is_express)
    return found


def _of_fields(state, place, language):
    """Fields that the type of state, or its query language, does not have."""
    kind, is_jsonata = state["Type"], language == "JSONata"
    allowed = _COMMON | _FIELDS[kind] | ({"Next", "End"} if kind not in _ENDINGS else set())
    allowed |= {"Assign"} if kind not in ("Succeed", "Fail") else set()
    allowed |= {"Output"} if kind != "Fail" else set()
    allowed |= {"Arguments"} if kind in ("Task", "Parallel") else {"Items"} if kind == "Map" else set()
    found = [Problem(_SCHEMA, f"Field '{name}' is not supported", f"{place}/{name}")
             for name in state if name not in allowed]
    wrong = _ONLY_JSONPATH if is_jsonata else _ONLY_JSONATA
    return found + [Problem(_SCHEMA, f"The {language} query language does not support the field '{name}'",
                            f"{place}/{name}") for name in state if name in allowed and name in wrong]


def _of_transitions(state, place, states):
    """Where the state goes on, and whether that exists."""
    found, kind = [], state["Type"]
    if kind not in _ENDINGS and ("Next" in state) == (state.get("End") is True):
        found.append(Problem(_SCHEMA, "Exactly one of 'Next' and 'End' is required", place))
    if kind == "Choice" and not state.get("Choices"):
        found.append(Problem(_SCHEMA, "The field 'Choices' is required and must not be empty", f"{place}/Choices"))
    if kind == "Choice":
        found += [Problem(_SCHEMA, "The field 'Next' is required", f"{place}/Choices[{index}]")
                  for index, choice in enumerate(state.get("Choices") or []) if "Next" not in choice]
    return found + [Problem(_TARGET, f"Missing '{name}' target: {target}", f"{place}{where}/{name}")
                    for name, where, target in _targets(state) if target not in states]


def _targets(state):
    """Name of the field, its place and the state it leads to."""
    found = [(name, "", state[name]) for name in ("Next", "Default") if name in state]
    for field in ("Choices", "Catch"):
        found += [("Next", f"/{field}[{index}]", inner["Next"]) for index, inner in enumerate(state.get(field) or [])
                  if isinstance(inner, dict) and "Next" in inner]
    return found


def _of_task(state, place, is_express):
    resource = state.get("Resource")
    if not isinstance(resource, str) or not resource.startswith("arn:"):
        return [Problem(_SCHEMA, "Value is not a valid resource ARN", f"{place}/Resource")]
    for pattern in (".waitForTaskToken", ".sync"):
        if is_express and pattern in resource:
            return [Problem(_SCHEMA, f"Express state machine does not support '{pattern}' service integration",
                            f"{place}/Resource")]
    timeout, heartbeat = state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
    if isinstance(timeout, int) and isinstance(heartbeat, int) and heartbeat >= timeout:
        return [Problem(_SCHEMA, "HeartbeatSeconds must be smaller than TimeoutSeconds", place)]
    return []


def _of_errors(state, place):
    """Retry and Catch."""
    found = []
    for field in ("Retry", "Catch"):
        rules = state.get(field) or []
        for index, rule in enumerate(rules):
            here, errors = f"{place}/{field}[{index}]", rule.get("ErrorEquals")
            if not isinstance(errors, list) or not errors:
                found.append(Problem(_SCHEMA, "The field 'ErrorEquals' is required and must not be empty", here))
            elif "States.ALL" in errors and (len(errors) > 1 or index != len(rules) - 1):
                found.append(Problem(_SCHEMA, "States.ALL must appear alone, in the last rule", f"{here}/ErrorEquals"))
            if field == "Catch" and "Next" not in rule:
                found.append(Problem(_SCHEMA, "The field 'Next' is required", here))
            if field == "Retry":
                found += [Problem(_SCHEMA, f"The value of '{name}' is out of range", f"{here}/{name}")
                          for name in _out_of_range(rule)]
    return found


def _out_of_range(retry):
    least = {"IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1, "MaxDelaySeconds": 1}
    return [name for name, lowest in least.items()
            if name in retry and (not isinstance(retry[name], (int, float)) or retry[name] < lowest)] + [
        "JitterStrategy" for strategy in [retry.get("JitterStrategy", "NONE")] if strategy not in _JITTER]


def _reached(states, start):
    reached, ahead = set(), [start]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += [target for _field, _where, target in _targets(states[name])]
    return reached
