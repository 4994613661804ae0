"""Makes a small picture of a video. Knows nothing of AWS."""

from __future__ import annotations

from ffmpeg import convert

WIDTH = 320


def thumbnail(content: bytes) -> bytes:
    """A PNG, 320 pixels wide, of the frame that stands best for the first hundred."""
    return convert(content, "picture.png", "-vf", f"thumbnail=100,scale={WIDTH}:-2", "-frames:v", "1")
