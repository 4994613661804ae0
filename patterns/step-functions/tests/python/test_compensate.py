"""What compensate undoes."""

import unittest
from typing import Any, Callable
from unittest import mock

from tests.project import SAMPLE, FakeAws, event, failed, project, run


class Interrupted(FakeAws):
    """Does something before an object is deleted."""

    before_delete: Callable[[], Any]

    def delete_object(self, *, Bucket: str, Key: str) -> None:
        self.before_delete()
        super().delete_object(Bucket=Bucket, Key=Key)


class Compensate(unittest.TestCase):
    def test_removes_the_result_and_marks_the_job(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            run(modules.transcode, event())
            result = run(modules.compensate, event(error=failed("Denied", "no")))
        failure = {"Error": "Denied", "Cause": "no"}
        self.assertEqual(result.answer, {"job": "j", "status": "compensated", "error": failure})
        self.assertEqual(set(aws.objects), {"uploads/j.y4m"})
        item = aws.items["j"]
        self.assertEqual((item["status"], item["error"], item["cause"]), ({"S": "compensated"}, {"S": "Denied"}, {"S": "no"}))
        self.assertNotIn("result", item)
        # What was known of the video still tells what happened.
        self.assertEqual(item["frames"], {"N": "48"})

    def test_done_twice_it_leaves_the_same(self):
        aws = FakeAws()
        with project(aws) as modules:
            first, second = (run(modules.compensate, event(error=failed())) for _ in range(2))
        self.assertEqual((first.answer, first.error), (second.answer, second.error))
        self.assertEqual(aws.items["j"]["status"], {"S": "compensated"})

    def test_nobody_takes_the_job_before_the_result_is_gone(self):
        aws = Interrupted({"uploads/j.y4m": SAMPLE})
        meanwhile = []
        with project(aws) as modules:
            run(modules.transcode, event())
            aws.before_delete = lambda: meanwhile.append(run(modules.transcode, event(execution="execution-2")))
            run(modules.compensate, event(error=failed()))
            self.assertEqual([other.error for other in meanwhile], ["JobNotFree"])
            self.assertEqual(run(modules.transcode, event(execution="execution-2")).error, "")
        self.assertIn("results/j.y4m.gz", aws.objects)

    def test_tried_again_it_finishes_what_was_begun(self):
        aws = Interrupted({"uploads/j.y4m": SAMPLE})
        aws.before_delete = mock.Mock(side_effect=[ConnectionError, None])
        with project(aws) as modules:
            run(modules.transcode, event())
            self.assertEqual(run(modules.compensate, event(error=failed())).error, "ConnectionError")
            self.assertEqual(aws.items["j"]["status"], {"S": "compensating"})
            self.assertEqual(run(modules.compensate, event(error=failed())).answer["status"], "compensated")
        self.assertEqual(aws.items["j"]["status"], {"S": "compensated"})
        self.assertNotIn("results/j.y4m.gz", aws.objects)

    def test_leaves_the_job_of_another_execution_alone(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            run(modules.transcode, event())
            before = dict(aws.items["j"])
            result = run(modules.compensate, event(execution="execution-2", error=failed("JobExists")))
        self.assertEqual(result.answer, {"job": "j", "status": "left", "error": failed("JobExists")})
        self.assertEqual(aws.items["j"], before)
        self.assertIn("results/j.y4m.gz", aws.objects)
        self.assertEqual([line["message"] for line in result.log], ["job belongs to another execution"])

    def test_a_long_cause_is_cut(self):
        aws = FakeAws()
        with project(aws) as modules:
            run(modules.compensate, event(error=failed("Unknown", "x" * 5000)))
        self.assertEqual(aws.items["j"]["cause"], {"S": "x" * 1000})

    def test_a_failure_without_a_name_or_a_cause_is_one_too(self):
        for told, error in (({"Error": "States.Timeout"}, "States.Timeout"), ({}, "TaskFailed")):
            aws = FakeAws()
            with self.subTest(told=told), project(aws) as modules:
                result = run(modules.compensate, event(error=told))
                # The workflow ends with these.
                failure = {"Error": error, "Cause": "no cause was given"}
                self.assertEqual(result.answer, {"job": "j", "status": "compensated", "error": failure})
                self.assertEqual(aws.items["j"]["cause"], {"S": "no cause was given"})


if __name__ == "__main__":
    unittest.main()
