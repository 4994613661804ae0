"""MiniStack with its differences from AWS corrected; it must never change what MiniStack already does as AWS does."""
