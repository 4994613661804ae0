/** Reads Y4M, the uncompressed video that ffmpeg writes and any player shows; knows nothing of AWS. */

import { InvalidVideo } from "./job";

/** Bytes of a frame for each pixel, by color space; the brightness always comes first, one byte a pixel. */
const FRAME_SIZES: readonly [string, number][] = [
  ["mono", 1],
  ["420", 1.5],
  ["422", 2],
  ["444", 3],
];
/** 4096 x 4096: a header can ask for more memory than there is. */
const MOST_PIXELS = 1 << 24;
const LINE_FEED = 0x0a;

/** A video's frames, reduced to brightness. */
export interface Video {
  readonly width: number;
  readonly height: number;
  readonly rate: string;
  readonly frames: readonly Buffer[];
}

/** Reads a whole Y4M file; throws InvalidVideo when it is something else. */
export function readVideo(content: Buffer): Video {
  const end = content.indexOf(LINE_FEED);
  const words = content.toString("latin1", 0, Math.max(end, 0)).split(/\s+/).filter(Boolean);
  if (words[0] !== "YUV4MPEG2") throw new InvalidVideo("not a Y4M video");
  const fields = new Map(words.slice(1).map((word) => [word.slice(0, 1), word.slice(1)]));
  const width = lengthOf(fields.get("W"));
  const height = lengthOf(fields.get("H"));
  const pixels = width * height;
  if (pixels < 1 || pixels > MOST_PIXELS) throw new InvalidVideo("the header has no usable width and height");
  const size = Math.floor(pixels * frameSize(fields.get("C") ?? "420"));
  const frames = framesOf(content.subarray(end + 1), pixels, size);
  return { width, height, rate: fields.get("F") ?? "25:1", frames };
}

function lengthOf(text = ""): number {
  return /^[0-9]{1,8}$/.test(text) ? Number(text) : 0;
}

function frameSize(colorSpace: string): number {
  const found = FRAME_SIZES.find(([name]) => colorSpace.startsWith(name));
  if (found === undefined) throw new InvalidVideo(`color space ${colorSpace} is not supported`);
  return found[1];
}

function framesOf(content: Buffer, pixels: number, size: number): Buffer[] {
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
