"""Requests and answers of the HTTP API; knows neither accounts nor where they are kept."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

# Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL.
LOGGER = Logger(use_rfc3339=True)

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

THROTTLED = {
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
}


@dataclass(frozen=True)
class Request:
    """One HTTP request. Header names are in lower case, as the HTTP API sends them."""

    id: str
    route: str
    method: str
    path: str
    headers: dict[str, str]
    query: dict[str, str]
    parameters: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; `facts` are for the log alone."""

    status: int
    content: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


class Problem(Exception):
    """Why a request is refused, in the terms of RFC 9457."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail
        self.errors, self.headers = errors or [], headers or {}


def answering(work: Callable[[Request], Answer]) -> Handler:
    """The Lambda handler that answers each request by `work`."""

    @LOGGER.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        request = request_of(event)
        try:
            require_method(request)
            answer = work(request)
        except Exception as error:
            answer = refusal(request, problem_of(error))
        facts = {"method": request.method, "path": request.path, "status": answer.status}
        LOGGER.info("request answered", extra=facts | dict(answer.facts))
        return {"statusCode": answer.status, "headers": dict(answer.headers), "body": json_of(answer.content)}

    return handler


def problem_of(error: Exception) -> Problem:
    """What the caller is told of an exception; what is not his doing goes to the log as well."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ClientError) and error.response["Error"]["Code"] in THROTTLED:
        return Problem(503, "overloaded", "try again in a moment", headers={"retry-after": "1"})
    LOGGER.exception("request failed")
    return Problem(500, "internal-error", "something failed here; the request id finds it in the log")


def request_of(event: dict[str, Any]) -> Request:
    """The request in an event of payload format 2.0. An event that is none is a request without a method."""
    context = event.get("requestContext") or {}
    body = event.get("body") or ""
    return Request(
        id=context.get("requestId", ""),
        route=event.get("routeKey", ""),
        method=context.get("http", {}).get("method", ""),
        path=event.get("rawPath", ""),
        headers=event.get("headers") or {},
        query=event.get("queryStringParameters") or {},
        parameters=event.get("pathParameters") or {},
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass"),
    )


def require_method(request: Request) -> None:
    """Refuses an event that is no request, such as the empty one of `slsx coldstart-bench`."""
    if not request.method:
        raise Problem(400, "invalid-request", "the event is no request of an HTTP API")


def json_of(value: Any) -> str:
    """The value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_answer(status: int, content: Any, headers: Mapping[str, str] | None = None, **facts: Any) -> Answer:
    """An answer whose body is JSON. Callers may keep it, but must ask again before they use it."""
    fixed = {"content-type": "application/json", "cache-control": "no-cache"}
    return Answer(status, content, fixed | dict(headers or {}), facts)


def refusal(request: Request, problem: Problem) -> Answer:
    """The answer that tells a problem."""
    content: dict[str, Any] = {
        "type": f"urn:problem-type:{problem.kind}",
        "title": problem.kind.replace("-", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
        "request_id": request.id,
    }
    if problem.errors:
        content["errors"] = problem.errors
    fixed = {"content-type": "application/problem+json", "cache-control": "no-store"}
    return Answer(problem.status, content, fixed | dict(problem.headers), {"problem": content["type"]})


def invalid_request(**error: str) -> Problem:
    """A parameter or header is not as described."""
    return Problem(400, "invalid-request", "a parameter or header is not as described", errors=[dict(error)])


def not_found() -> Problem:
    """Nothing has this id."""
    return Problem(404, "not-found", "there is no such account")


def parsed(request: Request) -> Any:
    """The JSON content of the request."""
    media_type = request.headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if media_type != "application/json" and not (media_type.startswith("application/") and media_type.endswith("+json")):
        raise Problem(415, "unsupported-media-type", "the content must be application/json")
    try:
        return json.loads(request.body.decode(), parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "malformed-json", "the request content is not valid JSON") from error


def refuse_constant(name: str) -> NoReturn:
    """Refuses NaN, Infinity and -Infinity, which Python would read, but which are no JSON."""
    raise ValueError(f"{name} is not JSON")
