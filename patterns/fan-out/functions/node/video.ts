// Reads Y4M, the uncompressed video that ffmpeg writes and any player shows. Must refuse what is damaged.

/** Bytes of a frame for each pixel, by color space; the brightness always comes first, one byte a pixel. */
const FRAME_SIZES: readonly (readonly [string, number])[] = [
  ["mono", 1],
  ["420", 1.5],
  ["422", 2],
  ["444", 3],
];

/** A file that is not a video the workers can read. */
export class VideoError extends Error {
  override name = "VideoError";
}

/** A video's frames, reduced to brightness. */
export interface Video {
  readonly width: number;
  readonly height: number;
  /** Frames per second, as a fraction: `30000:1001`. */
  readonly rate: string;
  readonly seconds: number;
  readonly frames: readonly Uint8Array[];
}

/** Reads a whole Y4M file; throws a VideoError when it is something else. */
export function readVideo(content: Uint8Array): Video {
  const end = content.indexOf(10);
  const [magic, ...words] = Buffer.from(content.subarray(0, Math.max(end, 0))).toString("latin1").split(/\s+/);
  if (magic !== "YUV4MPEG2") throw new VideoError("not a Y4M video");
  const fields = new Map(words.map((word) => [word.slice(0, 1), word.slice(1)]));
  const width = size(fields.get("W"), "width");
  const height = size(fields.get("H"), "height");
  const rate = fields.get("F") ?? "25:1";
  const pixels = width * height;
  const bytes = Math.floor(pixels * bytesPerPixel(fields.get("C") ?? "420"));
  const frames = split(content.subarray(end + 1), pixels, bytes);
  return { width, height, rate, seconds: frames.length * secondsPerFrame(rate), frames };
}

function size(text: string | undefined, title: string): number {
  const value = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  if (value < 1 || value > 65535) throw new VideoError(`the header has no valid ${title}`);
  return value;
}

function secondsPerFrame(rate: string): number {
  const [, frames, seconds] = /^(\d+):(\d+)$/.exec(rate)?.map(Number) ?? [];
  if (!frames || !seconds) throw new VideoError("the header has no valid frame rate");
  return seconds / frames;
}

function bytesPerPixel(colorSpace: string): number {
  const found = FRAME_SIZES.find(([name]) => colorSpace.startsWith(name));
  if (!found) throw new VideoError(`color space ${colorSpace} is not supported`);
  return found[1];
}

function split(content: Uint8Array, pixels: number, bytes: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let position = 0;
  while (position < content.length) {
    const start = content.indexOf(10, position) + 1;
    const marker = Buffer.from(content.subarray(position, position + 5)).toString("latin1");
    if (start === 0 || marker !== "FRAME" || start + bytes > content.length) {
      throw new VideoError(`frame ${frames.length} is damaged`);
    }
    frames.push(content.subarray(start, start + pixels));
    position = start + bytes;
  }
  if (frames.length === 0) throw new VideoError("the video has no frames");
  return frames;
}
