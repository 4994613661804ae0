/** Scales a video to another height and compresses it: put your own encoder here. Knows nothing of AWS. */

import { gzipSync } from "node:zlib";

import type { Video } from "./video";

/** A video in its new size, as gzipped Y4M. */
export interface Scaled {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly content: Buffer;
}

/** The video in the given height and the same proportions. */
export function scaled(video: Video, height: number): Scaled {
  // Even, as most players want it.
  const width = Math.max(2, Math.round((video.width * height) / video.height / 2) * 2);
  const columns = Array.from({ length: width }, (_, x) => Math.floor((x * video.width) / width));
  const lines = Array.from({ length: height }, (_, y) => Math.floor((y * video.height) / height));
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${video.rate} Ip A1:1 Cmono\n`)];
  for (const frame of video.frames) parts.push(Buffer.from("FRAME\n"), stretched(frame, video.width, columns, lines));
  // The gzip header of Node has no time in it, so the same video gives the same bytes.
  return { width, height, frames: video.frames.length, content: gzipSync(Buffer.concat(parts), { level: 6 }) };
}

/** The frame with the given columns and lines of it, each as often as it is named. */
function stretched(frame: Buffer, width: number, columns: readonly number[], lines: readonly number[]): Buffer {
  const result = Buffer.allocUnsafe(columns.length * lines.length);
  let position = 0;
  for (const line of lines) {
    for (const column of columns) result[position++] = frame[line * width + column] ?? 0;
  }
  return result;
}
