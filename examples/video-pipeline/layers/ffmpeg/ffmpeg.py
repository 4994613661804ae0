"""Runs ffmpeg on a video in memory. Knows nothing of AWS, and leaves nothing in /tmp."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from imageio_ffmpeg import get_ffmpeg_exe, read_frames

# Below the functions' timeout of 60 s, so that the error tells what ran too long.
PATIENCE_SECONDS = 50


class NotAVideo(ValueError):
    """What ffmpeg cannot read: no use to try it again."""


def convert(content: bytes, name: str, *arguments: str) -> bytes:
    """What ffmpeg makes of a video with these arguments; `name` tells the format of the result."""
    with TemporaryDirectory() as folder:
        source, result = Path(folder, "source"), Path(folder, name)
        source.write_bytes(content)
        # Nothing but the file itself: a playlist must not make ffmpeg fetch what it names.
        command = [get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-protocol_whitelist", "file", "-i", str(source)]
        done = subprocess.run([*command, *arguments, str(result)], capture_output=True, timeout=PATIENCE_SECONDS)
        if done.returncode != 0:
            raise NotAVideo(done.stderr.decode(errors="replace").strip().splitlines()[-1])
        return result.read_bytes()


def facts(content: bytes) -> dict[str, str | int]:
    """Size, length, rate and codec of a video, as its container tells them."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "source")
        source.write_bytes(content)
        frames = read_frames(str(source), input_params=["-protocol_whitelist", "file"])
        try:
            described = next(frames)
        except (OSError, StopIteration) as error:
            raise NotAVideo(str(error).strip().splitlines()[-1]) from error
        finally:
            frames.close()
    width, height = described["source_size"]
    return {
        "bytes": len(content),
        "codec": described["codec"],
        "width": width,
        "height": height,
        "milliseconds": round(described["duration"] * 1000),
        "frames_per_1000_seconds": round(described["fps"] * 1000),
    }
