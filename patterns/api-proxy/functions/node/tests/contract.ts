// Holds answers against openapi.yaml, so that it stays true.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { parse } from "yaml";
import type { Result } from "../web";

type Schema = Record<string, unknown>;
interface Response {
  headers?: Record<string, { schema: Schema } | { $ref: string }>;
  content?: Record<string, { schema: Schema }>;
}
interface Operation {
  operationId: string;
  responses: Record<string, Response | { $ref: string }>;
}
interface Contract {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
interface Template {
  Resources: Record<string, { Properties?: { Handler?: string; Events?: Record<string, Event> } }>;
}
interface Event {
  Properties: { Method: string; Path: string };
}

export const ROOT = join(__dirname, "..", "..");
export const CONTRACT = parse(readFileSync(join(ROOT, "openapi.yaml"), "utf8")) as Contract;
export const COLLECTION = Object.keys(CONTRACT.paths)[0] ?? "";
const AJV = new Ajv({ strict: false });
const METHODS = ["get", "put", "post", "delete", "patch"];

const OPERATIONS = Object.entries(CONTRACT.paths).flatMap(([path, methods]) =>
  METHODS.flatMap((method) => {
    const operation = methods[method];
    return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
  }),
);

/** What a reference stands for. */
function resolved<Described extends object>(value: Described | { $ref: string }): Described {
  if (!("$ref" in value)) {
    return value;
  }
  const names = String(value.$ref).replace("#/", "").split("/");
  return names.reduce((place: unknown, name) => (place as Record<string, unknown>)[name], CONTRACT) as Described;
}

/** Whether the value is as a schema of the contract describes it. */
export function isValid(schema: Schema, value: unknown): boolean {
  return AJV.validate({ components: CONTRACT.components, allOf: [schema] }, value);
}

/** Throws unless the contract has such an answer of this operation. */
export function checkAnswer(name: string, { statusCode, headers, body }: Result): void {
  const operation = OPERATIONS.find((each) => each.operation.operationId === name)?.operation;
  assert(operation, name);
  const promised = operation.responses[statusCode];
  assert(promised || [500, 503].includes(statusCode), `${name} does not promise ${statusCode}`);
  const response = resolved(promised ?? operation.responses.default ?? {});
  for (const [header, described] of Object.entries(response.headers ?? {})) {
    const value = headers[header.toLowerCase()];
    if (value === undefined) {
      assert.equal(header, "Idempotent-Replayed", `${header} is missing`);
    } else {
      assert(isValid(resolved(described).schema, value), `${header}: ${value}`);
    }
  }
  const [content] = Object.entries(response.content ?? {});
  if (content === undefined) {
    assert.equal(body, "");
    return;
  }
  assert.equal(headers["content-type"], content[0]);
  assert(isValid(content[1].schema, JSON.parse(body)), body);
}

/** Handler, method and path of every route in template.yaml. */
export function routesOfTemplate(): string[] {
  const text = readFileSync(join(ROOT, "template.yaml"), "utf8");
  const { Resources } = parse(text, { logLevel: "silent" }) as Template;
  const routes = Object.values(Resources).flatMap(({ Properties }) =>
    Object.values(Properties?.Events ?? {}).map(({ Properties: { Method, Path } }) => {
      return `${Properties?.Handler?.replace(".handler", "")} ${Method} ${Path}`;
    }),
  );
  return routes.sort();
}

/** Operation, method and path of every route in openapi.yaml. */
export function routesOfContract(): string[] {
  return OPERATIONS.map(({ method, path, operation }) => `${operation.operationId} ${method} ${path}`).sort();
}
