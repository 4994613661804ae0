// Scales a video to another height and compresses it. Knows nothing of AWS.

import { createGzip } from "node:zlib";

import { readVideo } from "../video";
import type { Artifact } from "./result";
import { rounded } from "./rounding";

/** The video in the given height and the same proportions, as gzipped Y4M. */
export async function transcode(content: Uint8Array, height: number): Promise<Artifact> {
  const video = readVideo(content);
  const width = evenWidth(video.width, video.height, height);
  const columns = Array.from({ length: width }, (_, x) => Math.floor((x * video.width) / width));
  const lines = Array.from({ length: height }, (_, y) => Math.floor((y * video.height) / height));
  function* parts(): Generator<Uint8Array> {
    yield Buffer.from(`YUV4MPEG2 W${width} H${height} F${video.rate} Ip A1:1 Cmono\n`);
    // One frame at a time, so that memory does not grow with the length of the video.
    for (const frame of video.frames) {
      yield Buffer.from("FRAME\n");
      yield scale(frame, video.width, columns, lines);
    }
  }
  return { body: await gzip(parts()), suffix: "gz", contentType: "application/gzip" };
}

/** Even, as most players want it. */
export function evenWidth(width: number, height: number, wanted: number): number {
  return Math.max(2, rounded((width * wanted) / height / 2) * 2);
}

/** The frame with the given columns and lines of it, each as often as it is named. */
function scale(frame: Uint8Array, width: number, columns: number[], lines: number[]): Uint8Array {
  const scaled = new Uint8Array(columns.length * lines.length);
  let at = 0;
  let before = -1;
  for (const line of lines) {
    if (line === before) {
      // The same line once more: it is stretched already.
      scaled.copyWithin(at, at - columns.length, at);
      at += columns.length;
    } else {
      const row = line * width;
      for (const column of columns) scaled[at++] = frame[row + column] ?? 0;
    }
    before = line;
  }
  return scaled;
}

/** Node writes no time into the header: the same video gives the same bytes. */
async function gzip(parts: Generator<Uint8Array>): Promise<Uint8Array> {
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
