"""What a job is, and the errors that the workflow knows by name; knows neither S3 nor DynamoDB."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# The longest key of S3.
LONGEST_SOURCE = 1024


class InvalidJob(Exception):
    """The input names no job, or a source where none can be."""


class SourceNotReady(Exception):
    """The source is not there yet. The workflow tries again."""


class InvalidVideo(Exception):
    """The source is no video, and will not become one by trying again."""


class JobExists(Exception):
    """Another execution does, or did, a job of this name."""


class JobNotFree(Exception):
    """Another execution is undoing a job of this name. The workflow tries again."""


@dataclass(frozen=True)
class Job:
    """One video to transcode, and the execution of the workflow that does it."""

    name: str
    source: str
    execution: str

    @property
    def result(self) -> str:
        """The key of the result in the bucket."""
        return f"results/{self.name}.y4m.gz"


def job_in(event: dict[str, Any]) -> Job:
    """The job that the workflow hands over."""
    name, source = event.get("job"), event.get("source")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise InvalidJob("job must have 1 to 100 letters, digits or ._-")
    if not isinstance(source, str) or not source.startswith("uploads/") or _bytes(source) > LONGEST_SOURCE:
        raise InvalidJob("source must begin with uploads/")
    return Job(name, source, event["execution"])


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def now() -> str:
    """This moment as items have it."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
