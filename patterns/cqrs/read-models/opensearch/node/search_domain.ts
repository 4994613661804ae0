// Requests to the search domain, signed with the function's role. Knows nothing of what they ask for.

import { setTimeout } from "node:timers/promises";

import { AwsV4Signer } from "aws4fetch";

import { text } from "./settings";

const ATTEMPTS = 3;
const FIRST_PAUSE_MILLISECONDS = 200;
// Three attempts must end before the function's time is over.
const TIMEOUT_MILLISECONDS = 5_000;
const PASSING = new Set([429, 502, 503, 504]);

/** The domain did not do what it was asked for. */
export class SearchFailed extends Error {
  override name = "SearchFailed";
}

/** What the read model needs of the search domain. */
export interface Domain {
  /** What the domain answers. An answer that is no success throws, unless its status is the one accepted. */
  request(method: string, path: string, body?: string, accepts?: number): Promise<unknown>;
}

/** An OpenSearch domain. Its access policy tells this function from others by the signature. */
export class SearchDomain implements Domain {
  constructor(private readonly url: string) {}

  async request(method: string, path: string, body?: string, accepts?: number): Promise<unknown> {
    // Every request may be sent twice without harm: writes carry the version of what they write.
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.send(method, path, body);
        if (answer.ok || answer.status === accepts) return await answer.json();
        const reason = (await answer.text()).slice(0, 500);
        const failure = new SearchFailed(`${method} ${path}: ${answer.status} ${reason}`);
        if (!PASSING.has(answer.status) || attempt === ATTEMPTS) throw failure;
      } catch (error) {
        if (error instanceof SearchFailed || attempt === ATTEMPTS) throw error;
      }
      await setTimeout(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1));
    }
  }

  private async send(method: string, path: string, body: string | undefined): Promise<Response> {
    const signed = await this.signed(method, path, body);
    // Keeps its connection from one invocation to the next: a TLS handshake costs more than the request.
    return fetch(signed.url, { ...signed.init, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
  }

  /** The request with the signature in its headers. Lambda keeps the credentials of the role in the environment. */
  async signed(method: string, path: string, body?: string): Promise<{ url: URL; init: RequestInit }> {
    const type = path.endsWith("/_bulk") ? "application/x-ndjson" : "application/json";
    const signer = new AwsV4Signer({
      method,
      url: `${this.url}${path}`,
      headers: body === undefined ? {} : { "content-type": type },
      ...(body === undefined ? {} : { body }),
      service: "es",
      region: text("AWS_REGION"),
      accessKeyId: text("AWS_ACCESS_KEY_ID"),
      secretAccessKey: text("AWS_SECRET_ACCESS_KEY"),
      sessionToken: text("AWS_SESSION_TOKEN"),
    });
    const { url, headers } = await signer.sign();
    return { url, init: { method, headers, ...(body === undefined ? {} : { body }) } };
  }
}

/** The domain of this project. */
export function connectDomain(): SearchDomain {
  return new SearchDomain(`https://${text("SEARCH_ENDPOINT")}`);
}
