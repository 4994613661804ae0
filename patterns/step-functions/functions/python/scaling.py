"""Scales a video to another height and compresses it: put your own encoder here. Knows nothing of AWS."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from video import Video

# wbits 31: a gzip stream, whose header then has no time in it, so the same video gives the same bytes.
GZIP = 31


@dataclass(frozen=True)
class Scaled:
    """A video in its new size, as gzipped Y4M."""

    width: int
    height: int
    frames: int
    content: bytes


def scaled(video: Video, height: int) -> Scaled:
    """The video in the given height and the same proportions."""
    # Even, as most players want it.
    width = max(2, round(video.width * height / video.height / 2) * 2)
    columns = [x * video.width // width for x in range(width)]
    lines = [y * video.height // height for y in range(height)]
    encoder = zlib.compressobj(level=6, wbits=GZIP)
    parts = [encoder.compress(f"YUV4MPEG2 W{width} H{height} F{video.rate} Ip A1:1 Cmono\n".encode())]
    for frame in video.frames:
        # One frame at a time, so that memory does not grow with the length of the video.
        parts.append(encoder.compress(b"FRAME\n" + _stretched(frame, video.width, columns, lines)))
    parts.append(encoder.flush())
    return Scaled(width, height, len(video.frames), b"".join(parts))


def _stretched(frame: bytes, width: int, columns: list[int], lines: list[int]) -> bytes:
    """The frame with the given columns and lines of it, each as often as it is named."""
    once = {line: bytes(map(frame[line * width : (line + 1) * width].__getitem__, columns)) for line in set(lines)}
    return b"".join(once[line] for line in lines)
