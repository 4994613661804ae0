// Finds the cuts of a video by how much each frame differs from the one before. Knows nothing of AWS.

import { readVideo } from "../video";
import type { Artifact } from "./result";
import { rounded } from "./rounding";

/** A mean change of brightness, of 255, above which a new scene begins. */
const CUT = 32;

/** Brightness and change of every frame, and the frames at which a scene begins. */
export interface Report {
  width: number;
  height: number;
  seconds: number;
  brightness: number[];
  change: number[];
  cuts: number[];
}

/** A report on the video, as JSON. */
export function inspect(content: Uint8Array): Artifact {
  return { body: Buffer.from(JSON.stringify(measure(content))), suffix: "json", contentType: "application/json" };
}

/** What the report says. */
export function measure(content: Uint8Array): Report {
  const video = readVideo(content);
  const changes = video.frames.map((frame, number) => change(video.frames[number - 1] ?? frame, frame));
  return {
    width: video.width,
    height: video.height,
    seconds: round(video.seconds, 3),
    brightness: video.frames.map((frame) => round(mean(frame), 2)),
    change: changes.map((value) => round(value, 2)),
    cuts: [...changes.keys()].filter((number) => changes[number]! > CUT),
  };
}

/** The mean difference of two frames. */
function change(before: Uint8Array, after: Uint8Array): number {
  return mean(after.map((value, at) => Math.abs(value - (before[at] ?? value))));
}

function mean(values: Uint8Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return rounded(value * scale) / scale;
}
