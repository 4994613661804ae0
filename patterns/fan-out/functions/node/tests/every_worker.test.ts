// What every worker must do, whatever its work is. AWS is in memory here.

import assert from "node:assert/strict";
import { describe as suite, mock, test } from "node:test";

import { attributes } from "../aws";
import type { Items, Objects } from "../ports";
import { inBucket, inCatalog } from "../results";
import type { UploadEvent } from "../upload";
import { inspect } from "../work/inspect";
import { describe } from "../work/record";
import type { Facts } from "../work/result";
import { thumbnail } from "../work/thumbnail";
import { transcode } from "../work/transcode";
import { type Handler, worker } from "../worker";
import { BROKEN, video } from "./videos";

const KEY = "uploads/my holiday+1.y4m";
const CONTEXT = { awsRequestId: "request-1" };

/** What the workers use of S3 and DynamoDB. */
class Memory implements Objects {
  readonly objects = new Map<string, Uint8Array>();
  readonly rows: [string, Facts][] = [];
  readonly items: Items = { put: async (table, item) => void this.rows.push([table, item]) };

  constructor(content?: Uint8Array) {
    if (content) this.objects.set(`uploads/${KEY}`, content);
  }

  async get(bucket: string, key: string): Promise<Uint8Array> {
    const content = this.objects.get(`${bucket}/${key}`);
    if (!content) throw new Error("NoSuchKey");
    return content;
  }

  async put(bucket: string, key: string, artifact: { body: Uint8Array }): Promise<void> {
    this.objects.set(`${bucket}/${key}`, artifact.body);
  }
}

/** A worker of each kind, by the key of its result. */
function workers(memory: Memory): Map<string, Handler> {
  const parts = { name: "some-worker", uploads: memory };
  const keep = inBucket(memory, "results", "some-worker/", "uploads/");
  const result = "some-worker/my holiday+1.y4m";
  return new Map([
    [`${result}.png`, worker({ ...parts, work: thumbnail, keep })],
    [`${result}.gz`, worker({ ...parts, work: (content) => transcode(content, 4), keep })],
    [`${result}.json`, worker({ ...parts, work: inspect, keep })],
    [KEY, worker({ ...parts, work: describe, keep: inCatalog(memory.items, "catalog", "some-worker") })],
  ]);
}

function fromSns(): UploadEvent {
  const record = {
    s3: { bucket: { name: "uploads" }, object: { key: "uploads/my+holiday%2B1.y4m" } },
    responseElements: { "x-amz-request-id": "upload-1" },
  };
  return { Records: [{ Sns: { Message: JSON.stringify({ Records: [record] }) } }] };
}

function fromEventBridge(): UploadEvent {
  return { source: "aws.s3", detail: { bucket: { name: "uploads" }, object: { key: KEY }, "request-id": "upload-1" } };
}

/** The lines that are logged meanwhile. */
async function lines(run: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  // The logger writes through a console of its own, which ends here.
  const write = mock.method(process.stdout, "write", () => true);
  const complain = mock.method(process.stderr, "write", () => true);
  try {
    await run();
    const texts = [...write.mock.calls, ...complain.mock.calls].map((call) => String(call.arguments[0]));
    return texts.filter((text) => text.startsWith("{")).map((text) => JSON.parse(text) as Record<string, unknown>);
  } finally {
    write.mock.restore();
    complain.mock.restore();
  }
}

suite("every worker", () => {
  test("writes one result of its own for each upload", async () => {
    const memory = new Memory(video(2, "abcd", "efgh"));
    await lines(async () => {
      for (const [key, handler] of workers(memory)) {
        assert.deepEqual(await handler(fromSns(), CONTEXT), { results: [key] });
      }
    });
    const files = ["png", "gz", "json"].map((suffix) => `results/some-worker/my holiday+1.y4m.${suffix}`);
    assert.deepEqual([...memory.objects.keys()], [`uploads/${KEY}`, ...files]);
    assert.equal(memory.rows.length, 1);
  });

  test("the item is of this upload and this worker", async () => {
    const memory = new Memory(video(2, "abcd", "efgh"));
    await lines(() => workers(memory).get(KEY)!(fromSns(), CONTEXT));
    const [table, item] = memory.rows[0]!;
    assert.equal(table, "catalog");
    const typed = attributes(item);
    assert.deepEqual(typed.object_key, { S: KEY });
    assert.deepEqual(typed.worker, { S: "some-worker" });
    assert.deepEqual(typed.frames, { N: "2" });
  });

  test("repeated events leave the same results", async () => {
    const memory = new Memory(video(2, "abcd", "efgh"));
    await lines(async () => {
      for (const handler of workers(memory).values()) {
        await handler(fromSns(), CONTEXT);
        const objects = new Map(memory.objects);
        await handler(fromEventBridge(), CONTEXT);
        assert.deepEqual(memory.objects, objects);
      }
    });
    assert.deepEqual(memory.rows[0], memory.rows[1]);
  });

  test("logs can be traced from worker to worker", async () => {
    for (const handler of workers(new Memory(video(2, "abcd"))).values()) {
      const logged = await lines(() => handler(fromSns(), CONTEXT));
      assert.deepEqual(logged.map((line) => line.message), ["upload received", "result written"]);
      for (const line of logged) {
        assert.equal(line.object_key, KEY);
        assert.equal(line.correlation_id, "upload-1");
        assert.equal(line.aws_request_id, "request-1");
        assert.equal(line.worker, "some-worker");
      }
    }
  });

  test("ignores the test event of S3", async () => {
    const memory = new Memory(video(2, "abcd"));
    const message = '{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads"}';
    for (const handler of workers(memory).values()) {
      const logged = await lines(async () => {
        assert.deepEqual(await handler({ Records: [{ Sns: { Message: message } }] }, CONTEXT), { results: [] });
      });
      assert.deepEqual(logged.map((line) => line.message), ["no upload in this event"]);
    }
    assert.deepEqual([memory.objects.size, memory.rows.length], [1, 0]);
  });

  test("fails on what is no video, so that Lambda retries and keeps the event", async () => {
    const memory = new Memory(BROKEN);
    for (const handler of workers(memory).values()) {
      const logged = await lines(() => assert.rejects(handler(fromSns(), CONTEXT), /not a Y4M video/));
      assert.deepEqual(logged.map((line) => line.message), ["upload received", "upload failed"]);
      assert.deepEqual([logged[1]?.level, logged[1]?.worker], ["ERROR", "some-worker"]);
      assert.equal(logged[1]?.reason, "VideoError: not a Y4M video");
    }
    assert.deepEqual([memory.objects.size, memory.rows.length], [1, 0]);
  });
});
