"""Reading and scaling videos."""

import gzip
import unittest

from tests.project import ROOT, SAMPLE, project, video


class Reading(unittest.TestCase):
    def test_reads_the_sample(self):
        with project() as modules:
            sample = modules.video.read_video(SAMPLE)
        self.assertEqual((sample.width, sample.height, sample.rate, len(sample.frames)), (128, 72, "24:1", 48))

    def test_color_is_left_out(self):
        content = b"YUV4MPEG2 W2 H2 F25:1 C420jpeg\nFRAME\nabcdUVFRAME\nefghUV"
        with project() as modules:
            self.assertEqual(modules.video.read_video(content).frames, [b"abcd", b"efgh"])

    def test_refuses_what_is_damaged_and_says_how(self):
        cases = {
            b"": "not a Y4M video",
            b"GIF89a\n": "not a Y4M video",
            (ROOT / "events" / "broken.y4m").read_bytes(): "not a Y4M video",
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
        with project() as modules:
            for content, reason in cases.items():
                with self.subTest(content=content), self.assertRaises(modules.job.InvalidVideo) as caught:
                    modules.video.read_video(content)
                self.assertEqual(str(caught.exception), reason)


class Scaling(unittest.TestCase):
    def scaled(self, content: bytes, height: int):
        with project() as modules:
            return modules.scaling.scaled(modules.video.read_video(content), height)

    def test_scales_every_frame(self):
        result = self.scaled(video(b"abcd", b"efgh", width=2), 4)
        self.assertEqual((result.width, result.height, result.frames), (4, 4, 2))
        self.assertEqual(
            gzip.decompress(result.content),
            b"YUV4MPEG2 W4 H4 F2:1 Ip A1:1 Cmono\n"
            b"FRAME\naabbaabbccddccdd"
            b"FRAME\neeffeeffgghhgghh",
        )

    def test_can_make_a_video_smaller(self):
        result = self.scaled(video(bytes(range(16)), width=4), 2)
        self.assertTrue(gzip.decompress(result.content).endswith(bytes([0, 2, 8, 10])))

    def test_the_width_is_even_and_in_proportion(self):
        # What lies in the middle, as 2.5 and 3.5 pairs of columns do, goes to the even number.
        for width, height, wanted, expected in ((128, 72, 1080, 1920), (90, 72, 4, 4), (126, 72, 4, 8), (1, 100, 16, 2)):
            result = self.scaled(video(bytes(width * height), width=width), wanted)
            self.assertEqual(result.width, expected, (width, height, wanted))

    def test_the_same_video_gives_the_same_bytes(self):
        self.assertEqual(self.scaled(SAMPLE, 36).content, self.scaled(SAMPLE, 36).content)


class Sample(unittest.TestCase):
    def test_is_what_the_script_writes(self):
        script = {"__name__": "make_sample"}
        exec((ROOT / "events" / "make_sample.py").read_text(), script)
        self.assertEqual(b"".join(script["sample"]()), SAMPLE)


if __name__ == "__main__":
    unittest.main()
