"""The calls of awslambdaric's native module, which AWS builds for Linux only; elsewhere Python finds this one."""

import http.client
import os

_connection = None


def initialize_client(user_agent):
    """Open the connection that every call uses."""
    global _connection
    _connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def next():
    """Wait for the next invocation; return its event and its headers."""
    return _call("GET", "invocation/next")


def post_invocation_result(invoke_id, result, content_type, invocation_id=None):
    """Report the value a handler returned."""
    _call("POST", f"invocation/{invoke_id}/response", result, {"Content-Type": content_type})


def post_error(invoke_id, error, xray_fault, invocation_id=None):
    """Report the exception a handler raised."""
    _call("POST", f"invocation/{invoke_id}/error", error, {"Content-Type": "application/json"})


def _call(method, path, body=None, headers=None):
    if isinstance(body, str):
        body = body.encode()
    _connection.request(method, f"/2018-06-01/runtime/{path}", body, headers or {})
    response = _connection.getresponse()
    content = response.read()
    if response.status >= 300:
        raise RuntimeError(f"the Runtime API answered {response.status} to {method} {path}")
    return content, response.headers
