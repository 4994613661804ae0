// Reads Y4M, the uncompressed video that ffmpeg writes and any player shows. Must refuse what is damaged.

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
const RATE = /^([1-9][0-9]{0,8}):([1-9][0-9]{0,8})$/;

/** A file that is not a video the workers can read. */
export class VideoError extends Error {
  override name = "VideoError";
}

/** A video's frames, reduced to brightness. */
export interface Video {
  readonly width: number;
  readonly height: number;
  /** Frames per second, as a fraction. */
  readonly rate: string;
  readonly seconds: number;
  readonly frames: readonly Uint8Array[];
}

/** Reads a whole Y4M file; throws a VideoError when it is something else. */
export function readVideo(content: Uint8Array): Video {
  const end = content.indexOf(10);
  const header = Buffer.from(content.subarray(0, Math.max(end, 0))).toString("latin1");
  const words = header.split(/\s+/).filter(Boolean);
  if (words[0] !== "YUV4MPEG2") throw new VideoError("not a Y4M video");
  const fields = new Map(words.slice(1).map((word) => [word.slice(0, 1), word.slice(1)]));
  const width = lengthOf(fields.get("W"), "width");
  const height = lengthOf(fields.get("H"), "height");
  const pixels = width * height;
  const size = Math.floor(pixels * bytesPerPixel(fields.get("C") ?? "420"));
  const rate = fields.get("F") ?? "25:1";
  const [, perSeconds, seconds] = RATE.exec(rate)?.map(Number) ?? [];
  if (!perSeconds || !seconds) throw new VideoError("the header has no valid frame rate");
  const frames = split(content.subarray(end + 1), pixels, size);
  return { width, height, rate, seconds: (frames.length * seconds) / perSeconds, frames };
}

function lengthOf(text = "", title: string): number {
  if (!LENGTH.test(text) || Number(text) > LONGEST) throw new VideoError(`the header has no valid ${title}`);
  return Number(text);
}

function bytesPerPixel(colorSpace: string): number {
  const found = FRAME_SIZES.find(([name]) => colorSpace.startsWith(name));
  if (!found) throw new VideoError(`color space ${colorSpace} is not supported`);
  return found[1];
}

function split(content: Uint8Array, pixels: number, size: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let position = 0;
  while (position < content.length) {
    const start = content.indexOf(10, position) + 1;
    const marker = Buffer.from(content.subarray(position, position + 5)).toString("latin1");
    if (start === 0 || marker !== "FRAME" || start + size > content.length) {
      throw new VideoError(`frame ${frames.length} is damaged`);
    }
    frames.push(content.subarray(start, start + pixels));
    position = start + size;
  }
  if (frames.length === 0) throw new VideoError("the video has no frames");
  return frames;
}
