"""Clients that misbehave, are too many, or go away; and the end of the service while it works."""

import concurrent.futures
import json
import socket
import time
import unittest
import urllib.error
import urllib.request

from tests.faults.lying import LyingArchive, rendered_path
from tests.support import junit
from tests.support.processes import Vitrine

HEADER_SECONDS = 1


def demo_frame(vitrine, modality):
    """The path of a demonstration picture."""
    instances = json.loads(vitrine.get(f"/dicom-web/instances?Modality={modality}&limit=1", "*/*")[2])
    study, series, instance = (instances[0][tag]["Value"][0] for tag in ("0020000D", "0020000E", "00080018"))
    return f"/dicom-web/studies/{study}/series/{series}/instances/{instance}/rendered"


def connect(vitrine):
    host, port = vitrine.http.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=20)


def exchange(vitrine, request):
    """Everything that comes back until the server closes, or goes silent for a second."""
    with connect(vitrine) as connection:
        connection.settimeout(HEADER_SECONDS + 2)
        answer = b""
        try:
            connection.sendall(request)
            while block := connection.recv(65536):
                answer += block
        except OSError:  # Silence, or a reset after an early answer.
            pass
        return answer


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else None


class MalformedHttpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine("--renderer=cpu", f"--header_timeout={HEADER_SECONDS}s", "--idle_timeout=2s",
                              "--max_connections=40", log=open("/dev/null", "wb"))
        cls.addClassCleanup(cls.vitrine.stop)

    def tearDown(self):
        self.assertEqual(self.vitrine.get("/")[0], 200, "afterwards, the service serves on")

    def test_requests_that_are_refused(self):
        close = b"Host: x\r\nConnection: close\r\n"
        for name, request, allowed in (
                ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
                ("no target", b"GET\r\n\r\n", {400}),
                ("unknown version", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", {400, 505}),
                ("header without colon", b"GET / HTTP/1.1\r\nHost x\r\n\r\n", {400}),
                ("header of 100 KB", b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", {431}),
                ("target of 100 KB", b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {414, 431}),
                ("10000 headers", b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(10000)) + b"\r\n", {431}),
                ("body of 2 MB", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 2_000_000, {413}),
                ("length that is no number", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n", {400}),
                ("length and chunks", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"0\r\n\r\n", {400}),
                ("bad escape", b"GET /dicom-web/studies/%zz HTTP/1.1\r\n" + close + b"\r\n", {400}),
                ("NUL in the target", b"GET /dicom-web/\0 HTTP/1.1\r\n" + close + b"\r\n", {400}),
                ("escaped NUL", b"GET /dicom-web/studies/1%00.2/series HTTP/1.1\r\n" + close + b"\r\n", {400}),
                ("climbing up", b"GET /../../etc/passwd HTTP/1.1\r\n" + close + b"\r\n", {400, 404}),
                ("escaped climbing up", b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + close + b"\r\n", {400, 404}),
                ("unknown method", b"BREW / HTTP/1.1\r\n" + close + b"\r\n", {400, 405, 501}),
                ("CONNECT", b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n" + close + b"\r\n", {400, 405}),
        ):
            with self.subTest(name):
                answer = exchange(self.vitrine, request)
                self.assertIn(status_of(answer), allowed, answer[:200])

    def test_pipelined_requests_are_answered_in_order(self):
        request = b"GET /page.css HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer = exchange(self.vitrine, request)
        first, second = answer.index(b"HTTP/1.1 200"), answer.index(b"HTTP/1.1 404")
        self.assertLess(first, second)

    def test_half_a_request_is_not_waited_for(self):
        start = time.monotonic()
        self.assertEqual(exchange(self.vitrine, b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "), b"")
        self.assertLess(time.monotonic() - start, HEADER_SECONDS + 1.5)

    def test_a_drip_of_headers_does_not_hold_a_connection(self):
        with connect(self.vitrine) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            start = time.monotonic()
            with self.assertRaises(OSError):
                while time.monotonic() - start < 10:
                    connection.sendall(b"X: y\r\n")
                    time.sleep(0.1)
            self.assertLess(time.monotonic() - start, HEADER_SECONDS + 2)

    def test_idle_connections_are_closed(self):
        with connect(self.vitrine) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.settimeout(6)
            while connection.recv(65536):
                pass

    def test_too_many_connections(self):
        connections = [connect(self.vitrine) for _ in range(60)]
        time.sleep(0.2)
        closed = 0
        for connection in connections:
            connection.setblocking(False)
            try:
                closed += connection.recv(1) == b""
            except BlockingIOError:
                pass
            except ConnectionError:
                closed += 1
            connection.close()
        self.assertEqual(closed, 20)
        time.sleep(0.2)


class OverloadTest(unittest.TestCase):
    def test_more_requests_than_the_queue_holds(self):
        with Vitrine("--renderer=cpu", "--request_threads=2", "--queue_limit=2", log=open("/dev/null", "wb")) as vitrine:
            path = demo_frame(vitrine, "DX")
            with concurrent.futures.ThreadPoolExecutor(100) as pool:
                answers = list(pool.map(lambda i: vitrine.get(f"{path}?window={2000 + i},2000,linear", "image/png"),
                                        range(100)))
            statuses = [status for status, _, _ in answers]
            self.assertEqual(set(statuses), {200, 429})
            for status, headers, body in answers:
                if status == 429:
                    self.assertGreaterEqual(int(headers["Retry-After"]), 1)
                    self.assertEqual(json.loads(body)["category"], "overloaded")
            # The administration port is never among the refused.
            self.assertEqual(urllib.request.urlopen(f"http://{vitrine.admin}/livez", timeout=5).status, 200)
            self.assertEqual(vitrine.get(path, "image/png")[0], 200)


class DisconnectTest(unittest.TestCase):
    def test_a_client_that_goes_away_frees_its_thread(self):
        with LyingArchive() as archive, Vitrine(
                f"--archive=liar={archive.url}", "--renderer=cpu", "--request_threads=1", "--archive_stall_timeout=20s",
                log=open("/dev/null", "wb")) as vitrine:
            connection = connect(vitrine)
            request = f"GET {rendered_path('slow', 1)} HTTP/1.1\r\nHost: x\r\nAccept: image/png\r\n\r\n"
            connection.sendall(request.encode())
            time.sleep(0.5)
            connection.close()
            start = time.monotonic()
            self.assertEqual(vitrine.get(rendered_path("ok", 1), "image/png")[0], 200)
            self.assertLess(time.monotonic() - start, 5)


class DrainTest(unittest.TestCase):
    def test_sigterm_lets_running_requests_finish(self):
        with LyingArchive() as archive, Vitrine(
                f"--archive=liar={archive.url}", "--renderer=cpu", "--archive_stall_timeout=3s", "--archive_retries=0",
                log=open("/dev/null", "wb")) as vitrine, concurrent.futures.ThreadPoolExecutor(1) as pool:
            idle = connect(vitrine)
            running = pool.submit(vitrine.get, rendered_path("slow", 2), "image/png")
            time.sleep(0.5)
            vitrine.process.terminate()
            time.sleep(0.5)
            with self.assertRaises(urllib.error.HTTPError) as raised:
                urllib.request.urlopen(f"http://{vitrine.admin}/readyz", timeout=5)
            with raised.exception:
                self.assertEqual(raised.exception.code, 503)
            self.assertEqual(urllib.request.urlopen(f"http://{vitrine.admin}/livez", timeout=5).status, 200)
            with self.assertRaises(OSError):
                connect(vitrine)
            self.assertEqual(idle.recv(1), b"", "idle connections are closed")
            idle.close()
            # Its archive is silent: what matters is that the answer still comes.
            self.assertEqual(running.result(20)[0], 504)
            self.assertEqual(vitrine.process.wait(20), 0)

    def test_sigterm_does_not_wait_for_ever(self):
        with LyingArchive() as archive, Vitrine(
                f"--archive=liar={archive.url}", "--renderer=cpu", "--archive_stall_timeout=30s", "--drain_timeout=1s",
                log=open("/dev/null", "wb")) as vitrine, concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(vitrine.get, rendered_path("slow", 3), "image/png")
            time.sleep(0.5)
            start = time.monotonic()
            vitrine.process.terminate()
            self.assertEqual(vitrine.process.wait(20), 0)
            self.assertLess(time.monotonic() - start, 6)
            self.assertIsInstance(running.exception(20), (OSError, urllib.error.URLError))


if __name__ == "__main__":
    junit.main()
