// Videos for the tests.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const EVENTS = join(__dirname, "..", "..", "events");

/** The project's sample video. */
export const SAMPLE: Uint8Array = readFileSync(join(EVENTS, "sample.y4m"));

/** A file that is no video. */
export const BROKEN: Uint8Array = readFileSync(join(EVENTS, "broken.bin"));

/** A Y4M file of the given frames. */
export function video(width: number, ...frames: (string | number[])[]): Uint8Array {
  const contents = frames.map((frame) => Buffer.from(frame as string));
  const header = Buffer.from(`YUV4MPEG2 W${width} H${contents[0]!.length / width} F2:1 Cmono\n`);
  return Buffer.concat([header, ...contents.flatMap((content) => [Buffer.from("FRAME\n"), content])]);
}
