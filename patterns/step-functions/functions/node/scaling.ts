/** Scales a video to another height and compresses it: put your own encoder here. Knows nothing of AWS. */

import { createGzip } from "node:zlib";

import type { Video } from "./video";

/** A video in its new size, as gzipped Y4M. */
export interface Scaled {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly content: Buffer;
}

/** The video in the given height and the same proportions. */
export async function scaled(video: Video, height: number): Promise<Scaled> {
  const width = evenWidth(video.width, video.height, height);
  const columns = Array.from({ length: width }, (_, x) => Math.floor((x * video.width) / width));
  const lines = Array.from({ length: height }, (_, y) => Math.floor((y * video.height) / height));
  function* parts(): Generator<Uint8Array> {
    yield Buffer.from(`YUV4MPEG2 W${width} H${height} F${video.rate} Ip A1:1 Cmono\n`);
    // One frame at a time, so that memory does not grow with the length of the video.
    for (const frame of video.frames) {
      yield Buffer.from("FRAME\n");
      yield stretched(frame, video.width, columns, lines);
    }
  }
  return { width, height, frames: video.frames.length, content: await gzip(parts()) };
}

/** Even, as most players want it. */
export function evenWidth(width: number, height: number, wanted: number): number {
  return Math.max(2, rounded((width * wanted) / height / 2) * 2);
}

/** The nearest whole number, and from the middle the even one, where Math.round always goes up. */
function rounded(value: number): number {
  const above = Math.round(value);
  return above - value === 0.5 && above % 2 === 1 ? above - 1 : above;
}

/** The frame with the given columns and lines of it, each as often as it is named. */
function stretched(frame: Uint8Array, width: number, columns: number[], lines: number[]): Uint8Array {
  const result = new Uint8Array(columns.length * lines.length);
  let at = 0;
  let before = -1;
  for (const line of lines) {
    if (line === before) {
      // The same line once more: it is stretched already.
      result.copyWithin(at, at - columns.length, at);
      at += columns.length;
    } else {
      const row = line * width;
      for (const column of columns) result[at++] = frame[row + column] ?? 0;
    }
    before = line;
  }
  return result;
}

/** Node writes no time into the header: the same video gives the same bytes. */
async function gzip(parts: Generator<Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const encoder = createGzip({ level: 6 });
  const drained = (async () => {
    for await (const chunk of encoder) chunks.push(chunk as Buffer);
  })();
  for (const part of parts) {
    if (!encoder.write(part)) await new Promise((resolve) => encoder.once("drain", resolve));
  }
  encoder.end();
  await drained;
  return Buffer.concat(chunks);
}
