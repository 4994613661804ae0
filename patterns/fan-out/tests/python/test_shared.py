"""The modules that every worker has a copy of."""

import io
import unittest
from contextlib import redirect_stdout

from tests.project import CONTEXT, FUNCTIONS, ROOT, SAMPLE, from_eventbridge, from_sns, video, worker

ANY = sorted(path.name for path in FUNCTIONS.iterdir() if (path / "app.py").exists())[0]


class Uploads(unittest.TestCase):
    def test_sns_keys_are_decoded(self):
        with worker(ANY) as modules:
            uploads = modules.upload.uploads_in(from_sns("uploads/a b+c/ä.y4m", "uploads/2.y4m"))
        self.assertEqual([upload.key for upload in uploads], ["uploads/a b+c/ä.y4m", "uploads/2.y4m"])
        self.assertEqual(uploads[0].bucket, "uploads")

    def test_eventbridge_keys_are_taken_as_they_are(self):
        with worker(ANY) as modules:
            uploads = modules.upload.uploads_in(from_eventbridge("uploads/a+b%20c.y4m"))
        self.assertEqual([upload.key for upload in uploads], ["uploads/a+b%20c.y4m"])

    def test_an_empty_event_has_no_uploads(self):
        with worker(ANY) as modules:
            self.assertEqual(modules.upload.uploads_in({}), [])

    def test_a_log_line_is_one_line_whatever_the_key_holds(self):
        with worker(ANY) as modules, redirect_stdout(io.StringIO()) as output:
            modules.upload.log("x", CONTEXT, modules.upload.Upload("uploads", "a\nb", "1"))
        self.assertEqual(output.getvalue().count("\n"), 1)


class Videos(unittest.TestCase):
    def test_reads_the_sample(self):
        with worker(ANY) as modules:
            sample = modules.video.read_video(SAMPLE)
        self.assertEqual((sample.width, sample.height, len(sample.frames), sample.seconds), (128, 72, 48, 2.0))

    def test_color_is_left_out(self):
        content = b"YUV4MPEG2 W2 H2 F25:1 C420jpeg\nFRAME\nabcdUVFRAME\nefghUV"
        with worker(ANY) as modules:
            self.assertEqual(modules.video.read_video(content).frames, [b"abcd", b"efgh"])

    def test_refuses_what_is_damaged(self):
        with worker(ANY) as modules:
            for content in (video(b"abcd", width=2)[:-1], b"YUV4MPEG2 W2 H2\n", b"", b"YUV4MPEG2 W1 H1 Cxyz\n"):
                with self.subTest(content=content), self.assertRaises(ValueError):
                    modules.video.read_video(content)


class Sample(unittest.TestCase):
    def test_is_what_the_script_writes(self):
        script = {"__name__": "make_sample"}
        exec((ROOT / "events" / "make_sample.py").read_text(), script)
        self.assertEqual(b"".join(script["sample"]()), SAMPLE)


if __name__ == "__main__":
    unittest.main()
