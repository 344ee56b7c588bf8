"""The way to the archive: whom the service trusts, what it speaks, where it does not go, what it tells and counts."""

import os
import re
import socket
import subprocess
import tempfile
import time
import unittest
import unittest.mock
import urllib.request
from pathlib import Path

from tests.faults.certificates import make_certificate
from tests.faults.lying import LyingArchive, rendered_path
from tests.fixtures import lying_archive
from tests.orthanc.grpc_client import Client, render_request
from tests.support import junit
from tests.support.processes import Server, Vitrine, free_port

UIDS = ("1.2.3", "1.2.3.1", "1.2.3.1.1")
INSTANCE = "/dicom-web/studies/{}/series/{}/instances/{}".format(*UIDS)


def wait_for_port(port, server):
    """Returns when somebody listens there."""
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class TlsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def ask(self, archive, *flags):
        """The answer to a request for a picture, and whether the archive heard of it."""
        with archive, Vitrine(f"--archive=main={archive.url}", "--renderer=cpu", *flags,
                              log=subprocess.DEVNULL) as vitrine:
            status, _, body = vitrine.get(INSTANCE + "/rendered", "image/png")
            return status, body, bool(archive.seen()["requests"])

    def test_an_unknown_authority_is_refused(self):
        _, _, both = make_certificate(self.folder, "IP:127.0.0.1")
        status, body, heard = self.ask(LyingArchive(both))
        self.assertEqual(status, 502)
        self.assertIn(b"archive_unreachable", body)
        self.assertFalse(heard)

    def test_a_trusted_authority_is_accepted(self):
        _, certificate, both = make_certificate(self.folder, "IP:127.0.0.1")
        status, body, heard = self.ask(LyingArchive(both), f"--archive_ca_file={certificate}")
        self.assertEqual((status, heard), (200, True), body[:300])

    def test_another_hosts_certificate_is_refused(self):
        _, certificate, both = make_certificate(self.folder, "DNS:pacs.example")
        status, body, heard = self.ask(LyingArchive(both), f"--archive_ca_file={certificate}")
        self.assertEqual(status, 502)
        self.assertIn(b"archive_unreachable", body)
        self.assertFalse(heard)

    def test_http_2_is_spoken_where_it_is_offered(self):
        key, certificate, _ = make_certificate(self.folder, "IP:127.0.0.1")
        file = self.folder / "root" / INSTANCE[1:]
        file.parent.mkdir(parents=True)
        file.write_bytes(lying_archive.dicom_file(*UIDS))
        port = free_port()
        log = self.folder / "nghttpd.log"
        with open(log, "wb") as output, Server(
                ["/usr/sbin/nghttpd", "-v", "-a", "127.0.0.1", "-d", self.folder / "root", str(port), key, certificate],
                stdout=output, stderr=subprocess.STDOUT) as server:
            wait_for_port(port, server)
            with Vitrine(f"--archive=main=https://127.0.0.1:{port}/dicom-web", "--renderer=cpu",
                         f"--archive_ca_file={certificate}", log=subprocess.DEVNULL) as vitrine:
                status, _, body = vitrine.get(INSTANCE + "/rendered", "image/png")
        self.assertEqual(status, 200, body[:300])
        self.assertRegex(log.read_text(), r"recv \(stream_id=\d+\) :path: " + re.escape(INSTANCE))


class ProxyTest(unittest.TestCase):
    def test_a_proxy_of_the_environment_sees_nothing(self):
        with LyingArchive() as archive, LyingArchive() as proxy:
            names = ("http_proxy", "https_proxy", "all_proxy")
            environment = {name: proxy.root for name in (*names, *map(str.upper, names))}
            with unittest.mock.patch.dict(os.environ, {**environment, "no_proxy": "", "NO_PROXY": ""}):
                vitrine = Vitrine("--archive=main=" + archive.url.replace("//", "//user:secret@"), "--renderer=cpu",
                                  log=subprocess.DEVNULL)
            with vitrine:
                self.assertEqual(vitrine.get(INSTANCE + "/rendered", "image/png")[0], 200)
            self.assertEqual(proxy.seen()["requests"], {})


class TraceTest(unittest.TestCase):
    def test_the_clients_trace_reaches_the_archive(self):
        first, second = ("00-%s-b7ad6b7169203331-01" % (digit * 32) for digit in "ab")
        with LyingArchive() as archive, Vitrine(f"--archive=main={archive.url}", "--renderer=cpu",
                                                log=subprocess.DEVNULL) as vitrine:
            status, _, _ = vitrine.get(INSTANCE + "/rendered", "image/png", {"traceparent": first})
            self.assertEqual(status, 200)
            client = Client(vitrine.grpc)
            self.addCleanup(client.close)
            client.render(render_request((*UIDS[:2], "1.2.3.1.2")), metadata=[("traceparent", second)])
            self.assertEqual(archive.seen()["traceparents"][UIDS[0]], [first, second])


class MetricsTest(unittest.TestCase):
    def test_requests_to_the_archive_are_counted(self):
        with LyingArchive() as archive, Vitrine(f"--archive=main={archive.url}", "--renderer=cpu",
                                                "--archive_retries=1", log=subprocess.DEVNULL) as vitrine:
            for lie, status in (("ok", 200), ("missing", 404), ("missing", 404), ("busy_once", 200),
                                ("close_at_once", 502)):
                self.assertEqual(vitrine.get(rendered_path(lie, 1), "image/png")[0], status, lie)
            with urllib.request.urlopen(f"http://{vitrine.admin}/metrics", timeout=10) as response:
                metrics = response.read().decode()
        pattern = r'^vitrine_archive_requests_total\{archive="main",code="(\w+)"\} (\d+)$'
        counted = dict(re.findall(pattern, metrics, re.MULTILINE))
        # The service asks on its own, too, whether the archive is there.
        self.assertGreaterEqual(int(counted.pop("200")), 2)
        self.assertEqual(counted, {"404": "2", "503": "1", "none": "2"})


if __name__ == "__main__":
    junit.main()
