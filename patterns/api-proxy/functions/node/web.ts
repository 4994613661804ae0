// Requests and answers of HTTP, in both payload formats of API Gateway; knows neither DynamoDB nor the resource.

import { Logger } from "@aws-lambda-powertools/logger";
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, Context } from "aws-lambda";

export type Headers = Record<string, string>;
export type Detail = Record<string, string>;
export type Event = Partial<APIGatewayProxyEventV2> | Partial<APIGatewayProxyEvent>;

/** One HTTP request, whichever kind of API it came through. Header names are in lower case. */
export interface Request {
  id: string;
  method: string;
  path: string;
  headers: Headers;
  query: Record<string, string | undefined>;
  parameters: Record<string, string | undefined>;
  body: Buffer | string;
}

/** One HTTP answer. `about` is the id of the item it is about, for the log. */
export interface Answer {
  status: number;
  body: string;
  headers: Headers;
  about?: string;
}

/** What Lambda hands to API Gateway. */
export interface Result {
  statusCode: number;
  headers: Headers;
  body: string;
}

/** Why a request is refused, in the terms of RFC 9457. */
export class Problem extends Error {
  readonly kind: string;

  constructor(
    readonly status: number,
    kind: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: Detail[] = [],
    readonly headers: Headers = {},
  ) {
    super(detail);
    this.kind = `urn:problem-type:${kind}`;
  }
}

// Set for a REST API only: an HTTP API adds the CORS headers itself.
const ALLOWED_ORIGIN = process.env.ALLOWED_ORIGIN ?? "";
const EXPOSED_HEADERS = "etag,idempotent-replayed,location,retry-after";
// Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL.
const LOGGER = new Logger();

/** The Lambda handler that answers each request by `work`. */
export function answering(work: (request: Request) => Promise<Answer>) {
  return async (event: Event, context: Context): Promise<Result> => {
    const request = requestOf(event);
    LOGGER.addContext(context);
    LOGGER.setCorrelationId(request.id);
    let answer: Answer;
    let kind: string | undefined;
    try {
      answer = await work(request);
    } catch (error) {
      const problem = error instanceof Problem ? error : failure(error);
      kind = problem.kind;
      answer = refusal(request, problem);
    }
    LOGGER.info("request answered", {
      method: request.method,
      path: request.path,
      status: answer.status,
      ...(answer.about !== undefined && { item: answer.about }),
      ...(kind !== undefined && { problem: kind }),
    });
    return { statusCode: answer.status, headers: { ...answer.headers, ...corsHeaders() }, body: answer.body };
  };
}

/** The caller gets a problem that can be traced, not the gateway's bare message; the alarm counts it all the same. */
function failure(error: unknown): Problem {
  LOGGER.error("request failed", error instanceof Error ? error : new Error(String(error)));
  return new Problem(500, "internal-error", "Internal error", "something failed here; the request id finds it in the log");
}

/** The request in an event of an HTTP API (format 2.0) or of a REST API (format 1.0). */
function requestOf(event: Event): Request {
  const body = event.body ?? "";
  const headers = Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value ?? ""]);
  return {
    id: event.requestContext?.requestId ?? "",
    ...routeOf(event),
    headers: Object.fromEntries(headers),
    query: event.queryStringParameters ?? {},
    parameters: event.pathParameters ?? {},
    body: event.isBase64Encoded === true ? Buffer.from(body, "base64") : body,
  };
}

/** Method, and the path as the caller wrote it, with the stage where there is one. */
function routeOf(event: Event): { method: string; path: string } {
  if ("rawPath" in event) {
    return { method: event.requestContext?.http.method ?? "", path: event.rawPath ?? "" };
  }
  const { httpMethod, requestContext } = event as Partial<APIGatewayProxyEvent>;
  return { method: httpMethod ?? "", path: requestContext?.path ?? "" };
}

/** An answer whose body is JSON. Callers may keep it, but must ask again before they use it. */
export function jsonAnswer(status: number, body: string, headers: Headers = {}, about?: string): Answer {
  const fixed = { "content-type": "application/json", "cache-control": "no-cache" };
  return { status, body, headers: { ...fixed, ...headers }, ...(about !== undefined && { about }) };
}

/** The answer that tells a problem. */
function refusal(request: Request, problem: Problem): Answer {
  const body = {
    type: problem.kind,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    instance: request.path,
    request_id: request.id,
    ...(problem.errors.length > 0 && { errors: problem.errors }),
  };
  const fixed = { "content-type": "application/problem+json", "cache-control": "no-store" };
  return { status: problem.status, body: JSON.stringify(body), headers: { ...fixed, ...problem.headers } };
}

/** What lets a page of another origin read the answer. */
function corsHeaders(): Headers {
  if (ALLOWED_ORIGIN === "") {
    return {};
  }
  return {
    "access-control-allow-origin": ALLOWED_ORIGIN,
    "access-control-expose-headers": EXPOSED_HEADERS,
    ...(ALLOWED_ORIGIN !== "*" && { vary: "origin" }),
  };
}

/** A parameter or header is not as described. */
export function invalidRequest(error: Detail): Problem {
  return new Problem(400, "invalid-request", "Invalid request", "a parameter or header is not as described", [error]);
}

/** Nothing has this id. */
export function notFound(): Problem {
  return new Problem(404, "not-found", "Not found", "there is nothing with this id");
}

/** Refuses content that says it is something else than JSON. */
export function requireJson(request: Request): void {
  const mediaType = (request.headers["content-type"] ?? "application/json").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (!/^application\/(json|.*\+json)$/.test(mediaType)) {
    throw new Problem(415, "unsupported-media-type", "Unsupported media type", "the content must be application/json");
  }
}

/** The JSON content of the request. */
export function parsed(request: Request): unknown {
  try {
    const { body } = request;
    return JSON.parse(typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new Problem(400, "malformed-json", "Malformed JSON", "the request content is not valid JSON");
  }
}
