"""Tests of the worker, without AWS: `.venv/bin/python -m unittest`."""
