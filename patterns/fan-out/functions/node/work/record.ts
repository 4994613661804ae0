// Describes a video in a few facts worth looking up later. Knows nothing of AWS.

import { createHash } from "node:crypto";

import { readVideo } from "../video";
import type { Facts } from "./result";
import { rounded } from "./rounding";

/** Size, length, checksum, mean brightness and tonal range of a video. */
export function describe(content: Uint8Array): Facts {
  const video = readVideo(content);
  const tones = histogram(video.frames);
  const count = tones.reduce((sum, times) => sum + times, 0);
  return {
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    width: video.width,
    height: video.height,
    frames: video.frames.length,
    milliseconds: rounded(video.seconds * 1000),
    brightness: Math.floor(tones.reduce((sum, times, tone) => sum + tone * times, 0) / count),
    darkest: percentile(tones, count, 5),
    brightest: percentile(tones, count, 95),
  };
}

/** How many pixels have each brightness from 0 to 255. */
function histogram(frames: readonly Uint8Array[]): number[] {
  const tones = new Uint32Array(256);
  for (const frame of frames) for (const pixel of frame) tones[pixel]! += 1;
  return [...tones];
}

/** The brightness that `percent` of the pixels do not exceed. */
function percentile(tones: number[], count: number, percent: number): number {
  let seen = 0;
  const found = tones.findIndex((times) => (seen += times) * 100 >= count * percent);
  return found === -1 ? 255 : found;
}
