"""What a stream shows of a volume that an archive gives slowly."""

import unittest

import numpy as np

from tests.stream import streams
from tests.support import junit
from tests.support.pictures import decoded
from tests.support.processes import Vitrine
from tests.support.slow_archive import SlowArchive
from tests.support.web_socket import Stream

SLICES = 105
VOLUME_BYTES = SLICES * 512 * 512 * 2


class EarlyPicture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.source = Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error")
        cls.addClassCleanup(cls.source.stop)
        cls.target = streams.target(cls.source, "CT")

    def serve(self, rate):
        archive = SlowArchive(f"http://{self.source.http}/dicom-web", rate)
        self.addCleanup(archive.stop)
        vitrine = Vitrine(f"--archive=slow={archive.url}", "--renderer=cpu", "--log_level=error")
        self.addCleanup(vitrine.stop)
        return archive, vitrine

    def check(self, kind, rendition, mirror):
        archive, vitrine = self.serve(VOLUME_BYTES / 4)
        with Stream(vitrine.http) as stream:
            stream.update(1, {"target": self.target, **kind}, {"format": "PNG"})
            header, picture, before = stream.answer(1)
        self.assertNotIn("error", header)
        shares = [header["progress"] for header, _ in before if "progress" in header]
        self.assertGreater(len(shares), 5)
        self.assertEqual(shares, sorted(shares))
        self.assertTrue(all(0 <= share <= 1 for share in shares))

        partial = [index for index, (header, _) in enumerate(before) if header.get("partial")]
        self.assertEqual(len(partial), 1)
        early, early_picture = before[partial[0]]
        loaded = max((header["progress"] for header, _ in before[:partial[0]] if "progress" in header), default=0)
        self.assertLess(loaded, 0.5)
        self.assertEqual(early["sequence"], "1")
        self.assertTrue(early["preliminary"])
        self.assertEqual(set(early["view"]) & {"frame", "slice", "volume"}, set(kind))
        self.assertNotIn("partial", header)
        self.assertNotIn("preliminary", header)

        path = f"/dicom-web/studies/{self.target['studyInstanceUid']}/series/{self.target['seriesInstanceUid']}/{rendition}"
        self.assertEqual(picture, vitrine.get(path, "image/png")[2])
        # The slices of the early picture are a tenth; and where the series' stream meets the requests for single slices that
        # help it, those under way, at most seven, may come twice.
        self.assertLess(archive.sent, (1.11 + 7 / SLICES) * VOLUME_BYTES)
        early, final = decoded(early_picture), decoded(picture)
        rows, columns = (np.arange(size) * full // size for size, full in zip(early.shape[:2], final.shape[:2]))
        final = final[np.ix_(rows, columns)]
        likeness = lambda other: np.corrcoef(early.ravel(), other.ravel())[0, 1]
        self.assertGreater(likeness(final), 0.7)
        self.assertGreater(likeness(final), likeness(np.flip(final, mirror)) + 0.1)

    def test_a_plane(self):
        self.check({"slice": {"camera": {"orientation": "ANTERIOR"}}}, "renderedmpr?orientation=a", mirror=0)

    def test_a_volume(self):
        self.check({"volume": {"camera": {"orientation": "LEFT"}}}, "rendered3d?orientation=l", mirror=1)

    def test_every_view_that_is_asked_for_meanwhile(self):
        archive, vitrine = self.serve(VOLUME_BYTES / 4)
        view = lambda side: {"target": self.target, "slice": {"camera": {"orientation": side}}}
        output = {"width": 128, "height": 128}
        with Stream(vitrine.http) as stream:
            stream.update(1, view("ANTERIOR"), output)
            while not (first := stream.picture())[0].get("partial"):
                pass
            archive.hold()
            stream.update(2, view("LEFT"), output)
            second = stream.picture()
            self.assertEqual((second[0]["sequence"], second[0]["partial"]), ("2", True))
            self.assertEqual(second[0]["view"]["slice"]["camera"]["orientation"], "LEFT")
            self.assertNotEqual(first[1], second[1])
            archive.release()
            header, _, before = stream.answer(2)
        self.assertNotIn("partial", header)
        self.assertFalse([header for header, _ in before if "progress" not in header])

    def test_a_quick_archive_has_none(self):
        with Stream(self.source.http) as stream:
            stream.update(1, {"target": self.target, "slice": {}}, {"width": 64, "height": 64})
            _, _, before = stream.answer(1)
        loads = [header for header, _ in before if not header.get("partial")]
        self.assertTrue(all("progress" in header for header in loads))


if __name__ == "__main__":
    junit.main()
