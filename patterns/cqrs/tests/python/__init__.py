"""Tests of the functions, without AWS: `.venv/bin/python -m unittest`."""
