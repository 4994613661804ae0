// The work of each kind of worker.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe as suite, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { PNG } from "pngjs";

import { readVideo } from "../video";
import { measure } from "../work/inspect";
import { describe } from "../work/record";
import { shrink, thumbnail } from "../work/thumbnail";
import { evenWidth, transcode } from "../work/transcode";
import { SAMPLE, video } from "./videos";

suite("thumbnail", () => {
  test("is a PNG in the proportions of the video", () => {
    const { width, height } = PNG.sync.read(Buffer.from(thumbnail(SAMPLE).body));
    assert.deepEqual([width, height], [64, 36]);
  });

  test("shows the sharpest frame", () => {
    const dull = Array<number>(64).fill(100);
    const sharp = Array.from({ length: 64 }, (_, at) => (at % 2 ? 255 : 0));
    const picture = PNG.sync.read(Buffer.from(thumbnail(video(8, dull, sharp, dull)).body));
    assert.deepEqual([...picture.data].filter((_, at) => at % 4 === 0), sharp);
  });

  test("averages the pixels it leaves out", () => {
    const source = readVideo(video(2, [10, 20, 30, 40]));
    assert.deepEqual([...shrink(source.frames[0]!, source, 1, 1)], [25]);
  });
});

suite("transcode", () => {
  test("scales every frame", async () => {
    const { body } = await transcode(video(2, "abcd", "efgh"), 4);
    const expected = "YUV4MPEG2 W4 H4 F2:1 Ip A1:1 Cmono\nFRAME\naabbaabbccddccddFRAME\neeffeeffgghhgghh";
    assert.equal(gunzipSync(body).toString(), expected);
  });

  test("can make a video smaller", async () => {
    const { body } = await transcode(video(4, [...Array(16).keys()]), 2);
    assert.deepEqual([...gunzipSync(body).subarray(-4)], [0, 2, 8, 10]);
  });

  test("the same video gives the same bytes", async () => {
    const source = video(2, "abcd");
    assert.deepEqual(await transcode(source, 6), await transcode(source, 6));
  });

  test("a video longer than the encoder's buffers comes out whole", async () => {
    const { body } = await transcode(SAMPLE, 144);
    const { width, height, frames } = readVideo(gunzipSync(body));
    assert.deepEqual([width, height, frames.length], [256, 144, 48]);
  });

  test("the width is even and in proportion", () => {
    assert.deepEqual([evenWidth(128, 72, 1080), evenWidth(3, 2, 3), evenWidth(1, 100, 16)], [1920, 4, 2]);
    // What lies in the middle, as 2.5 and 3.5 pairs of columns do, goes to the even number.
    assert.deepEqual([evenWidth(90, 72, 4), evenWidth(126, 72, 4)], [4, 8]);
  });
});

suite("record", () => {
  test("describes the sample", () => {
    const facts = describe(SAMPLE);
    assert.equal(facts.sha256, createHash("sha256").update(SAMPLE).digest("hex"));
    assert.deepEqual([facts.width, facts.height, facts.frames, facts.milliseconds], [128, 72, 48, 2000]);
  });

  test("half a millisecond is rounded to the even one", () => {
    const lasting = (frames: number): Uint8Array =>
      Buffer.from("YUV4MPEG2 W1 H1 F2000:1 Cmono\n" + "FRAME\na".repeat(frames));
    assert.deepEqual([describe(lasting(1)).milliseconds, describe(lasting(3)).milliseconds], [0, 2]);
  });

  test("knows the tonal range", () => {
    const pixels = [...Array<number>(50).fill(7), ...Array<number>(50).fill(200)];
    const { darkest, brightest, brightness } = describe(video(10, pixels));
    assert.deepEqual([darkest, brightest, brightness], [7, 200, 103]);
  });
});

suite("inspect", () => {
  test("finds the cut of the sample", () => {
    assert.deepEqual(measure(SAMPLE).cuts, [24]);
  });

  test("measures brightness and change", () => {
    const report = measure(video(2, [10, 20], [20, 40]));
    assert.deepEqual([report.brightness, report.change, report.seconds], [[15, 30], [0, 15], 1]);
  });

  test("rounds the middle to the even digit", () => {
    const dark = (first: number): number[] => [first, 0, 0, 0, 0, 0, 0, 0];
    // 0.125 and 0.375.
    assert.deepEqual(measure(video(8, dark(1), dark(3))).brightness, [0.12, 0.38]);
  });
});
