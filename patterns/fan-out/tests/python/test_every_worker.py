"""What every worker must do, whatever its work is."""

import functools
import unittest

from tests.project import CONTEXT, FUNCTIONS, FakeAws, from_eventbridge, from_sns, logged, run, video, worker

WORKERS = sorted(path.name for path in FUNCTIONS.iterdir() if (path / "app.py").exists())
KEY = "uploads/my holiday+1.y4m"
VIDEO = video(bytes(range(256)), bytes(256), width=16)


def every_worker(test):
    """Runs a test once for each worker, with an upload in the bucket."""

    @functools.wraps(test)
    def run_all(self):
        for name in WORKERS:
            aws = FakeAws({("uploads", KEY): VIDEO})
            with self.subTest(worker=name), worker(name, aws) as modules:
                test(self, name, aws, modules)

    return run_all


class EveryWorker(unittest.TestCase):
    def test_there_are_workers(self):
        self.assertTrue(WORKERS)

    @every_worker
    def test_writes_one_result_of_its_own_for_each_upload(self, name, aws, modules):
        run(modules.app, from_sns(KEY))
        written = [place for place in aws.objects if place != ("uploads", KEY)]
        self.assertEqual(len(written) + sum(map(len, aws.items.values())), 1)
        for bucket, key in written:
            self.assertEqual(bucket, "results")
            self.assertTrue(key.startswith(f"{name}/my holiday+1.y4m"), key)

    @every_worker
    def test_repeated_events_leave_the_same_result(self, _name, aws, modules):
        run(modules.app, from_sns(KEY))
        objects = dict(aws.objects)
        run(modules.app, from_eventbridge(KEY))
        self.assertEqual(aws.objects, objects)
        for first, second in aws.items.values():
            self.assertEqual(first, second)

    @every_worker
    def test_logs_can_be_traced_from_worker_to_worker(self, name, _aws, modules):
        _, lines = run(modules.app, from_sns(KEY))
        self.assertEqual([line["message"] for line in lines], ["upload received", "result written"])
        for line in lines:
            self.assertEqual(line["object_key"], KEY)
            self.assertEqual(line["correlation_id"], "upload-1")
            self.assertEqual(line["aws_request_id"], "request-1")
            self.assertEqual((line["level"], line["service"], line["worker"]), ("INFO", "tests", name))
            self.assertRegex(line["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    @every_worker
    def test_ignores_the_test_event_of_s3(self, _name, aws, modules):
        message = '{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads"}'
        result, lines = run(modules.app, {"Records": [{"Sns": {"Message": message}}]})
        self.assertEqual(result, {"results": []})
        self.assertEqual([line["message"] for line in lines], ["no upload in this event"])
        self.assertEqual((aws.objects, aws.items), ({("uploads", KEY): VIDEO}, {}))

    @every_worker
    def test_fails_on_what_is_no_video_so_that_lambda_retries_and_keeps_the_event(self, _name, aws, modules):
        aws.objects["uploads", KEY] = b"GIF89a"
        with logged() as lines, self.assertRaisesRegex(ValueError, "not a Y4M video"):
            modules.app.handler(from_sns(KEY), CONTEXT)
        self.assertEqual([line["message"] for line in lines], ["upload received", "upload failed"])
        self.assertEqual((lines[1]["level"], lines[1]["reason"]), ("ERROR", "not a Y4M video"))
        self.assertEqual((lines[1]["object_key"], lines[1]["correlation_id"]), (KEY, "upload-1"))

    def test_shared_modules_are_the_same_everywhere(self):
        for module in ("upload.py", "video.py"):
            copies = {(FUNCTIONS / name / module).read_text() for name in WORKERS}
            self.assertEqual(len(copies), 1, module)


if __name__ == "__main__":
    unittest.main()
