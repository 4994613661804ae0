/** What transcode does with a job. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

import { FakeAws, SAMPLE, event, failed, runCompensate, runTranscode } from "./project";

const withSample = (): FakeAws => new FakeAws({ "uploads/j.y4m": SAMPLE });

test("a result and an item are made", async () => {
  const aws = withSample();
  const { answer } = await runTranscode(aws, event());
  const content = aws.objects.get("results/j.y4m.gz") ?? Buffer.alloc(0);
  const facts = { width: 64, height: 36, frames: 48, bytes: content.length };
  assert.deepEqual(answer, { job: "j", result: "results/j.y4m.gz", ...facts });
  assert.match(gunzipSync(content).toString("latin1"), /^YUV4MPEG2 W64 H36 F24:1 Ip A1:1 Cmono\nFRAME\n/);
  const { updated_at, ...item } = aws.items.get("j") ?? {};
  assert.match(updated_at?.S ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(item, {
    job: { S: "j" },
    execution: { S: "execution-1" },
    source: { S: "uploads/j.y4m" },
    result: { S: "results/j.y4m.gz" },
    status: { S: "transcoded" },
    width: { N: "64" },
    height: { N: "36" },
    frames: { N: "48" },
    bytes: { N: String(content.length) },
  });
});

test("a source that is not there yet has a name of its own", async () => {
  const aws = new FakeAws();
  const early = await runTranscode(aws, event());
  assert.deepEqual([early.error, early.reason], ["SourceNotReady", "s3://media/uploads/j.y4m is not there yet"]);
  assert.deepEqual(early.log.map((line) => line["message"]), ["source not ready"]);
  aws.objects.set("uploads/j.y4m", SAMPLE);
  assert.equal((await runTranscode(aws, event())).error, "");
});

test("what is no video leaves nothing behind", async () => {
  const aws = new FakeAws({ "uploads/j.y4m": Buffer.from("GIF89a") });
  const result = await runTranscode(aws, event());
  assert.deepEqual([result.error, result.reason], ["InvalidVideo", "not a Y4M video"]);
  assert.deepEqual([[...aws.objects.keys()], aws.items.size], [["uploads/j.y4m"], 0]);
  assert.deepEqual([result.log[0]?.["message"], result.log[0]?.["error"]], ["transcode refused", "InvalidVideo"]);
});

test("the same execution may try again", async () => {
  const aws = withSample();
  const first = await runTranscode(aws, event());
  const second = await runTranscode(aws, event());
  assert.deepEqual(first.answer, second.answer);
});

test("another execution may not take a job", async () => {
  const aws = withSample();
  await runTranscode(aws, event());
  aws.objects.set("results/j.y4m.gz", Buffer.from("theirs"));
  const result = await runTranscode(aws, event({ execution: "execution-2" }));
  assert.deepEqual([result.error, result.reason], ["JobExists", "job j belongs to another execution"]);
  assert.equal(aws.objects.get("results/j.y4m.gz")?.toString(), "theirs");
  assert.deepEqual(aws.items.get("j")?.["execution"], { S: "execution-1" });
});

test("a job that is being undone is waited for", async () => {
  const aws = withSample();
  await runTranscode(aws, event());
  aws.items.set("j", { ...aws.items.get("j"), status: { S: "compensating" } });
  const result = await runTranscode(aws, event({ execution: "execution-2" }));
  assert.deepEqual([result.error, result.reason], ["JobNotFree", "job j is being undone by another execution"]);
  assert.deepEqual(result.log.map((line) => line["message"]), ["job not free"]);
  assert.deepEqual(aws.items.get("j")?.["execution"], { S: "execution-1" });
});

test("a compensated job may be done again", async () => {
  const aws = withSample();
  await runCompensate(aws, event({ error: failed() }));
  const result = await runTranscode(aws, event({ execution: "execution-2" }));
  assert.equal(result.error, "");
  assert.deepEqual(aws.items.get("j")?.["status"], { S: "transcoded" });
});

test("names and sources that lead elsewhere are refused", async () => {
  for (const job of [undefined, null, 1, "", "-j", "a/b", "../j", "j\n", "ä", "j".repeat(101)]) {
    const result = await runTranscode(new FakeAws(), event({ job }));
    assert.deepEqual([result.error, result.reason.slice(0, 3)], ["InvalidJob", "job"], String(job));
  }
  for (const source of [undefined, null, 1, "", "results/j.y4m.gz", "/uploads/j", `uploads/${"ä".repeat(509)}`]) {
    const result = await runTranscode(new FakeAws(), event({ source }));
    assert.deepEqual([result.error, result.reason], ["InvalidJob", "source must begin with uploads/"], String(source));
  }
});

test("an empty event asks for nothing", async () => {
  const aws = new FakeAws();
  for (const run of [runTranscode, runCompensate]) {
    const { answer, error, log } = await run(aws, {});
    assert.deepEqual([answer, error, log], [{}, "", []]);
  }
  assert.deepEqual([aws.objects.size, aws.items.size], [0, 0]);
});

test("logs can be traced by execution", async () => {
  const aws = withSample();
  const transcoded = await runTranscode(aws, event());
  const compensated = await runCompensate(aws, event({ error: failed("Denied") }));
  const log = [...transcoded.log, ...compensated.log];
  assert.deepEqual(log.map((line) => line["message"]), ["source transcoded", "job compensated"]);
  for (const line of log) {
    assert.deepEqual(
      [line["correlation_id"], line["job"], line["service"], line["function_request_id"]],
      ["execution-1", "j", "tests", "request-1"],
    );
  }
  assert.deepEqual([log[0]?.["frames"], log[1]?.["error"]], [48, "Denied"]);
});
