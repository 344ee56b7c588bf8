"""An archive that lies, in every way that lying_archive.py knows: a documented status in time, and the service serves on."""

import base64
import concurrent.futures
import json
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import grpc

from tests.faults.lying import SERIES, LyingArchive, rendered_path, study_path
from tests.fixtures import lying_archive
from tests.orthanc.grpc_client import Client, DescribeSeriesRequest
from tests.support import junit
from tests.support.processes import Vitrine

USER = "jane-of-the-archive"
PASSWORD = "secret-of-the-archive"
STALL_SECONDS = 1
REQUEST_SECONDS = 4
MAX_INSTANCE = 1 << 20
# Of the archive's answers and of the way to it: nothing that anybody may read in an answer or in the log.
SECRETS = (USER.encode(), PASSWORD.encode(), base64.b64encode(f"{USER}:{PASSWORD}".encode()), b"LYING", b"LIAR",
           b"pacs.internal", b"NullPointer")

OK = (200, None)
PROTOCOL = (502, "archive_protocol")
UNREACHABLE = (502, "archive_unreachable")
TIMEOUT = (504, "archive_timeout")
DEADLINE = (504, "deadline")
NOT_FOUND = (404, "not_found")
TOO_LARGE = (413, "too_large")
DAMAGED = (502, "bad_instance")

# Lie: what a rendered resource and what a search get.
EXPECTED = {
    "ok": (OK, OK),
    "slow": (TIMEOUT, TIMEOUT),
    "drip": (DEADLINE, DEADLINE),  # Never silent for long enough: the request's own time ends it.
    "cut": (UNREACHABLE, UNREACHABLE),
    "long": (UNREACHABLE, UNREACHABLE),
    "short": (DAMAGED, PROTOCOL),
    "html": (PROTOCOL, PROTOCOL),
    "json": (PROTOCOL, PROTOCOL),
    "empty_multipart": (PROTOCOL, OK),
    "wrong_instance": (PROTOCOL, OK),
    "garbage": (PROTOCOL, PROTOCOL),
    "truncated": (DAMAGED, PROTOCOL),
    "error_500": (PROTOCOL, PROTOCOL),
    "busy_once": (OK, OK),
    "unauthorized": (PROTOCOL, PROTOCOL),
    "forbidden": (PROTOCOL, PROTOCOL),
    "missing": (NOT_FOUND, NOT_FOUND),
    "no_content": (NOT_FOUND, OK),
    "redirect_loop": (PROTOCOL, PROTOCOL),
    "redirect_host": (PROTOCOL, PROTOCOL),
    "huge": (TOO_LARGE, TOO_LARGE),
    "endless_headers": (PROTOCOL, PROTOCOL),
    "bad_status_line": (PROTOCOL, PROTOCOL),
    "bad_boundary": (OK, OK),  # What the body begins with is the boundary, whatever was announced.
    "single_part": (OK, OK),
    "close_at_once": (UNREACHABLE, UNREACHABLE),
    "tardy": (TIMEOUT, TIMEOUT),
    "nested": (TOO_LARGE, TOO_LARGE),
}


def peak_memory(pid):
    """Bytes of resident memory at most so far."""
    with open(f"/proc/{pid}/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


class LyingArchiveTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.archive = LyingArchive()
        cls.addClassCleanup(cls.archive.stop)
        cls.log = tempfile.NamedTemporaryFile()
        cls.addClassCleanup(cls.log.close)
        secret = cls.archive.url.replace("http://", f"http://{USER}:{PASSWORD}@")
        cls.vitrine = Vitrine(f"--archive=liar={secret}", "--renderer=cpu", f"--archive_stall_timeout={STALL_SECONDS}s",
                              f"--request_timeout={REQUEST_SECONDS}s", f"--max_instance_bytes={MAX_INSTANCE}",
                              f"--max_metadata_bytes={MAX_INSTANCE}", "--log_level=debug", log=cls.log)
        cls.addClassCleanup(cls.vitrine.stop)

    def ask(self, path, accept):
        """((status, category), seconds, body)"""
        start = time.monotonic()
        status, _, body = self.vitrine.get(path, accept)
        seconds = time.monotonic() - start
        category = None if status == 200 else json.loads(body)["category"]
        return (status, category), seconds, body

    def check(self, lie, number):
        rendered = self.ask(rendered_path(lie, number), "image/png")
        study = lying_archive.study_of(lie)
        searched = self.ask(f"/dicom-web/instances?StudyInstanceUID={study}", "application/dicom+json")
        after = self.ask(rendered_path("ok", 1000 + number), "image/png")
        return rendered, searched, after

    def test_every_lie(self):
        self.assertEqual(list(EXPECTED), [name for name, _ in lying_archive.LIES])
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            results = pool.map(self.check, EXPECTED, range(len(EXPECTED)))
            for (lie, expected), (rendered, searched, after) in zip(EXPECTED.items(), results):
                with self.subTest(lie):
                    self.assertEqual((rendered[0], searched[0]), expected, (rendered[2][:300], searched[2][:300]))
                    self.assertLess(max(rendered[1], searched[1]), REQUEST_SECONDS + 1)
                    self.assertEqual(after[0], OK, "afterwards, a good instance")
                    for _, _, body in (rendered, searched):
                        for inside in (*SECRETS, b"127.0.0"):
                            if body[:1] == b"{":
                                self.assertNotIn(inside, body)

    def test_metadata_is_checked_like_searches(self):
        for lie in ("html", "json", "garbage", "cut"):
            with self.subTest(lie):
                answer, _, body = self.ask(study_path(lie) + "/metadata", "application/dicom+json")
                self.assertEqual(answer, EXPECTED[lie][1], body[:300])
        self.assertEqual(self.ask(study_path("missing") + "/metadata", "*/*")[0], NOT_FOUND)

    def test_credentials_stay_with_the_archive(self):
        self.ask(rendered_path("redirect_host", 5000), "image/png")
        self.assertEqual([value for value in self.archive.seen()["other_host"] if value], [])

    def test_failures_are_not_cached(self):
        """The second request for the same instance asks the archive again."""
        path = rendered_path("missing", 6000)
        study = lying_archive.study_of("missing")
        self.ask(path, "image/png")
        before = self.archive.seen()["requests"][study]
        self.ask(path, "image/png")
        self.assertEqual(self.archive.seen()["requests"][study], before + 1)

    def test_one_fetch_for_many_waiters(self):
        path = rendered_path("ok", 7000)
        before = self.archive.seen()["requests"].get(lying_archive.study_of("ok"), 0)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda center: self.ask(f"{path}?window={center},400,linear", "image/png")[0], range(16)))
        self.assertEqual(set(answers), {OK})
        self.assertEqual(self.archive.seen()["requests"][lying_archive.study_of("ok")], before + 1)

    def test_the_log_names_no_patient(self):
        for i, lie in enumerate(EXPECTED):
            if lie not in ("slow", "drip"):
                self.ask(rendered_path(lie, 9000 + i), "image/png")
        self.ask("/dicom-web/studies?PatientName=LYING%5EARCHIVE&PatientID=LIAR-1", "application/dicom+json")
        self.ask("/dicom-web/studies?PatientName=LYING%5EARCHIVE&limit=nonsense", "application/dicom+json")
        log = Path(self.log.name).read_bytes()
        self.assertIn(b"archive_protocol", log, "the failures were logged at all")
        for inside in (*SECRETS, lying_archive.STUDY_ROOT.encode(), SERIES.encode()):
            self.assertNotIn(inside, log)

    def test_memory_stays_bounded(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            lies = ["huge", "endless_headers", "truncated", "garbage"] * 16
            list(pool.map(lambda i: self.ask(rendered_path(lies[i], 8000 + i), "image/png"), range(len(lies))))
        self.assertLess(peak_memory(self.vitrine.process.pid), 250 << 20)


class NestedMetadataTest(unittest.TestCase):
    def test_what_describes_a_series_takes_no_memory(self):
        with LyingArchive() as archive, Vitrine(f"--archive=liar={archive.url}", "--renderer=cpu",
                                                log=subprocess.DEVNULL) as vitrine:
            client = Client(vitrine.grpc)
            self.addCleanup(client.close)
            request = DescribeSeriesRequest()
            request.target.study_instance_uid = lying_archive.study_of("nested")
            request.target.series_instance_uid = SERIES
            before = peak_memory(vitrine.process.pid)
            for _ in range(4):
                with self.assertRaises(grpc.RpcError) as raised:
                    client.describe_series(request)
                self.assertEqual(raised.exception.code(), grpc.StatusCode.UNAVAILABLE)
                self.assertIn(("vitrine-error-category", "archive_protocol"), raised.exception.trailing_metadata())
            # The answer has 4 MB; a tree of it would have hundreds.
            self.assertLess(peak_memory(vitrine.process.pid) - before, 40 << 20)


if __name__ == "__main__":
    junit.main()
