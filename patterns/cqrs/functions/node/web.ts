// Requests and answers of the HTTP API; knows neither accounts nor where they are kept.

import { Logger } from "@aws-lambda-powertools/logger";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";

/** Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL. */
export const logger = new Logger();

const THROTTLED = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
]);

/** One HTTP request. Header names are in lower case, as the HTTP API sends them. */
export interface Request {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly parameters: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** One HTTP answer; `facts` are for the log alone. */
export interface Answer {
  readonly status: number;
  readonly content: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** What a function does with a request. */
export type Work = (request: Request) => Promise<Answer>;

/** What the HTTP API sends; anything else has none of its members. */
export type Event = Partial<APIGatewayProxyEventV2>;

/** What Lambda calls for each request. */
export type Handler = (event: Event, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** One thing that is wrong with a request, and where. */
export type Flaw = Readonly<Record<string, string>>;

/** Why a request is refused, in the terms of RFC 9457. */
export class Problem extends Error {
  override name = "Problem";

  constructor(
    readonly status: number,
    readonly kind: string,
    detail: string,
    readonly errors: readonly Flaw[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

/** The Lambda handler that answers each request by `work`. */
export function answering(work: Work): Handler {
  return async (event, context) => {
    const request = requestOf(event);
    logger.addContext(context);
    logger.setCorrelationId(request.id);
    const answer = await answered(request, work).catch((error: unknown) => refusal(request, problemOf(error)));
    const facts = { method: request.method, path: request.path, status: answer.status };
    logger.info("request answered", { ...facts, ...answer.facts });
    return { statusCode: answer.status, headers: { ...answer.headers }, body: JSON.stringify(answer.content) };
  };
}

/** Answers a request; an event that is none, such as the empty one of `slsx coldstart-bench`, is refused. */
async function answered(request: Request, work: Work): Promise<Answer> {
  if (request.method === "") throw new Problem(400, "invalid-request", "the event is no request of an HTTP API");
  return work(request);
}

/** What the caller is told of an exception; what is not his doing goes to the log as well. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error && THROTTLED.has(error.name)) {
    return new Problem(503, "overloaded", "try again in a moment", [], { "retry-after": "1" });
  }
  logger.error("request failed", error instanceof Error ? error : String(error));
  return new Problem(500, "internal-error", "something failed here; the request id finds it in the log");
}

/** The request in an event of payload format 2.0. An event that is none is a request without a method. */
function requestOf(event: Event): Request {
  return {
    id: event.requestContext?.requestId ?? "",
    method: event.requestContext?.http?.method ?? "",
    path: event.rawPath ?? "",
    headers: event.headers ?? {},
    query: event.queryStringParameters ?? {},
    parameters: event.pathParameters ?? {},
    body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
  };
}

/** An answer whose body is JSON. Callers may keep it, but must ask again before they use it. */
export function jsonAnswer(
  status: number,
  content: unknown,
  headers: Record<string, string> = {},
  facts: Record<string, string | number> = {},
): Answer {
  const fixed = { "content-type": "application/json", "cache-control": "no-cache" };
  return { status, content, headers: { ...fixed, ...headers }, facts };
}

function refusal(request: Request, problem: Problem): Answer {
  const type = `urn:problem-type:${problem.kind}`;
  const title = problem.kind.charAt(0).toUpperCase() + problem.kind.slice(1).replaceAll("-", " ");
  const content = {
    type,
    title,
    status: problem.status,
    detail: problem.message,
    instance: request.path,
    request_id: request.id,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
  };
  const fixed = { "content-type": "application/problem+json", "cache-control": "no-store" };
  return { status: problem.status, content, headers: { ...fixed, ...problem.headers }, facts: { problem: type } };
}

/** A parameter or header is not as described. */
export function invalidRequest(flaw: Flaw): Problem {
  return new Problem(400, "invalid-request", "a parameter or header is not as described", [flaw]);
}

/** Nothing has this id. */
export function notFound(): Problem {
  return new Problem(404, "not-found", "there is no such account");
}

/** The JSON content of the request. */
export function parsed(request: Request): unknown {
  const mediaType = (request.headers["content-type"] ?? "application/json").split(";", 1)[0]!.trim().toLowerCase();
  if (!/^application\/(json|.*\+json)$/.test(mediaType)) {
    throw new Problem(415, "unsupported-media-type", "the content must be application/json");
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(request.body));
  } catch {
    throw new Problem(400, "malformed-json", "the request content is not valid JSON");
  }
}
