"""Runs an invocation in an execution environment and writes what Lambda itself logs about it.

AWS: the request id of the response, of the context object and of START, END and REPORT are one; REPORT has the Init
Duration of an environment's first invocation; LogResult is the last 4 KB of the log of this invocation.
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
Stock: LogResult has the handler's output only, the response has a request id of its own, and there is no Init Duration.
"""

import contextvars
import uuid

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from . import anchors, log_delivery, platform_log, runtimes, tenants

# The request id of the invocation that this context runs; unset where no caller is told one.
current_request_id = contextvars.ContextVar("slsx_request_id", default=None)
# Where `_invoke` leaves the request id for the response to the HTTP request it answers.
_id_for_response = contextvars.ContextVar("slsx_id_for_response", default=None)


def apply():
    """Route invocations through `_execute` and tell callers the request id."""
    for name in ("_xray_trace_id_for_invocation", "_ensure_reaper_thread", "_proxy_url_for", "_durable_ctx"):
        anchors.require(lambda_svc, name)
    anchors.replace(lambda_svc, "_execute_function_dispatch", _dispatch)
    anchors.replace(lambda_svc, "_invoke", _invoke)
    anchors.replace(app, "app", _with_request_id)


def _dispatch(stock):
    def dispatch(func, config, event, request_id, started):
        if not _is_ours(func, config):
            return stock(func, config, event, request_id, started)
        return _execute(func, config, event, current_request_id.get() or request_id)
    return dispatch


def _is_ours(func, config):
    """Zip functions of the runtimes that run as a process; images, proxies and durable executions are MiniStack's."""
    return bool(
        func.get("code_zip") and config.get("PackageType", "Zip") == "Zip"
        and runtimes.is_supported(config.get("Runtime") or "")
        and not lambda_svc._proxy_url_for(config) and not lambda_svc.LAMBDA_STRICT
        and lambda_svc.LAMBDA_EXECUTOR != "docker" and not lambda_svc._durable_ctx.get())


def _execute(func, config, event, request_id):
    version = config.get("Version") or "$LATEST"
    lambda_svc._ensure_reaper_thread()
    leased, _reason = lambda_runtime.acquire_worker(
        config["FunctionName"], config, func["code_zip"], qualifier=tenants.pool_of(version))
    try:
        execution = leased.invoke(
            request_id, event, lambda_svc._xray_trace_id_for_invocation(config), config["FunctionArn"],
            tenants.current.get())
    finally:
        lambda_runtime.release_worker(leased)
        if leased.is_retired:
            leased.stop()
    invocation = execution.invocation
    lines = [*platform_log.initialization_lines(invocation.init, execution.function),
             *platform_log.invocation_lines(invocation, execution.function)]
    log_delivery.deliver(execution.function, execution.log_stream, lines)
    return {"body": execution.body, "error": execution.is_error, "raw_payload": execution.is_text,
            "log": "".join(f"{line.text}\n" for line in lines)}


def _invoke(stock):
    async def invoke(*arguments, **options):
        request_id = str(uuid.uuid4())
        current_request_id.set(request_id)
        for_response = _id_for_response.get()
        if for_response is not None:
            for_response.append(request_id)
        return await stock(*arguments, **options)
    return invoke


def _with_request_id(stock):
    """Answer with the request id of the invocation in place of one made for the HTTP request."""
    async def application(scope, receive, send):
        if scope["type"] != "http":
            return await stock(scope, receive, send)
        found = []
        _id_for_response.set(found)

        async def send_with_id(message):
            if found and message["type"] == "http.response.start":
                others = [header for header in message["headers"]
                          if header[0].lower() not in (b"x-amzn-requestid", b"x-amz-request-id")]
                message = {**message, "headers": [*others, (b"x-amzn-requestid", found[0].encode())]}
            await send(message)

        return await stock(scope, receive, send_with_id)
    return application
