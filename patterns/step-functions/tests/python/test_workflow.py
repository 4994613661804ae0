"""What the definition of the workflow says about failures."""

import json
import unittest
from typing import Any

from tests.project import ROOT, project

STATES: dict[str, dict[str, Any]] = json.loads((ROOT / "workflow.asl.json").read_text())["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}


def retry_of(state: str, error: str) -> dict[str, Any]:
    """The first rule for this error, as Step Functions looks for it."""
    return next(rule for rule in STATES[state]["Retry"] if {error, "States.ALL"} & set(rule["ErrorEquals"]))


def next_of(state: str, error: str) -> str:
    """Where this error leads when it is not tried again any more."""
    return next(rule["Next"] for rule in STATES[state]["Catch"] if {error, "States.ALL"} & set(rule["ErrorEquals"]))


class Workflow(unittest.TestCase):
    def test_a_late_source_and_a_job_that_is_being_undone_are_waited_for(self):
        for error in ("SourceNotReady", "JobNotFree"):
            rule = retry_of("Transcode", error)
            self.assertEqual((rule["IntervalSeconds"], rule["BackoffRate"]), (10, 1.0), error)
            self.assertGreaterEqual(rule["MaxAttempts"], 3, error)

    def test_what_cannot_get_better_is_not_tried_again(self):
        for error in ("InvalidJob", "InvalidVideo", "JobExists"):
            self.assertEqual(retry_of("Transcode", error)["MaxAttempts"], 0, error)

    def test_every_error_that_is_named_is_one_of_the_functions(self):
        named = {error for state in TASKS.values() for rule in state.get("Retry", []) for error in rule["ErrorEquals"]}
        with project() as modules:
            for error in named - {"States.ALL"}:
                self.assertTrue(issubclass(getattr(modules.job, error), Exception), error)

    def test_every_task_that_gives_up_leads_to_compensation(self):
        for name in TASKS.keys() - {"Compensate"}:
            self.assertEqual(next_of(name, "States.Timeout"), "Compensate", name)
        self.assertEqual(next_of("Transcode", "InvalidJob"), "Failed")
        self.assertEqual(STATES["Compensate"]["Next"], "Failed")

    def test_the_failure_at_the_end_is_as_compensate_hands_it_on(self):
        compensate, failed = STATES["Compensate"], STATES["Failed"]
        self.assertEqual((failed["ErrorPath"], failed["CausePath"]), ("$.error.Error", "$.error.Cause"))
        self.assertEqual(compensate["ResultPath"], "$.error")
        handed_on = {"Error.$": "$.Payload.error.Error", "Cause.$": "$.Payload.error.Cause"}
        self.assertEqual(compensate["ResultSelector"], handed_on)

    def test_no_task_waits_forever(self):
        for name, state in TASKS.items():
            self.assertIn("TimeoutSeconds", state, name)
            if state["Resource"].endswith(".waitForTaskToken"):
                self.assertLess(state["HeartbeatSeconds"], state["TimeoutSeconds"])

    def test_every_state_can_be_reached(self):
        reached = {json.loads((ROOT / "workflow.asl.json").read_text())["StartAt"]}
        for state in STATES.values():
            reached |= {state.get("Next"), state.get("Default")}
            reached |= {rule["Next"] for rule in [*state.get("Catch", []), *state.get("Choices", [])]}
        self.assertEqual(reached - {None}, set(STATES))


if __name__ == "__main__":
    unittest.main()
