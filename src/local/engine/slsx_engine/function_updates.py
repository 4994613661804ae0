"""Updates, revisions and versions of functions as AWS does them."""

import contextvars
import json
import threading
import time
import uuid

from ministack.core import lambda_runtime
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from . import anchors

# What describes the state of a configuration and is no part of it.
_STATE = frozenset({
    "FunctionArn", "LastModified", "LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode",
    "MasterArn", "RevisionId", "State", "StateReason", "StateReasonCode", "Version"})

# CloudFormation calls the same functions as the API, one after the other, and waits for each.
_is_api_call = contextvars.ContextVar("slsx_is_api_call", default=False)


def apply():
    """Put the corrections of this file in place."""
    for name in ("_functions", "_check_revision", "_func_arn", "invalidate_worker"):
        anchors.require(lambda_svc, name)
    anchors.replace(lambda_svc, "handle_request", _mark_api_calls)
    anchors.replace(lambda_svc, "_update_code", refuse_while_updating)
    anchors.replace(lambda_svc, "_update_config", refuse_while_updating)
    anchors.replace(lambda_svc, "_update_config", replace_environments)
    anchors.replace(lambda_svc, "_publish_version", publish_changes_only)
    anchors.replace(lambda_svc, "_publish_version", refuse_while_updating)
    anchors.replace(lambda_svc, "_schedule_state_transition", settle_with_new_revision)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    anchors.replace_handler(handlers, "AWS::Lambda::Function", "update", wait_for_update)
    anchors.replace_handler(handlers, "AWS::Lambda::Function", "delete", end_environments)


def _mark_api_calls(stock):
    async def handle_request(*arguments, **options):
        _is_api_call.set(True)
        return await stock(*arguments, **options)
    return handle_request


def refuse_while_updating(stock):
    """One update at a time.

    AWS: while LastUpdateStatus is InProgress, updates and PublishVersion answer 409 ResourceConflictException.
    https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html, https://github.com/aws/aws-cli/issues/6718
    Stock: accepts them.
    """
    def operate(name, data):
        config = (lambda_svc._functions.get(name) or {}).get("config") or {}
        if _is_api_call.get() and config.get("LastUpdateStatus") == "InProgress":
            return error_response_json(
                "ResourceConflictException", "The operation cannot be performed at this time. "
                f"An update is in progress for resource: {lambda_svc._func_arn(name)}", 409)
        response = stock(name, data)
        # A function stays Active while it is updated; only a new one is Pending.
        if response[0] < 400 and config.get("StateReasonCode") == "Updating":
            config.update(State="Active", StateReason="", StateReasonCode="")
            return (response[0], response[1], json_response({**_body(response), "State": "Active"})[2])
        return response
    return operate


def settle_with_new_revision(_stock):
    """A finished update has a revision of its own.

    AWS: RevisionId changes with the update and again when LastUpdateStatus becomes Successful, so the one that the
    update returned is stale a moment later. https://github.com/aws/aws-sdk/issues/377
    Stock: it changes with the update only.
    """
    def schedule(name, delay):
        def wait():
            time.sleep(delay)
            settle(name)
        threading.Thread(target=contextvars.copy_context().run, args=(wait,), daemon=True).start()
    return schedule


def settle(name):
    """Finish the update of a function that is in progress."""
    func = lambda_svc._functions.get(name)
    if func:
        finish(func)


def finish(func):
    """The same for a function's record."""
    done = {"State": "Active", "StateReason": "", "StateReasonCode": "", "LastUpdateStatus": "Successful",
            "LastUpdateStatusReason": "", "LastUpdateStatusReasonCode": ""}
    if func["config"].get("LastUpdateStatus") == "InProgress":
        func["config"].update(done, RevisionId=str(uuid.uuid4()))
    for version in func["versions"].values():
        snap_start = (version["config"].get("SnapStart") or {}).get("OptimizationStatus") == "On"
        if version["config"].get("LastUpdateStatus") == "InProgress" and not snap_start:
            version["config"].update(done)


def replace_environments(stock):
    """Every change that environments see takes effect.

    AWS: after an update, invocations run in environments with the new configuration, the new role among it.
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    Stock: keeps environments when the role, the handler's logging or the SnapStart setting changes.
    """
    def update(name, data):
        before = _content((lambda_svc._functions.get(name) or {}).get("config") or {})
        response = stock(name, data)
        if response[0] < 400:
            after = _content(lambda_svc._functions[name]["config"])
            if any(before.get(key) != after.get(key) for key in ("Role", "LoggingConfig")):
                lambda_svc.invalidate_worker(name, qualifier="$LATEST", account=get_account_id(), region=get_region())
        return response
    return update


def publish_changes_only(stock):
    """PublishVersion compares, and honours both of its preconditions.

    AWS: returns the last version when code and configuration equal it; a stale RevisionId is a 412
    PreconditionFailedException, another CodeSha256 a 400 InvalidParameterValueException.
    https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
    Stock: publishes again after a change that was taken back, and ignores RevisionId and CodeSha256.
    """
    def publish(name, data):
        func = lambda_svc._functions.get(name)
        if not func:
            return stock(name, data)
        refused = _unmet_precondition(func["config"], data)
        if refused:
            return refused
        content = _content(func["config"])
        latest = func["versions"].get(str(max(map(int, func["versions"]), default=0)))
        if latest and content == (latest.get("published_from") or _content(latest["config"])):
            return json_response(latest["config"], 201)
        response = stock(name, data)
        if response[0] < 400:
            func["versions"][_body(response)["Version"]]["published_from"] = content
        return response
    return publish


def _unmet_precondition(config, data):
    if data.get("RevisionId"):
        refused = lambda_svc._check_revision(config, data)
        if refused:
            return refused
    wanted = data.get("CodeSha256")
    if wanted and wanted != config.get("CodeSha256"):
        return error_response_json(
            "InvalidParameterValueException",
            f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST", 400)
    return None


def wait_for_update(stock):
    """A stack is not complete before its functions are.

    AWS: CloudFormation waits for LastUpdateStatus Successful. Stock: UPDATE_COMPLETE comes half a second before.
    https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
    """
    def update(*arguments, **options):
        result = stock(*arguments, **options)
        settle(result[0])
        return result
    return update


def end_environments(stock):
    """A deleted function has no environments. Stock: its processes live on when a stack is deleted."""
    def delete(physical_id, props):
        result = stock(physical_id, props)
        lambda_runtime.invalidate_worker(physical_id, account=get_account_id(), region=get_region())
        return result
    return delete


def _content(config):
    """What a version is made of."""
    content = {key: value for key, value in config.items() if key not in _STATE}
    content["SnapStart"] = (config.get("SnapStart") or {}).get("ApplyOn")
    return content


def _body(response):
    return json.loads(response[2])
