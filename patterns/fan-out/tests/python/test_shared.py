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

    def test_refuses_what_is_damaged_and_says_how(self):
        cases = {
            b"": "not a Y4M video",
            b"GIF89a\n": "not a Y4M video",
            b"YUV4MPEG2 W2\n": "the header has no valid height",
            b"YUV4MPEG2 W0 H2\n": "the header has no valid width",
            b"YUV4MPEG2 W-2 H-2\n": "the header has no valid width",
            b"YUV4MPEG2 W+2 H2\n": "the header has no valid width",
            b"YUV4MPEG2 W65536 H1\n": "the header has no valid width",
            b"YUV4MPEG2 W2 H2 F25 Cmono\nFRAME\nabcd": "the header has no valid frame rate",
            b"YUV4MPEG2 W2 H2 F0:1 Cmono\nFRAME\nabcd": "the header has no valid frame rate",
            b"YUV4MPEG2 W1 H1 Cxyz\n": "color space xyz is not supported",
            b"YUV4MPEG2 W2 H2\n": "the video has no frames",
            video(b"abcd", width=2)[:-1]: "frame 0 is damaged",
            video(b"abcd", b"efgh", width=2) + b"FRAME": "frame 2 is damaged",
            video(b"abcd", width=2) + b"FRAMX\nabcd": "frame 1 is damaged",
        }
        with worker(ANY) as modules:
            for content, reason in cases.items():
                with self.subTest(content=content), self.assertRaises(ValueError) as caught:
                    modules.video.read_video(content)
                self.assertEqual(str(caught.exception), reason)


class Sample(unittest.TestCase):
    def test_is_what_the_script_writes(self):
        script = {"__name__": "make_sample"}
        exec((ROOT / "events" / "make_sample.py").read_text(), script)
        self.assertEqual(b"".join(script["sample"]()), SAMPLE)


if __name__ == "__main__":
    unittest.main()
