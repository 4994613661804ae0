"""Reads Y4M, the uncompressed video that ffmpeg writes and any player shows; knows nothing of AWS."""

from __future__ import annotations

import re
from dataclasses import dataclass

from job import InvalidVideo

# Bytes of a frame for each pixel, by color space; the brightness always comes first, one byte a pixel.
FRAME_SIZES = {"mono": 1.0, "420": 1.5, "422": 2.0, "444": 3.0}
# Width and height in pixels, as video tools write them.
LENGTH = re.compile(r"[1-9][0-9]{0,4}")
LONGEST = 65535
# Frames in so many seconds: 30000:1001 is what television calls 29.97.
RATE = re.compile(r"[1-9][0-9]{0,8}:[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Video:
    """A video's frames, reduced to brightness."""

    width: int
    height: int
    rate: str
    frames: list[bytes]


def read_video(content: bytes) -> Video:
    """Reads a whole Y4M file; raises InvalidVideo when it is something else."""
    header, found, rest = content.partition(b"\n")
    words = header.decode("ascii", "replace").split()
    if not found or not words or words[0] != "YUV4MPEG2":
        raise InvalidVideo("not a Y4M video")
    fields = {word[0]: word[1:] for word in words[1:]}
    width, height = _length(fields.get("W", ""), "width"), _length(fields.get("H", ""), "height")
    size = int(width * height * _frame_size(fields.get("C", "420")))
    rate = fields.get("F", "25:1")
    if not RATE.fullmatch(rate):
        raise InvalidVideo("the header has no valid frame rate")
    return Video(width, height, rate, _frames(rest, width * height, size))


def _length(text: str, title: str) -> int:
    if not LENGTH.fullmatch(text) or int(text) > LONGEST:
        raise InvalidVideo(f"the header has no valid {title}")
    return int(text)


def _frame_size(color_space: str) -> float:
    for name, size in FRAME_SIZES.items():
        if color_space.startswith(name):
            return size
    raise InvalidVideo(f"color space {color_space} is not supported")


def _frames(content: bytes, pixels: int, size: int) -> list[bytes]:
    frames: list[bytes] = []
    position = 0
    while position < len(content):
        start = content.find(b"\n", position) + 1
        if not start or not content.startswith(b"FRAME", position) or start + size > len(content):
            raise InvalidVideo(f"frame {len(frames)} is damaged")
        frames.append(content[start : start + pixels])
        position = start + size
    if not frames:
        raise InvalidVideo("the video has no frames")
    return frames
