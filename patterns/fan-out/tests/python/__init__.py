"""Tests of the workers, without AWS: `python3 -m unittest`."""
