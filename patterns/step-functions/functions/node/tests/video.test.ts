/** Reading and scaling videos. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

import { InvalidVideo } from "../job";
import { evenWidth, scaled } from "../scaling";
import { readVideo } from "../video";
import { ROOT, SAMPLE, video } from "./project";

const text = (content: string): Buffer => Buffer.from(content, "latin1");

test("the sample is read", () => {
  const { width, height, rate, frames } = readVideo(SAMPLE);
  assert.deepEqual([width, height, rate, frames.length], [128, 72, "24:1", 48]);
});

test("color is left out", () => {
  const { frames } = readVideo(text("YUV4MPEG2 W2 H2 F25:1 C420jpeg\nFRAME\nabcdUVFRAME\nefghUV"));
  assert.deepEqual(frames.map(String), ["abcd", "efgh"]);
});

test("what is damaged is refused, and how is said", () => {
  const cases: [Buffer, string][] = [
    [text(""), "not a Y4M video"],
    [text("GIF89a\n"), "not a Y4M video"],
    [readFileSync(`${ROOT}/events/broken.y4m`), "not a Y4M video"],
    [text("YUV4MPEG2 W2\n"), "the header has no valid height"],
    [text("YUV4MPEG2 W0 H2\n"), "the header has no valid width"],
    [text("YUV4MPEG2 W-2 H-2\n"), "the header has no valid width"],
    [text("YUV4MPEG2 W+2 H2\n"), "the header has no valid width"],
    [text("YUV4MPEG2 W65536 H1\n"), "the header has no valid width"],
    [text("YUV4MPEG2 W2 H2 F25 Cmono\nFRAME\nabcd"), "the header has no valid frame rate"],
    [text("YUV4MPEG2 W2 H2 F0:1 Cmono\nFRAME\nabcd"), "the header has no valid frame rate"],
    [text("YUV4MPEG2 W1 H1 Cxyz\n"), "color space xyz is not supported"],
    [text("YUV4MPEG2 W2 H2\n"), "the video has no frames"],
    [video(2, text("abcd")).subarray(0, -1), "frame 0 is damaged"],
    [Buffer.concat([video(2, text("abcd"), text("efgh")), text("FRAME")]), "frame 2 is damaged"],
    [Buffer.concat([video(2, text("abcd")), text("FRAMX\nabcd")]), "frame 1 is damaged"],
  ];
  for (const [content, reason] of cases) {
    assert.throws(
      () => readVideo(content),
      (error) => error instanceof InvalidVideo && error.message === reason,
      reason,
    );
  }
});

test("every frame is scaled", async () => {
  const result = await scaled(readVideo(video(2, text("abcd"), text("efgh"))), 4);
  assert.deepEqual([result.width, result.height, result.frames], [4, 4, 2]);
  assert.equal(
    gunzipSync(result.content).toString("latin1"),
    "YUV4MPEG2 W4 H4 F2:1 Ip A1:1 Cmono\nFRAME\naabbaabbccddccddFRAME\neeffeeffgghhgghh",
  );
});

test("a video can be made smaller", async () => {
  const result = await scaled(readVideo(video(4, Buffer.from(Array.from({ length: 16 }, (_, n) => n)))), 2);
  assert.deepEqual([...gunzipSync(result.content).subarray(-4)], [0, 2, 8, 10]);
});

test("the same video gives the same bytes", async () => {
  assert.deepEqual(await scaled(readVideo(SAMPLE), 36), await scaled(readVideo(SAMPLE), 36));
});

test("a video longer than the encoder's buffers comes out whole", async () => {
  const { content } = await scaled(readVideo(SAMPLE), 144);
  const { width, height, frames } = readVideo(gunzipSync(content));
  assert.deepEqual([width, height, frames.length], [256, 144, 48]);
});

test("the width is even and in proportion", () => {
  assert.deepEqual([evenWidth(128, 72, 1080), evenWidth(3, 2, 3), evenWidth(1, 100, 16)], [1920, 4, 2]);
  // What lies in the middle, as 2.5 and 3.5 pairs of columns do, goes to the even number.
  assert.deepEqual([evenWidth(90, 72, 4), evenWidth(126, 72, 4)], [4, 8]);
});
