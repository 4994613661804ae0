"""What transcode does with a job."""

import gzip
import unittest

from tests.project import SAMPLE, FakeAws, event, failed, project, run


class Transcode(unittest.TestCase):
    def test_makes_a_result_and_an_item(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            result = run(modules.transcode, event())
        content = aws.objects["results/j.y4m.gz"]
        self.assertEqual(
            result.answer,
            {"job": "j", "result": "results/j.y4m.gz", "width": 64, "height": 36, "frames": 48, "bytes": len(content)},
        )
        self.assertTrue(gzip.decompress(content).startswith(b"YUV4MPEG2 W64 H36 F24:1 Ip A1:1 Cmono\nFRAME\n"))
        item = aws.items["j"]
        self.assertRegex(item.pop("updated_at")["S"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(
            item,
            {
                "job": {"S": "j"},
                "execution": {"S": "execution-1"},
                "source": {"S": "uploads/j.y4m"},
                "result": {"S": "results/j.y4m.gz"},
                "status": {"S": "transcoded"},
                "width": {"N": "64"},
                "height": {"N": "36"},
                "frames": {"N": "48"},
                "bytes": {"N": str(len(content))},
            },
        )

    def test_a_source_that_is_not_there_yet_has_a_name_of_its_own(self):
        aws = FakeAws()
        with project(aws) as modules:
            result = run(modules.transcode, event())
            self.assertEqual((result.error, result.reason), ("SourceNotReady", "s3://media/uploads/j.y4m is not there yet"))
            self.assertEqual([line["message"] for line in result.log], ["source not ready"])
            aws.objects["uploads/j.y4m"] = SAMPLE
            self.assertEqual(run(modules.transcode, event()).error, "")

    def test_what_is_no_video_leaves_nothing_behind(self):
        aws = FakeAws({"uploads/j.y4m": b"GIF89a"})
        with project(aws) as modules:
            result = run(modules.transcode, event())
        self.assertEqual((result.error, result.reason), ("InvalidVideo", "not a Y4M video"))
        self.assertEqual((set(aws.objects), aws.items), ({"uploads/j.y4m"}, {}))
        self.assertEqual((result.log[0]["message"], result.log[0]["error"]), ("transcode refused", "InvalidVideo"))

    def test_the_same_execution_may_try_again(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            first, second = run(modules.transcode, event()), run(modules.transcode, event())
        self.assertEqual(first.answer, second.answer)

    def test_another_execution_may_not_take_a_job(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            run(modules.transcode, event())
            aws.objects["results/j.y4m.gz"] = b"theirs"
            result = run(modules.transcode, event(execution="execution-2"))
        self.assertEqual((result.error, result.reason), ("JobExists", "job j belongs to another execution"))
        self.assertEqual(aws.objects["results/j.y4m.gz"], b"theirs")
        self.assertEqual(aws.items["j"]["execution"], {"S": "execution-1"})

    def test_a_job_that_is_being_undone_is_waited_for(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            run(modules.transcode, event())
            aws.items["j"]["status"] = {"S": "compensating"}
            result = run(modules.transcode, event(execution="execution-2"))
        self.assertEqual((result.error, result.reason), ("JobNotFree", "job j is being undone by another execution"))
        self.assertEqual([line["message"] for line in result.log], ["job not free"])
        self.assertEqual(aws.items["j"]["execution"], {"S": "execution-1"})

    def test_a_compensated_job_may_be_done_again(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            run(modules.compensate, event(error=failed()))
            result = run(modules.transcode, event(execution="execution-2"))
        self.assertEqual(result.error, "")
        self.assertEqual(aws.items["j"]["status"], {"S": "transcoded"})

    def test_refuses_names_and_sources_that_lead_elsewhere(self):
        with project() as modules:
            for job in (None, 1, "", "-j", "a/b", "../j", "j\n", "ä", "j" * 101):
                with self.subTest(job=job):
                    result = run(modules.transcode, event(job=job))
                    self.assertEqual((result.error, result.reason[:3]), ("InvalidJob", "job"))
            for source in (None, 1, "", "results/j.y4m.gz", "/uploads/j", "uploads/" + "ä" * 509):
                with self.subTest(source=source):
                    result = run(modules.transcode, event(source=source))
                    self.assertEqual((result.error, result.reason), ("InvalidJob", "source must begin with uploads/"))

    def test_an_empty_event_asks_for_nothing(self):
        aws = FakeAws()
        with project(aws) as modules:
            for function in (modules.transcode, modules.compensate):
                result = run(function, {})
                self.assertEqual((result.answer, result.error, result.log), ({}, "", []))
        self.assertEqual((aws.objects, aws.items), ({}, {}))

    def test_logs_can_be_traced_by_execution(self):
        aws = FakeAws({"uploads/j.y4m": SAMPLE})
        with project(aws) as modules:
            log = run(modules.transcode, event()).log + run(modules.compensate, event(error=failed("Denied"))).log
        self.assertEqual([line["message"] for line in log], ["source transcoded", "job compensated"])
        for line in log:
            self.assertEqual(line["correlation_id"], "execution-1")
            self.assertEqual((line["job"], line["service"], line["function_request_id"]), ("j", "tests", "request-1"))
            self.assertRegex(line["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}")
        self.assertEqual(log[0]["frames"], 48)
        self.assertEqual(log[1]["error"], "Denied")


if __name__ == "__main__":
    unittest.main()
