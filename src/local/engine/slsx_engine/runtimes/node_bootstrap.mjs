// A small runtime interface client for Node.js: AWS's own needs a C++ tool chain to install.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

import http from 'node:http';
import path from 'node:path';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const logsJson = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
let requestId;

function call(method, resource, body) {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : Buffer.from(body);
    const headers = payload ? { 'Content-Type': 'application/json', 'Content-Length': payload.length } : {};
    const request = http.request({ host, port, agent, method, headers, path: `/2018-06-01/runtime/${resource}` }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end(payload);
  });
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: format(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

// Node's console writes one event per call, with the time, the request and the level in front.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
for (const level of ['debug', 'info', 'warn', 'error', 'trace', 'log']) {
  console[level] = (...values) => {
    const [timestamp, name] = [new Date().toISOString(), level === 'log' ? 'INFO' : level.toUpperCase()];
    const message = format(...values);
    const line = logsJson
      ? JSON.stringify({ timestamp, level: name, requestId, message: values.length === 1 && typeof values[0] === 'object' ? values[0] : message })
      : `${timestamp}\t${requestId ?? 'undefined'}\t${name}\t${message}`;
    process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
  };
}

async function loadHandler(name) {
  const dot = name.lastIndexOf('.');
  const [module, property] = [name.slice(0, dot), name.slice(dot + 1)];
  const file = ['.js', '.mjs', '.cjs'].map((suffix) => path.resolve(module + suffix)).find((candidate) => existsSync(candidate));
  if (!file) throw Object.assign(new Error(`Cannot find module '${module}'`), { name: 'Runtime.ImportModuleError' });
  let loaded;
  try {
    loaded = await import(pathToFileURL(file));
  } catch (error) {
    const name = error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : 'Runtime.ImportModuleError';
    throw ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(error?.code) || error instanceof SyntaxError
      ? Object.assign(new Error(`Error: ${error.message}`), { name, stack: error.stack })
      : error;
  }
  const handler = loaded[property] ?? loaded.default?.[property];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${name} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
  }
  return handler;
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    Object.assign(context, { done: callback, succeed: resolve, fail: reject });
    const result = handler(event, context, callback);
    if (typeof result?.then === 'function') result.then(resolve, reject);
    else if (handler.length < 3 && result !== undefined) resolve(result);
    else if (handler.length < 3) setImmediate(resolve);
  });
}

async function fail(error) {
  const described = describe(error);
  console.error(requestId ? 'Invoke Error' : 'Uncaught Exception', JSON.stringify({ ...described, stack: described.trace }));
  const resource = requestId ? `invocation/${requestId}/error` : 'init/error';
  await call('POST', resource, JSON.stringify(described));
}

async function crash(errorType, error) {
  await fail(Object.assign(error instanceof Error ? error : new Error(format(error)), { name: errorType ?? error?.name }));
  process.exit(errorType ? 128 : 129);
}
process.on('unhandledRejection', (reason) => crash('Runtime.UnhandledPromiseRejection', reason));
process.on('uncaughtException', (error) => crash(undefined, error));

let handler;
try {
  handler = await loadHandler(process.argv[2]);
} catch (error) {
  await fail(error);
  process.exit(1);
}
for (;;) {
  const next = await call('GET', 'invocation/next');
  requestId = next.headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] ?? '';
  try {
    const result = await run(handler, JSON.parse(next.body), contextOf(next.headers));
    await call('POST', `invocation/${requestId}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await fail(error);
  }
}
