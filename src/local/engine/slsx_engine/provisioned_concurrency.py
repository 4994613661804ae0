"""Provisioned concurrency that prepares environments.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

import contextvars
import logging
import threading

from ministack import app
from ministack.core import lambda_runtime
from ministack.core.responses import error_response_json, json_response
from ministack.services import lambda_svc

from . import anchors
from .environment import Environment
from .platform_log import PROVISIONED

_log = logging.getLogger("slsx.engine")
_STATE_KEY = "provisioned_concurrency"


def apply():
    """Put the corrections of this file in place."""
    for name in ("_functions", "_func_arn", "_get_func_record_for_qualifier"):
        anchors.require(lambda_svc, name)
    anchors.require(lambda_runtime, "_worker_key")
    anchors.replace(lambda_svc, "_put_provisioned_concurrency", prepare_environments)
    anchors.replace(lambda_svc, "_get_provisioned_concurrency", list_configurations)
    anchors.replace(lambda_svc, "_delete_provisioned_concurrency", release_environments)
    anchors.replace(lambda_svc, "_update_alias", follow_alias)
    anchors.replace(app, "_load_persisted_state", prepare_after_restart)


def prepare_environments(stock):
    """Environments are initialised before READY.

    AWS: Status is IN_PROGRESS until all are initialised (FAILED when one is not), $LATEST is refused, functions see
    AWS_LAMBDA_INITIALIZATION_TYPE=provisioned-concurrency, and the first REPORT of each environment still has the Init
    Duration of its preparation. https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
    Stock: READY at once with nothing prepared; accepts $LATEST.
    """
    def put(name, qualifier, data):
        func = lambda_svc._functions.get(name) or {}
        alias = (func.get("aliases") or {}).get(qualifier) or {}
        if not qualifier or "$LATEST" in (qualifier, alias.get("FunctionVersion")):
            return error_response_json(
                "InvalidParameterValueException",
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions.", 400)
        response = stock(name, qualifier, data)
        if response[0] >= 400:
            return response
        return json_response(_prepare(name, qualifier), 202)
    return put


def list_configurations(stock):
    """ListProvisionedConcurrencyConfigs is a call of its own. Stock: answers it as if it were Get without a qualifier.

    https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html
    """
    def get(name, qualifier):
        func = lambda_svc._functions.get(name)
        if qualifier or not func:
            return stock(name, qualifier)
        return json_response({"ProvisionedConcurrencyConfigs": [
            {"FunctionArn": f"{lambda_svc._func_arn(name)}:{key}", **state}
            for key, state in func.get(_STATE_KEY, {}).items()]})
    return get


def release_environments(stock):
    """Deleting the configuration ends its environments. Stock: has none to end."""
    def delete(name, qualifier):
        versions = _versions_of(name, qualifier)
        response = stock(name, qualifier)
        if response[0] < 400:
            for version in versions:
                _retire_provisioned(name, version)
        return response
    return delete


def follow_alias(stock):
    """An alias that moves takes its provisioned concurrency along.

    AWS: the environments of the new version are prepared, then those of the old one go.
    https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html. Stock: nothing happens.
    """
    def update(name, alias, data):
        before = _versions_of(name, alias)
        response = stock(name, alias, data)
        if response[0] < 400 and _state(name, alias) and _versions_of(name, alias) != before:
            _prepare(name, alias, retiring=before)
        return response
    return update


def prepare_after_restart(stock):
    """A configuration that was saved when local AWS stopped gets its environments back."""
    def load():
        stock()
        for (account, region, name), func in list(lambda_svc._functions._data.items()):
            for qualifier in func.get(_STATE_KEY) or {}:
                contextvars.copy_context().run(_prepare_for, account, region, name, qualifier)
    return load


def _prepare_for(account, region, name, qualifier):
    lambda_svc._request_account_id.set(account)
    lambda_svc._request_region.set(region)
    _prepare(name, qualifier)


def _prepare(name, qualifier, retiring=()):
    """Start preparing and return the state as it is now."""
    state = _state(name, qualifier)
    state.update(Status="IN_PROGRESS", AllocatedProvisionedConcurrentExecutions=0,
                 AvailableProvisionedConcurrentExecutions=0)
    state.pop("StatusReason", None)
    shown = dict(state)

    def run():
        _start_environments(name, qualifier, state)
        for version in retiring:
            _retire_provisioned(name, version)

    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
    return shown


def _start_environments(name, qualifier, state):
    record, config = lambda_svc._get_func_record_for_qualifier(name, qualifier)
    wanted = int(state["RequestedProvisionedConcurrentExecutions"])
    key = lambda_runtime._worker_key(name, config, config["Version"])
    _retire_provisioned(name, config["Version"])
    for count in range(1, wanted + 1):
        environment = Environment(name, config, record["code_zip"])
        environment.is_provisioned = True
        error = environment.prepare(PROVISIONED)
        if _state(name, qualifier) is not state:
            environment.stop()
            return
        if error:
            _log.warning("%s:%s: %s", name, qualifier, error)
            state.update(Status="FAILED", StatusReason="FUNCTION_ERROR_INIT_FAILURE")
            environment.stop()
            return
        with lambda_runtime._lock:
            lambda_runtime._workers.setdefault(key, []).insert(0, environment)
        state["AllocatedProvisionedConcurrentExecutions"] = count
    state.update(Status="READY", AvailableProvisionedConcurrentExecutions=wanted)


def _retire_provisioned(name, version):
    func = lambda_svc._functions.get(name)
    if not func:
        return
    key = lambda_runtime._worker_key(name, func["config"], version)
    with lambda_runtime._lock:
        pool = lambda_runtime._workers.get(key, [])
        provisioned = [environment for environment in pool if environment.is_provisioned]
        lambda_runtime._workers[key] = [environment for environment in pool if not environment.is_provisioned]
    for environment in provisioned:
        environment.retire()


def _state(name, qualifier):
    return ((lambda_svc._functions.get(name) or {}).get(_STATE_KEY) or {}).get(qualifier)


def _versions_of(name, qualifier):
    func = lambda_svc._functions.get(name) or {}
    alias = (func.get("aliases") or {}).get(qualifier)
    return [alias["FunctionVersion"]] if alias else [qualifier] if qualifier in func.get("versions", {}) else []
