// Picks the sharpest frame of a video and makes a small picture of it. Knows nothing of AWS.

import { PNG } from "pngjs";

import { type Video, readVideo } from "../video";
import type { Artifact } from "./result";

const WIDTH = 64;
const GRAYSCALE = 0;

/** A PNG of the sharpest frame, at most 64 pixels wide. */
export function thumbnail(content: Uint8Array): Artifact {
  const video = readVideo(content);
  const width = Math.min(WIDTH, video.width);
  const height = Math.max(1, Math.floor((video.height * width) / video.width));
  const body = encode(shrink(sharpest(video), video, width, height), width, height);
  return { body, suffix: "png", contentType: "image/png" };
}

/** The first of the frames that no other exceeds in sharpness. */
function sharpest(video: Video): Uint8Array {
  let best = { frame: video.frames[0]!, sharpness: -1 };
  for (const frame of video.frames) {
    const value = sharpness(frame, video.width);
    if (value > best.sharpness) best = { frame, sharpness: value };
  }
  return best.frame;
}

/** Variance of the Laplacian: high where neighboring pixels differ, low where they are blurred. */
function sharpness(frame: Uint8Array, width: number): number {
  const at = (index: number): number => frame[index] ?? 0;
  let total = 0;
  let squares = 0;
  let count = 0;
  for (let row = width; row < frame.length - width; row += width) {
    for (let i = row + 1; i < row + width - 1; i++) {
      const edge = 4 * at(i) - at(i - 1) - at(i + 1) - at(i - width) - at(i + width);
      total += edge;
      squares += edge * edge;
      count += 1;
    }
  }
  return count === 0 ? 0 : (squares - (total * total) / count) / count;
}

/** Averages the block of pixels behind each pixel of the smaller picture. */
export function shrink(frame: Uint8Array, video: Video, width: number, height: number): Uint8Array {
  const picture = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const rows = range(y, height, video.height);
    for (let x = 0; x < width; x++) {
      const columns = range(x, width, video.width);
      let total = 0;
      for (let row = rows.from; row < rows.to; row++) {
        for (let column = columns.from; column < columns.to; column++) total += frame[row * video.width + column] ?? 0;
      }
      const count = (rows.to - rows.from) * (columns.to - columns.from);
      picture[y * width + x] = Math.floor(total / count);
    }
  }
  return picture;
}

/** Which of `all` pixels in a line stand behind the pixel `at` of `wanted`. */
function range(at: number, wanted: number, all: number): { from: number; to: number } {
  return { from: Math.floor((at * all) / wanted), to: Math.floor(((at + 1) * all) / wanted) };
}

function encode(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const picture = new PNG({ width, height });
  picture.data = Buffer.from(pixels);
  return PNG.sync.write(picture, { colorType: GRAYSCALE, inputColorType: GRAYSCALE, inputHasAlpha: false });
}
