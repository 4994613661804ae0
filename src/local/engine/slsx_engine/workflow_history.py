"""The history of an execution as GetExecutionHistory tells it.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

import contextvars
import json
import threading
from dataclasses import dataclass

from ministack.services import stepfunctions

from . import anchors

RUNNING = "RUNNING"

_lock = threading.Lock()
# The id of the last event of this branch of an execution, in a list so that those who share the branch share it.
_last_event = contextvars.ContextVar("slsx_last_event", default=None)


@dataclass(frozen=True)
class TaskNames:
    """What the events of a task are called, and the details all of them carry."""

    prefix: str
    resource_type: str
    resource: str

    @property
    def is_function(self):
        """Whether the state names a function itself, not the integration that invokes one."""
        return self.prefix == "LambdaFunction"

    def details(self, **more):
        """The details of an event of this task."""
        common = {} if self.is_function else {"resourceType": self.resource_type, "resource": self.resource}
        return {**common, **{name: value for name, value in more.items() if value is not None}}

    def add(self, execution, kind, details):
        """Add an event such as TaskStarted."""
        name = f"{self.prefix}{kind}"
        add(execution, name, **{f"{name[0].lower()}{name[1:]}EventDetails": details})


def apply():
    """Put the correction of this file in place."""
    anchors.require(stepfunctions, "now_iso")
    anchors.replace(stepfunctions, "_add_event", add_as_on_aws)


def add_as_on_aws(_stock):
    """Events name the event before them, and none follows the end of an execution.

    AWS: `previousEventId` is the event before in the same branch, 0 for the first.
    Stock: no previousEventId; a state that was running when its execution was stopped adds its events all the same.
    """
    def add_event(execution, event_type, details=None):
        return add(execution, event_type, **(details or {}))
    return add_event


def add(execution, event_type, **details):
    """Add an event to the history; return its id."""
    with _lock:
        events = execution["events"]
        if execution["status"] != RUNNING and not event_type.startswith("Execution"):
            return len(events)
        branch = _last_event.get()
        event_id = len(events) + 1
        for detail in details.values():
            detail.update({f"{name}Details": {"truncated": False} for name in ("input", "output") if name in detail})
        events.append({"id": event_id, "previousEventId": branch[0] if branch else len(events), "type": event_type,
                       "timestamp": stepfunctions.now_iso(), **details})
        if branch:
            branch[0] = event_id
        return event_id


def begin(execution):
    """This context runs the execution from its first event on."""
    execution["events"][0].setdefault("previousEventId", 0)
    _last_event.set([execution["events"][0]["id"]])


def is_in_execution():
    """Whether this context runs an execution."""
    return _last_event.get() is not None


def branch_off(event_id):
    """This context is a branch that begins after `event_id`."""
    _last_event.set([event_id])


def last(execution):
    """The id of the last event of this branch."""
    branch = _last_event.get()
    return branch[0] if branch else len(execution["events"])


def entered(execution, kind, name, value):
    """A state begins."""
    return add(execution, f"{kind}StateEntered",
               stateEnteredEventDetails={"name": name, "input": json.dumps(value, ensure_ascii=False)})


def exited(execution, kind, name, value):
    """A state ends and hands over its output."""
    return add(execution, f"{kind}StateExited",
               stateExitedEventDetails={"name": name, "output": json.dumps(value, ensure_ascii=False)})


def task_names(resource):
    """The names of a task's events, from its `Resource`."""
    parts = resource.split(":")
    if ":activity:" in resource:
        return TaskNames("Activity", "activity", resource)
    if ":function:" in resource:
        return TaskNames("LambdaFunction", "lambda", resource)
    return TaskNames("Task", ":".join(parts[5:-1]), parts[-1])
