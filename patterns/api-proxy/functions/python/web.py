"""Requests and answers of HTTP, in both payload formats of API Gateway; knows neither DynamoDB nor the resource."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from aws_lambda_powertools import Logger

# Set for a REST API only: an HTTP API adds the CORS headers itself.
ALLOWED_ORIGIN = os.environ.get("ALLOWED_ORIGIN", "")
EXPOSED_HEADERS = "etag,idempotent-replayed,location,retry-after"
# Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL.
LOGGER = Logger(use_rfc3339=True)


@dataclass(frozen=True)
class Request:
    """One HTTP request, whichever kind of API it came through. Header names are in lower case."""

    id: str
    method: str
    path: str
    headers: dict[str, str]
    query: dict[str, str]
    parameters: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. `about` is the id of the item it is about, for the log."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    about: str | None = None


class Problem(Exception):
    """Why a request is refused, in the terms of RFC 9457."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.title, self.detail = status, f"urn:problem-type:{kind}", title, detail
        self.errors, self.headers = errors or [], headers or {}


# The caller gets a problem that can be traced, not the gateway's bare message; the alarm counts it all the same.
FAILURE = Problem(500, "internal-error", "Internal error", "something failed here; the request id finds it in the log")


def answering(work: Callable[[Request], Answer]) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """The Lambda handler that answers each request by `work`."""

    @LOGGER.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        request = request_of(event)
        try:
            answer, kind = work(request), None
        except Problem as problem:
            answer, kind = refusal(request, problem), problem.kind
        except Exception:
            LOGGER.exception("request failed")
            answer, kind = refusal(request, FAILURE), FAILURE.kind
        facts = {"method": request.method, "path": request.path, "status": answer.status}
        facts |= {"item": answer.about} if answer.about else {}
        facts |= {"problem": kind} if kind else {}
        LOGGER.info("request answered", extra=facts)
        return {"statusCode": answer.status, "headers": answer.headers | cors_headers(), "body": answer.body}

    return handler


def request_of(event: dict[str, Any]) -> Request:
    """The request in an event of an HTTP API (format 2.0) or of a REST API (format 1.0)."""
    context = event.get("requestContext") or {}
    body = event.get("body") or ""
    return Request(
        id=context.get("requestId", ""),
        method=event.get("httpMethod") or context.get("http", {}).get("method", ""),
        # The path as the caller wrote it, with the stage where there is one.
        path=event.get("rawPath") or context.get("path", ""),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        query=event.get("queryStringParameters") or {},
        parameters=event.get("pathParameters") or {},
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass"),
    )


def json_of(value: Any) -> str:
    """The value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_answer(status: int, body: str, headers: dict[str, str] | None = None, about: str | None = None) -> Answer:
    """An answer whose body is JSON. Callers may keep it, but must ask again before they use it."""
    fixed = {"content-type": "application/json", "cache-control": "no-cache"}
    return Answer(status, body, fixed | (headers or {}), about)


def refusal(request: Request, problem: Problem) -> Answer:
    """The answer that tells a problem."""
    body: dict[str, Any] = {
        "type": problem.kind,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
        "request_id": request.id,
    }
    if problem.errors:
        body["errors"] = problem.errors
    fixed = {"content-type": "application/problem+json", "cache-control": "no-store"}
    return Answer(problem.status, json_of(body), fixed | problem.headers)


def cors_headers() -> dict[str, str]:
    """What lets a page of another origin read the answer."""
    if not ALLOWED_ORIGIN:
        return {}
    headers = {"access-control-allow-origin": ALLOWED_ORIGIN, "access-control-expose-headers": EXPOSED_HEADERS}
    return headers if ALLOWED_ORIGIN == "*" else headers | {"vary": "origin"}


def invalid_request(**error: str) -> Problem:
    """A parameter or header is not as described."""
    return Problem(
        400, "invalid-request", "Invalid request", "a parameter or header is not as described", errors=[dict(error)]
    )


def not_found() -> Problem:
    """Nothing has this id."""
    return Problem(404, "not-found", "Not found", "there is nothing with this id")


def require_json(request: Request) -> None:
    """Refuses content that says it is something else than JSON."""
    media_type = request.headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if media_type == "application/json" or media_type.startswith("application/") and media_type.endswith("+json"):
        return
    raise Problem(415, "unsupported-media-type", "Unsupported media type", "the content must be application/json")


def parsed(request: Request) -> Any:
    """The JSON content of the request."""
    try:
        return json.loads(request.body.decode(), parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "malformed-json", "Malformed JSON", "the request content is not valid JSON") from error


def refuse_constant(name: str) -> NoReturn:
    """Refuses NaN, Infinity and -Infinity, which Python would read, but which are no JSON."""
    raise ValueError(f"{name} is not JSON")
