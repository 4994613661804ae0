"""Reads Y4M, the uncompressed video that ffmpeg writes and any player shows; knows nothing of AWS."""

from __future__ import annotations

from dataclasses import dataclass

from job import InvalidVideo

# Bytes of a frame for each pixel, by color space; the brightness always comes first, one byte a pixel.
FRAME_SIZES = {"mono": 1.0, "420": 1.5, "422": 2.0, "444": 3.0}
# 4096 x 4096: a header can ask for more memory than there is.
MOST_PIXELS = 1 << 24


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
    width, height = _length(fields.get("W")), _length(fields.get("H"))
    pixels = width * height
    if not 1 <= pixels <= MOST_PIXELS:
        raise InvalidVideo("the header has no usable width and height")
    frames = _frames(rest, pixels, int(pixels * _frame_size(fields.get("C", "420"))))
    return Video(width, height, fields.get("F", "25:1"), frames)


def _length(text: str | None) -> int:
    # Eight digits are more than enough, and never more than Python converts.
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= 8
    return int(text) if text is not None and is_number else 0


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
