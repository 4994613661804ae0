/** Reads Y4M, the uncompressed video that ffmpeg writes and any player shows; knows nothing of AWS. */

import { InvalidVideo } from "./job";

/** Bytes of a frame for each pixel, by color space; the brightness always comes first, one byte a pixel. */
const FRAME_SIZES: readonly (readonly [string, number])[] = [
  ["mono", 1],
  ["420", 1.5],
  ["422", 2],
  ["444", 3],
];
/** Width and height in pixels, as video tools write them. */
const LENGTH = /^[1-9][0-9]{0,4}$/;
const LONGEST = 65535;
/** Frames in so many seconds: `30000:1001` is what television calls 29.97. */
const RATE = /^[1-9][0-9]{0,8}:[1-9][0-9]{0,8}$/;
const LINE_FEED = 0x0a;

/** A video's frames, reduced to brightness. */
export interface Video {
  readonly width: number;
  readonly height: number;
  /** Frames per second, as a fraction. */
  readonly rate: string;
  readonly frames: readonly Buffer[];
}

/** Reads a whole Y4M file; throws InvalidVideo when it is something else. */
export function readVideo(content: Buffer): Video {
  const end = content.indexOf(LINE_FEED);
  const words = content.toString("latin1", 0, Math.max(end, 0)).split(/\s+/).filter(Boolean);
  if (words[0] !== "YUV4MPEG2") throw new InvalidVideo("not a Y4M video");
  const fields = new Map(words.slice(1).map((word) => [word.slice(0, 1), word.slice(1)]));
  const width = lengthOf(fields.get("W"), "width");
  const height = lengthOf(fields.get("H"), "height");
  const pixels = width * height;
  const size = Math.floor(pixels * bytesPerPixel(fields.get("C") ?? "420"));
  const rate = fields.get("F") ?? "25:1";
  if (!RATE.test(rate)) throw new InvalidVideo("the header has no valid frame rate");
  return { width, height, rate, frames: split(content.subarray(end + 1), pixels, size) };
}

function lengthOf(text = "", title: string): number {
  if (!LENGTH.test(text) || Number(text) > LONGEST) throw new InvalidVideo(`the header has no valid ${title}`);
  return Number(text);
}

function bytesPerPixel(colorSpace: string): number {
  const found = FRAME_SIZES.find(([name]) => colorSpace.startsWith(name));
  if (!found) throw new InvalidVideo(`color space ${colorSpace} is not supported`);
  return found[1];
}

function split(content: Buffer, pixels: number, size: number): Buffer[] {
  const frames: Buffer[] = [];
  let position = 0;
  while (position < content.length) {
    const start = content.indexOf(LINE_FEED, position) + 1;
    const isFrame = content.toString("latin1", position, position + 5) === "FRAME";
    if (start === 0 || !isFrame || start + size > content.length) {
      throw new InvalidVideo(`frame ${frames.length} is damaged`);
    }
    frames.push(content.subarray(start, start + pixels));
    position = start + size;
  }
  if (frames.length === 0) throw new InvalidVideo("the video has no frames");
  return frames;
}
