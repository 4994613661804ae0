"""Reads Y4M, the uncompressed video that ffmpeg writes and any player shows. The same file in every worker."""

from __future__ import annotations

from dataclasses import dataclass

# Bytes of a frame for each pixel, by color space; the brightness always comes first, one byte a pixel.
FRAME_SIZES = {"mono": 1.0, "420": 1.5, "422": 2.0, "444": 3.0}


@dataclass(frozen=True)
class Video:
    """A video's frames, reduced to brightness."""

    width: int
    height: int
    rate: str
    frames: list[bytes]

    @property
    def seconds(self) -> float:
        numerator, denominator = self.rate.split(":")
        return len(self.frames) * int(denominator) / int(numerator)


def read_video(content: bytes) -> Video:
    """Reads a whole Y4M file; raises ValueError when it is something else."""
    header, found, rest = content.partition(b"\n")
    words = header.decode("ascii", "replace").split()
    if not found or not words or words[0] != "YUV4MPEG2":
        raise ValueError("not a Y4M video")
    fields = {word[0]: word[1:] for word in words[1:]}
    width, height = int(fields["W"]), int(fields["H"])
    pixels = width * height
    frames = _frames(rest, pixels, int(pixels * _frame_size(fields.get("C", "420"))))
    return Video(width, height, fields.get("F", "25:1"), frames)


def _frame_size(color_space: str) -> float:
    for name, size in FRAME_SIZES.items():
        if color_space.startswith(name):
            return size
    raise ValueError(f"color space {color_space} is not supported")


def _frames(content: bytes, pixels: int, size: int) -> list[bytes]:
    frames = []
    position = 0
    while position < len(content):
        start = content.index(b"\n", position) + 1
        if not content.startswith(b"FRAME", position) or start + size > len(content):
            raise ValueError(f"frame {len(frames)} is damaged")
        frames.append(content[start : start + pixels])
        position = start + size
    if not frames:
        raise ValueError("the video has no frames")
    return frames
