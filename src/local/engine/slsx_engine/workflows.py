"""Executions of state machines: their start, their way from state to state, their end."""

import contextvars
import copy
import json
import logging
import threading

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions

from . import anchors, workflow_callbacks, workflow_history, workflow_log

_Error = anchors.require(stepfunctions, "_ExecutionError")
_EXPRESS = "EXPRESS"

_log = logging.getLogger("slsx.engine")
_ending = threading.Lock()


def apply():
    """Put the corrections of this file in place."""
    for name in ("_executions", "_state_machines", "_execute_pass", "_execute_choice", "_execute_wait", "_execute_map",
                 "_execute_parallel", "_fail_state_error", "_emit_execution_status_event", "_run_map_items",
                 "_run_parallel_branches"):
        anchors.require(stepfunctions, name)
    anchors.replace(stepfunctions, "_start_execution", start_once)
    anchors.replace(stepfunctions, "_start_sync_execution", start_express_only)
    anchors.replace(stepfunctions, "_run_execution", run)
    anchors.replace(stepfunctions, "_run_sub_machine", run_branch)
    for kind, name in (("Parallel", "_run_parallel_branches"), ("Map", "_run_map_items")):
        anchors.replace(stepfunctions, name, tell_branches(kind))


def start_once(stock):
    """StartExecution with the name and input of an execution that runs answers with that execution.

    AWS: idempotent for standard workflows.
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    Stock: ExecutionAlreadyExists.
    """
    def start(data):
        machine = stepfunctions._state_machines.get(data.get("stateMachineArn")) or {}
        try:
            json.loads(data.get("input") or "{}")
        except ValueError:
            return error_response_json("InvalidExecutionInput", "Invalid State Machine Execution Input", 400)
        arn = f"{data.get('stateMachineArn', '').replace(':stateMachine:', ':execution:')}:{data.get('name')}"
        running = stepfunctions._executions.get(arn) or {}
        if running.get("status") == workflow_history.RUNNING and running["input"] == data.get("input", "{}"):
            return json_response({"executionArn": arn, "startDate": running["startDate"]})
        if machine.get("type") == _EXPRESS:
            stepfunctions._executions.pop(arn, None)
        return stock(data)
    return start


def start_express_only(stock):
    """StartSyncExecution is for express workflows.

    AWS: StateMachineTypeNotSupported for others.
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
    Stock: runs any; answers a failure with the output `{"Error": …}`.
    """
    def start(data):
        machine = stepfunctions._state_machines.get(data.get("stateMachineArn")) or {}
        # A machine that starts another and waits for it may wait for any.
        if machine and machine.get("type") != _EXPRESS and not workflow_history.is_in_execution():
            return error_response_json(
                "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine", 400)
        status, headers, body = contextvars.copy_context().run(stock, data)
        answer = json.loads(body)
        if status == 200 and answer["status"] != "SUCCEEDED":
            execution = stepfunctions._executions.get(answer["executionArn"]) or {}
            answer = {name: value for name, value in answer.items() if name not in ("output", "outputDetails")}
            answer.update({name: execution[name] for name in ("error", "cause") if execution.get(name)})
            return json_response(answer)
        return status, headers, body
    return start


def run(_stock):
    """An execution goes from state to state until it ends, is stopped or is out of time.

    AWS: TimeoutSeconds of the definition ends it as TIMED_OUT; what ended stays as it ended; a failure has no output.
    Stock: waits 150 ms before every execution; a stopped execution whose task fails afterwards becomes FAILED.
    """
    def run_execution(arn):
        execution = stepfunctions._executions.get(arn)
        machine = stepfunctions._state_machines.get((execution or {}).get("stateMachineArn"))
        if not execution or not machine:
            return
        workflow_history.begin(execution)
        definition = json.loads(machine["definition"])
        timer = _limit(execution, definition.get("TimeoutSeconds"))
        try:
            given = json.loads(execution["input"])
            output = _walk(definition["States"], definition["StartAt"], given, execution, _context(execution, machine,
                                                                                                   definition, given))
            text = json.dumps(output, ensure_ascii=False)
            _end(execution, "SUCCEEDED", {"output": text}, output=text)
        except workflow_callbacks.Stopped:
            pass
        except _Error as error:
            _fail(execution, error.error, error.cause)
        except Exception as error:
            _log.exception("%s", arn)
            _fail(execution, "States.Runtime", str(error))
        finally:
            if timer:
                timer.cancel()
            workflow_log.deliver(machine, execution)
    return run_execution


def run_branch(_stock):
    """Branches and iterations tell their states too. Stock: only the tasks in them are told."""
    def run_states(states, start_at, value, execution, context):
        return _walk(states, start_at, copy.deepcopy(value), execution, context)
    return run_states


def tell_branches(kind):
    """Parallel and Map states tell when they started and how they ended, each branch from there on.

    AWS: ParallelStateStarted, ParallelStateSucceeded and ParallelStateFailed, the same for Map.
    Stock: nothing between entering and leaving.
    """
    def make(stock):
        def execute(state, value, execution, context):
            details = {}
            if kind == "Map":
                details = {"mapStateStartedEventDetails": {"length": _length(state, value, context)}}
            workflow_history.add(execution, f"{kind}StateStarted", **details)
            try:
                result = stock(state, value, execution, context)
            except _Error:
                workflow_history.add(execution, f"{kind}StateFailed")
                raise
            workflow_history.add(execution, f"{kind}StateSucceeded")
            return result
        return execute
    return make


def _length(state, value, context):
    if "ItemsPath" not in state and "Items" in state:
        return 0
    items = stepfunctions._resolve_path_or_ctx(
        state.get("ItemsPath", "$"), stepfunctions._apply_input_path(state, value, context), context)
    return len(items) if isinstance(items, list) else 1


def _walk(states, name, value, execution, context):
    """Run states from `name` on; return the output of the last."""
    # Every branch of a Parallel or Map state runs in a thread, and so a context, of its own.
    workflow_history.branch_off(workflow_history.last(execution))
    context = {**context}
    while name:
        if execution["status"] != workflow_history.RUNNING:
            raise workflow_callbacks.Stopped
        state = states[name]
        kind = state["Type"]
        context["State"] = {"Name": name, "EnteredTime": stepfunctions.now_iso(), "RetryCount": 0}
        workflow_history.entered(execution, kind, name, value)
        if kind == "Fail":
            raise _Error(*stepfunctions._fail_state_error(state, value, context))
        value, following = _step(kind, state, value, execution, context)
        workflow_history.exited(execution, kind, name, value)
        name = following
    return value


def _step(kind, state, value, execution, context):
    if kind == "Succeed":
        if stepfunctions._state_query_language(state, context) == "JSONata":
            return stepfunctions._apply_jsonata_output(state, value, context, default=value), None
        value = stepfunctions._apply_input_path(state, value, context)
        return stepfunctions._apply_output_path(state, value, context), None
    if kind in ("Task", "Parallel", "Map"):
        return getattr(stepfunctions, f"_execute_{kind.lower()}")(state, value, execution, context)
    return getattr(stepfunctions, f"_execute_{kind.lower()}")(state, value, context)


def _context(execution, machine, definition, given):
    """The context object. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html"""
    return {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": {"Id": execution["executionArn"], "Input": given, "Name": execution["name"],
                      "RoleArn": machine["roleArn"], "StartTime": execution["startDate"], "RedriveCount": 0},
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
        "variables": {}}


def _limit(execution, seconds):
    if not seconds:
        return None
    timer = threading.Timer(seconds, _end, (execution, "TIMED_OUT", {"error": "States.Timeout"}),
                            {"error": "States.Timeout"})
    timer.daemon = True
    timer.start()
    return timer


def _fail(execution, error, cause):
    details = {name: value for name, value in (("error", error), ("cause", cause)) if value is not None}
    _end(execution, "FAILED", details, **details)


def _end(execution, status, details, **fields):
    """End an execution that is running; one that ended stays as it is."""
    with _ending:
        if execution["status"] != workflow_history.RUNNING:
            return
        execution.update(fields, status=status, stopDate=stepfunctions.now_iso())
    name = {"SUCCEEDED": "Succeeded", "FAILED": "Failed", "TIMED_OUT": "TimedOut"}[status]
    workflow_history.add(execution, f"Execution{name}", **{f"execution{name}EventDetails": details})
    stepfunctions._emit_execution_status_event(execution)
