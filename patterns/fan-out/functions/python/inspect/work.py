"""Finds the cuts of a video by how much each frame differs from the one before. Knows nothing of AWS."""

from __future__ import annotations

from typing import Any

from video import read_video

# A mean change of brightness, of 255, above which a new scene begins.
CUT = 32


def inspect(content: bytes) -> dict[str, Any]:
    """Brightness and change of every frame, and the frames at which a scene begins."""
    video = read_video(content)
    changes = [0.0] + [change(a, b) for a, b in zip(video.frames, video.frames[1:])]
    return {
        "width": video.width,
        "height": video.height,
        "seconds": rounded(video.seconds, 3),
        "brightness": [rounded(sum(frame) / len(frame), 2) for frame in video.frames],
        "change": [rounded(value, 2) for value in changes],
        "cuts": [number for number, value in enumerate(changes) if value > CUT],
    }


def change(before: bytes, after: bytes) -> float:
    """The mean difference of two frames."""
    total = 0
    for a, b in zip(before, after):
        total += a - b if a > b else b - a
    return total / len(after)


def rounded(value: float, digits: int) -> float:
    """A value for people to read; what lies in the middle goes to the even digit."""
    scale = 10**digits
    return round(value * scale) / scale
