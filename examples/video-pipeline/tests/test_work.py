"""What each worker makes of the clip, and of what is no clip."""

import importlib
import sys
import tempfile
import unittest
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
CLIP = (ROOT / "events" / "clip.mp4").read_bytes()
BROKEN = (ROOT / "events" / "broken.bin").read_bytes()
sys.path.append(str(ROOT / "layers" / "ffmpeg"))

from ffmpeg import NotAVideo, facts  # noqa: E402


@contextmanager
def work_of(worker: str):
    """The module with the work of one worker; every worker has a module of this name."""
    folder = str(ROOT / "functions" / worker)
    sys.path.insert(0, folder)
    sys.modules.pop("work", None)
    try:
        yield importlib.import_module("work")
    finally:
        sys.path.remove(folder)


class Work(unittest.TestCase):
    def test_a_thumbnail_is_a_png(self):
        with work_of("thumbnail") as work:
            picture = work.thumbnail(CLIP)
        self.assertTrue(picture.startswith(b"\x89PNG\r\n\x1a\n"))
        self.assertEqual(int.from_bytes(picture[16:20], "big"), 320)

    def test_a_video_gets_the_height_and_keeps_its_proportions(self):
        with work_of("transcode-720p") as work:
            made = facts(work.transcode(CLIP, 720))
        self.assertEqual((made["width"], made["height"], made["codec"]), (1280, 720, "h264"))
        self.assertAlmostEqual(made["milliseconds"], 2000, delta=100)

    def test_the_catalog_gets_the_facts(self):
        with work_of("update-db") as work:
            described = work.describe(CLIP)
        self.assertEqual((described["width"], described["height"], described["bytes"]), (640, 360, len(CLIP)))
        self.assertEqual(len(described["sha256"]), 64)

    def test_what_is_no_video_is_refused_and_leaves_nothing(self):
        before = set(Path(tempfile.gettempdir()).iterdir())
        for worker, verb in (("thumbnail", "thumbnail"), ("update-db", "describe")):
            with self.subTest(worker=worker), work_of(worker) as work, self.assertRaises(NotAVideo):
                getattr(work, verb)(BROKEN)
        self.assertEqual({path for path in Path(tempfile.gettempdir()).iterdir() if path not in before}, set())

    def test_a_playlist_fetches_nothing(self):
        playlist = b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n"
        with work_of("thumbnail") as work, self.assertRaises(NotAVideo):
            work.thumbnail(playlist)

    def test_both_sizes_have_the_same_code(self):
        for name in ("app.py", "work.py", "upload.py"):
            copies = {(ROOT / "functions" / f"transcode-{size}" / name).read_text() for size in ("1080p", "720p")}
            self.assertEqual(len(copies), 1, name)


if __name__ == "__main__":
    unittest.main()
