"""Tests of the functions and of the workflow's definition, without AWS: `.venv/bin/python -m unittest`."""
