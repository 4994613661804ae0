"""State machines are created only from definitions that can run, with roles that may do what creation needs.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

import json
import uuid

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions
from ministack.services.cloudformation import provisioners

from . import anchors, workflow_grammar, workflow_roles

_NO_LOG_ACCESS = "The state machine IAM Role is not authorized to access the Log Destination"


def apply():
    """Put the corrections of this file in place."""
    for name in ("_sfn_definition", "_sfn_handler_error"):
        anchors.require(provisioners, name)
    anchors.replace(stepfunctions, "_create_state_machine", refuse_unfit_machines)
    anchors.replace(stepfunctions, "_update_state_machine", refuse_unfit_updates)
    anchors.replace(stepfunctions, "_validate_state_machine_definition", diagnose)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    for verb in ("create", "update"):
        anchors.replace_handler(handlers, "AWS::StepFunctions::StateMachine", verb, refuse_unfit_templates)


def refuse_unfit_machines(stock):
    """CreateStateMachine refuses a definition that cannot run.

    AWS: InvalidDefinition, "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: …'"; AccessDeniedException
    for a role that may not set up the logging it asks for.
    Stock: takes what is JSON, and what is not; the execution fails.
    """
    def create(data):
        return _refusal(data, data.get("type")) or stock(data)
    return create


def refuse_unfit_updates(stock):
    """UpdateStateMachine checks as CreateStateMachine does. Stock: see there."""
    def update(data):
        machine = stepfunctions._state_machines.get(data.get("stateMachineArn"))
        if machine:
            refused = _refusal({**machine, **data}, machine.get("type"))
            if refused:
                return refused
        return stock(data)
    return update


def diagnose(_stock):
    """ValidateStateMachineDefinition tells what is wrong.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
    Stock: everything is OK.
    """
    def validate(data):
        problems = workflow_grammar.problems(data.get("definition"), data.get("type"))
        return json_response({"result": "FAIL" if problems else "OK", "truncated": False, "diagnostics": [
            {"severity": "ERROR", "code": problem.code, "message": problem.message, "location": problem.place}
            for problem in problems]})
    return validate


def refuse_unfit_templates(stock):
    """A state machine of a template is checked as by the API; its logging settings are those the API knows.

    Stock: checks nothing, and keeps the template's capital letters, so that DescribeStateMachine shows no settings.
    """
    def provision(*arguments, **options):
        properties = next(value for value in reversed(arguments) if isinstance(value, dict))
        logging = _lower(properties.get("LoggingConfiguration") or {})
        refused = _refusal({"definition": provisioners._sfn_definition(properties), "loggingConfiguration": logging,
                            "roleArn": properties.get("RoleArn")}, properties.get("StateMachineType"))
        if refused:
            said = json.loads(refused[2]).get("message")
            raise provisioners._sfn_handler_error(
                f"{said} (Service: Sfn, Status Code: 400, Request ID: {uuid.uuid4()})")
        result = stock(*arguments, **options)
        machine = stepfunctions._state_machines.get(result[0] if isinstance(result, tuple) else result)
        if machine and logging:
            machine["loggingConfiguration"] = logging
        return result
    return provision


def _refusal(machine, kind):
    problems = workflow_grammar.problems(machine.get("definition"), kind)
    if problems:
        said = ", ".join(f"{problem.code}: {problem.message} at {problem.place}" for problem in problems)
        return error_response_json("InvalidDefinition", f"Invalid State Machine Definition: '{said}'", 400)
    if not workflow_roles.may_log(machine):
        return error_response_json("AccessDeniedException", _NO_LOG_ACCESS, 400)
    return None


def _lower(value):
    if isinstance(value, dict):
        return {f"{name[0].lower()}{name[1:]}": _lower(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_lower(inner) for inner in value]
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
