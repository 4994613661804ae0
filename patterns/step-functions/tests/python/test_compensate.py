"""What compensate undoes."""

import unittest

from tests.project import SAMPLE, FakeAws, event, failed, project, run


class Compensate(unittest.TestCase):
    def test_removes_the_result_and_marks_the_job(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            run(modules.transcode, event())
            result = run(modules.compensate, event(error=failed("Denied", "no")))
        self.assertEqual(result.answer, {"job": "j", "status": "compensated"})
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

    def test_leaves_the_job_of_another_execution_alone(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            run(modules.transcode, event())
            before = dict(aws.items["j"])
            result = run(modules.compensate, event(execution="execution-2", error=failed("JobExists")))
        self.assertEqual(result.answer, {"job": "j", "status": "left"})
        self.assertEqual(aws.items["j"], before)
        self.assertIn("results/j.y4m.gz", aws.objects)
        self.assertEqual([line["message"] for line in result.log], ["job belongs to another execution"])

    def test_a_long_cause_is_cut(self):
        aws = FakeAws()
        with project(aws) as modules:
            run(modules.compensate, event(error=failed("Unknown", "x" * 5000)))
        self.assertEqual(aws.items["j"]["cause"], {"S": "x" * 1000})

    def test_a_failure_without_a_cause_is_one_too(self):
        aws = FakeAws()
        with project(aws) as modules:
            result = run(modules.compensate, event(error={"Error": "States.Timeout"}))
        self.assertEqual(result.answer["status"], "compensated")


if __name__ == "__main__":
    unittest.main()
