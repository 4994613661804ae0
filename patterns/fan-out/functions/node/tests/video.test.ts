// Reading Y4M.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { VideoError, readVideo } from "../video";
import { SAMPLE } from "./videos";

describe("reading a video", () => {
  test("reads the sample", () => {
    const { width, height, seconds, frames } = readVideo(SAMPLE);
    assert.deepEqual([width, height, frames.length, seconds], [128, 72, 48, 2]);
  });

  test("color is left out", () => {
    const { frames } = readVideo(Buffer.from("YUV4MPEG2 W2 H2 F25:1 C420jpeg\nFRAME\nabcdUVFRAME\nefghUV"));
    assert.deepEqual(frames.map((frame) => Buffer.from(frame).toString()), ["abcd", "efgh"]);
  });

  const damaged: [string, string][] = [
    ["", "not a Y4M video"],
    ["GIF89a\n", "not a Y4M video"],
    ["YUV4MPEG2 W2\n", "the header has no valid height"],
    ["YUV4MPEG2 W0 H2\n", "the header has no valid width"],
    ["YUV4MPEG2 W-2 H-2\n", "the header has no valid width"],
    ["YUV4MPEG2 W+2 H2\n", "the header has no valid width"],
    ["YUV4MPEG2 W65536 H1\n", "the header has no valid width"],
    ["YUV4MPEG2 W2 H2 F25 Cmono\nFRAME\nabcd", "the header has no valid frame rate"],
    ["YUV4MPEG2 W2 H2 F0:1 Cmono\nFRAME\nabcd", "the header has no valid frame rate"],
    ["YUV4MPEG2 W2 H2\n", "the video has no frames"],
    ["YUV4MPEG2 W1 H1 Cxyz\n", "color space xyz is not supported"],
    ["YUV4MPEG2 W2 H1 Cmono\nFRAME\nabFRAME\na", "frame 1 is damaged"],
    ["YUV4MPEG2 W2 H1 Cmono\nGAME\nab", "frame 0 is damaged"],
  ];
  for (const [content, message] of damaged) {
    test(`refuses ${JSON.stringify(content)}`, () => {
      assert.throws(() => readVideo(Buffer.from(content)), new VideoError(message));
    });
  }
});
