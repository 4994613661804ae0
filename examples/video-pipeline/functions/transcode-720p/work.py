"""Brings a video to another height. Knows nothing of AWS."""

from __future__ import annotations

from ffmpeg import convert


def transcode(content: bytes, height: int) -> bytes:
    """An MP4 (H.264, AAC) of the given height and the same proportions, which plays before it is whole."""
    video = ["-vf", f"scale=-2:{height}", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    return convert(content, "video.mp4", *video, "-c:a", "aac", "-movflags", "+faststart")
