"""Task states: call, wait, try again, catch.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

import contextvars
import json
import queue
import random
import threading

from ministack.services import lambda_svc, stepfunctions

from . import anchors, workflow_callbacks, workflow_history, workflow_roles

_Error = anchors.require(stepfunctions, "_ExecutionError")
_CALLBACK = ".waitForTaskToken"
# Names that `States.ALL` does not catch.
_TERMINAL = ("States.Runtime", "States.DataLimitExceeded")


def apply():
    """Put the corrections of this file in place."""
    for name in ("_apply_parameters", "_apply_input_path", "_apply_jsonata_arguments", "_apply_jsonata_output",
                 "_apply_state_assign", "_apply_result_selector", "_apply_result_path", "_apply_output_path",
                 "_apply_catcher", "_find_matching_retrier", "_find_matching_catcher", "_invoke_resource",
                 "_scaled_sleep", "_state_query_language", "_resolve_path_or_ctx", "_sfn_mock_config"):
        anchors.require(stepfunctions, name)
    anchors.replace(stepfunctions, "_error_matches", match_errors)
    anchors.replace(stepfunctions, "_call_lambda", name_throttles)
    anchors.replace(stepfunctions, "_execute_task", execute_as_role)
    anchors.replace(stepfunctions, "_with_retry_and_catch", retry_branches)


def match_errors(_stock):
    """`States.ALL` and `States.TaskFailed` stand for many errors, not for all.

    AWS: neither stands for States.Runtime; `States.Timeout` stands for a missing heartbeat too.
    Stock: retries and catches States.Runtime.
    """
    def matches(wanted, error):
        if error in wanted or (error == "States.HeartbeatTimeout" and "States.Timeout" in wanted):
            return True
        if error in _TERMINAL:
            return False
        return "States.ALL" in wanted or ("States.TaskFailed" in wanted and error != "States.Timeout")
    return matches


def name_throttles(stock):
    """A function without capacity fails the task with Lambda.TooManyRequestsException. Stock: Lambda.Unknown.

    https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
    """
    def call(reference, event):
        func, config, _name = lambda_svc._get_func_record_for_ref(reference)
        if not func or not config:
            return stock(reference, event)
        result = lambda_svc._execute_function_with_config_scope(
            lambda_svc._execution_record_for_config(func, config), event)
        body = result.get("body")
        if result.get("throttle"):
            raise _Error("Lambda.TooManyRequestsException", (
                "Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException)"))
        if result.get("error"):
            is_named = isinstance(body, dict) and body.get("errorType")
            raise _Error(body["errorType"] if is_named else "Lambda.Unknown", json.dumps(body, ensure_ascii=False))
        return body
    return call


def execute_as_role(stock):
    """A task calls as the role of its machine and tells its history.

    AWS: TaskScheduled has the parameters, with the token in them; TaskStarted, TaskSubmitted, TaskSucceeded, TaskFailed
    and TaskTimedOut follow; an ARN of a function has LambdaFunction… events instead; every attempt has a token of its
    own; a function that fails before it is answered fails the task; MaxDelaySeconds and JitterStrategy bound the pause.
    Stock: two events with the whole ARN, one token for all attempts, errors of the called function ignored, a pause of
    a minute at most.
    """
    def execute(state, value, execution, context):
        if stepfunctions._sfn_mock_config:
            return stock(state, value, execution, context)
        return with_retries(state, value, execution, context, lambda: _attempt(state, value, execution, context))
    return execute


def retry_branches(_stock):
    """Parallel and Map states retry and catch as tasks do. Stock: see `execute_as_role`."""
    def run(state, value, context, attempt):
        return with_retries(state, value, None, context, attempt)
    return run


def with_retries(state, value, execution, context, attempt):
    """Call `attempt` until it succeeds or no Retry is left; then let Catch decide."""
    counts, entered = {}, context["State"]
    while True:
        context["State"] = {**entered, "RetryCount": sum(counts.values())}
        try:
            return attempt()
        except _Error as error:
            retrier, index = stepfunctions._find_matching_retrier(state.get("Retry", []), error.error, counts)
            if retrier is not None:
                stepfunctions._scaled_sleep(_pause(retrier, counts.get(index, 0)))
                counts[index] = counts.get(index, 0) + 1
                if execution is not None and execution["status"] != workflow_history.RUNNING:
                    raise workflow_callbacks.Stopped from None
                continue
            catcher = stepfunctions._find_matching_catcher(state.get("Catch", []), error.error)
            if catcher is None:
                raise
            caught = {"Error": error.error, "Cause": error.cause or ""}
            language = stepfunctions._state_query_language(state, context)
            context["State"] = entered
            return stepfunctions._apply_catcher(catcher, value, context, language, caught), catcher["Next"]


def _pause(retrier, count):
    pause = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** count
    pause = min(pause, retrier.get("MaxDelaySeconds", pause))
    return random.uniform(0, pause) if retrier.get("JitterStrategy") == "FULL" else pause


def _attempt(state, value, execution, context):
    """One attempt from the state's input to its output."""
    resource, is_jsonata = state.get("Resource", ""), stepfunctions._state_query_language(state, context) == "JSONata"
    token = workflow_callbacks.open_token(execution) if resource.endswith(_CALLBACK) else None
    if token:
        context["Task"] = {"Token": token}
    try:
        if is_jsonata:
            given = stepfunctions._apply_jsonata_arguments(state, value, context)
        else:
            given = stepfunctions._apply_parameters(
                state, stepfunctions._apply_input_path(state, value, context), context)
        result = _call(state, value, given, execution, context, token)
    finally:
        if token:
            workflow_callbacks.close_token(token)
    if is_jsonata:
        output = stepfunctions._apply_jsonata_output(state, value, context, result=result, default=result)
        stepfunctions._apply_state_assign(state, value, context, result=result)
    else:
        output = stepfunctions._apply_result_path(state, value, stepfunctions._apply_result_selector(state, result))
        output = stepfunctions._apply_output_path(state, output, context)
    return output, stepfunctions._next_or_end(state)


def _call(state, value, given, execution, context, token):
    """Make the call with all its events; return the result."""
    resource = state.get("Resource", "")
    names = workflow_history.task_names(resource)
    timeout = _seconds(state, "TimeoutSeconds", value, context)
    heartbeat = _seconds(state, "HeartbeatSeconds", value, context)
    text = json.dumps(given, ensure_ascii=False)
    scheduled = {"input": text} if names.is_function or names.prefix == "Activity" else {
        "parameters": text, "region": stepfunctions.get_region()}
    scheduled = {"resource": resource, **scheduled} if names.is_function else scheduled
    names.add(execution, "Scheduled", names.details(
        **scheduled, timeoutInSeconds=timeout, heartbeatInSeconds=heartbeat))
    try:
        workflow_roles.check(resource, given, execution)
        names.add(execution, "Started", names.details())
        if token:
            answer = _invoke(resource.removesuffix(_CALLBACK), given, timeout)
            names.add(execution, "Submitted", names.details(output=json.dumps(answer, ensure_ascii=False)))
            result = workflow_callbacks.wait(token, execution, timeout, heartbeat)
        else:
            result = _invoke(resource, given, timeout if names.prefix != "Activity" else None)
    except workflow_callbacks.TimedOut as late:
        names.add(execution, "TimedOut", names.details(error=late.error))
        raise _Error(late.error, None) from None
    except _Error as error:
        names.add(execution, "Failed", names.details(error=error.error, cause=error.cause))
        raise
    names.add(execution, "Succeeded", names.details(output=json.dumps(result, ensure_ascii=False)))
    return result


def _invoke(resource, given, timeout):
    """Call a service; a call that takes too long is left to itself."""
    answers = queue.Queue()

    def run():
        try:
            answers.put((stepfunctions._invoke_resource(resource, given), None))
        except Exception as error:  # noqa: BLE001  (raised again in the thread that waits)
            answers.put((None, error))

    if timeout is None:
        run()
    else:
        threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
    try:
        result, error = answers.get(timeout=timeout)
    except queue.Empty:
        raise workflow_callbacks.TimedOut("States.Timeout") from None
    if error is not None:
        raise error
    if isinstance(result, dict) and resource.endswith(":lambda:invoke"):
        result.setdefault("ExecutedVersion", "$LATEST")
    return result


def _seconds(state, name, value, context):
    """A duration of a state: a number, an expression, or a path into the input."""
    if f"{name}Path" in state:
        return stepfunctions._resolve_path_or_ctx(state[f"{name}Path"], value, context)
    if isinstance(state.get(name), str):
        return stepfunctions._jsonata_state_field(state, name, "number", value, context)
    return state.get(name)
