"""Describes a video in a few facts worth looking up later. Knows nothing of AWS."""

from __future__ import annotations

import hashlib
from typing import Any

from video import read_video


def describe(content: bytes) -> dict[str, Any]:
    """Size, length, checksum, mean brightness and tonal range of a video."""
    video = read_video(content)
    tones = histogram(video.frames)
    count = sum(tones)
    return {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "width": video.width,
        "height": video.height,
        "frames": len(video.frames),
        "milliseconds": round(video.seconds * 1000),
        "brightness": sum(tone * times for tone, times in enumerate(tones)) // count,
        "darkest": percentile(tones, count, 5),
        "brightest": percentile(tones, count, 95),
    }


def histogram(frames: list[bytes]) -> list[int]:
    """How many pixels have each brightness from 0 to 255."""
    tones = [0] * 256
    for frame in frames:
        for pixel in frame:
            tones[pixel] += 1
    return tones


def percentile(tones: list[int], count: int, percent: int) -> int:
    """The brightness that `percent` of the pixels do not exceed."""
    seen = 0
    for tone, times in enumerate(tones):
        seen += times
        if seen * 100 >= count * percent:
            return tone
    return 255
