"""Writes the sample video: a disc that flies over a gradient, with one cut. Always the same bytes.

    python3 events/make_sample.py > events/sample.y4m
    python3 events/make_sample.py 240 > long.y4m        # more frames, more work for the workers
"""

from __future__ import annotations

import sys
from typing import Iterator

WIDTH, HEIGHT, RATE, RADIUS, FRAMES = 128, 72, 24, 14, 48


def frame(number: int, frames: int) -> bytes:
    """One frame's brightness; the second half of the video is its negative."""
    x = abs((number * 5) % (2 * WIDTH) - WIDTH)
    y = abs((number * 3) % (2 * HEIGHT) - HEIGHT)
    negative = 255 if number * 2 >= frames else 0
    pixels = bytearray()
    for row in range(HEIGHT):
        for column in range(WIDTH):
            is_disc = (column - x) ** 2 + (row - y) ** 2 <= RADIUS**2
            pixels.append((250 if is_disc else (row + column) // 2) ^ negative)
    return bytes(pixels)


def sample(frames: int = FRAMES) -> Iterator[bytes]:
    """The parts of a Y4M file."""
    yield f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 Cmono\n".encode()
    for number in range(frames):
        yield b"FRAME\n" + frame(number, frames)


if __name__ == "__main__":
    for part in sample(int(sys.argv[1]) if len(sys.argv) > 1 else FRAMES):
        sys.stdout.buffer.write(part)
