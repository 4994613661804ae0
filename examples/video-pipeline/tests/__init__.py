"""Tests of the workers with a real ffmpeg, without AWS: `python3 -m unittest`."""
