// Which uploads an event tells of.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { type UploadEvent, uploadsIn } from "../upload";

function fromSns(...keys: string[]): UploadEvent {
  const records = keys.map((key) => ({ s3: { bucket: { name: "uploads" }, object: { key } } }));
  return { Records: [{ Sns: { Message: JSON.stringify({ Records: records }) } }] };
}

describe("uploads in an event", () => {
  test("keys from SNS are decoded", () => {
    const uploads = uploadsIn(fromSns("uploads/a+b%2Bc/%C3%A4.y4m", "uploads/2.y4m"));
    assert.deepEqual(uploads.map((upload) => upload.key), ["uploads/a b+c/ä.y4m", "uploads/2.y4m"]);
    assert.equal(uploads[0]?.bucket, "uploads");
  });

  test("keys from EventBridge are taken as they are", () => {
    const detail = { bucket: { name: "uploads" }, object: { key: "uploads/a+b%20c.y4m" }, "request-id": "upload-1" };
    assert.deepEqual(uploadsIn({ source: "aws.s3", detail }), [
      { bucket: "uploads", key: "uploads/a+b%20c.y4m", correlationId: "upload-1" },
    ]);
  });

  test("the key stands in for a missing request id", () => {
    assert.equal(uploadsIn(fromSns("uploads/a+b"))[0]?.correlationId, "uploads/a b");
  });

  test("an empty event and the test event of S3 have none", () => {
    assert.deepEqual(uploadsIn({}), []);
    const message = '{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads"}';
    assert.deepEqual(uploadsIn({ Records: [{ Sns: { Message: message } }] }), []);
  });
});
