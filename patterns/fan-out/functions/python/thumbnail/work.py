"""Picks the sharpest frame of a video and makes a small picture of it. Knows nothing of AWS."""

from __future__ import annotations

import struct
import zlib

from video import Video, read_video

WIDTH = 64


def thumbnail(content: bytes) -> bytes:
    """A PNG of the sharpest frame, at most 64 pixels wide."""
    video = read_video(content)
    sharpest = max(video.frames, key=lambda frame: sharpness(frame, video.width))
    width = min(WIDTH, video.width)
    height = max(1, video.height * width // video.width)
    return png(shrink(sharpest, video, width, height), width, height)


def sharpness(frame: bytes, width: int) -> float:
    """Variance of the Laplacian: high where neighboring pixels differ, low where they are blurred."""
    total = squares = count = 0
    for row in range(width, len(frame) - width, width):
        for at in range(row + 1, row + width - 1):
            edge = 4 * frame[at] - frame[at - 1] - frame[at + 1] - frame[at - width] - frame[at + width]
            total += edge
            squares += edge * edge
            count += 1
    return (squares - total * total / count) / count if count else 0.0


def shrink(frame: bytes, video: Video, width: int, height: int) -> bytes:
    """Averages the block of pixels behind each pixel of the smaller picture."""
    picture = bytearray()
    for y in range(height):
        top, bottom = y * video.height // height, max((y + 1) * video.height // height, 1)
        for x in range(width):
            left, right = x * video.width // width, (x + 1) * video.width // width
            block = b"".join(
                frame[row * video.width + left : row * video.width + right] for row in range(top, bottom)
            )
            picture.append(sum(block) // len(block))
    return bytes(picture)


def png(pixels: bytes, width: int, height: int) -> bytes:
    """Encodes brightness as a PNG (https://www.w3.org/TR/png/)."""
    rows = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
