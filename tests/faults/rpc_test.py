"""The gRPC face under pressure: deadlines, clients that leave, too many calls, and the end of the service."""

import concurrent.futures
import re
import time
import unittest
import urllib.request

import grpc

from tests.faults.lying import LyingArchive, rendered_path
from tests.orthanc.grpc_client import Client, DescribeSeriesRequest, RenderRequest, render_request
from tests.support import junit
from tests.support.processes import Vitrine

QUIET = open("/dev/null", "wb")


def request_of(lie, instance):
    parts = rendered_path(lie, instance).split("/")
    return render_request((parts[3], parts[5], parts[7]))


def start(client, request, timeout):
    """A Render call under way."""
    call = client.channel.unary_unary("/vitrine.v1.RenderService/Render",
                                      request_serializer=RenderRequest.SerializeToString)
    return call.future(request, timeout=timeout)


def metric(vitrine, pattern):
    with urllib.request.urlopen(f"http://{vitrine.admin}/metrics", timeout=5) as response:
        match = re.search(f"^{pattern} (\\S+)", response.read().decode(), re.MULTILINE)
    return float(match.group(1)) if match else 0


class PressureTest(unittest.TestCase):
    def setUp(self):
        self.archive = LyingArchive()
        self.addCleanup(self.archive.stop)

    def serve(self, *flags):
        vitrine = Vitrine(f"--archive=liar={self.archive.url}", "--renderer=cpu", "--archive_retries=0", *flags, log=QUIET)
        self.addCleanup(vitrine.stop)
        client = Client(vitrine.grpc)
        self.addCleanup(client.close)
        return vitrine, client

    def test_the_callers_deadline_holds(self):
        _, client = self.serve("--archive_stall_timeout=20s")
        begin = time.monotonic()
        with self.assertRaises(grpc.RpcError) as raised:
            start(client, request_of("slow", 1), 0.5).result()
        self.assertEqual(raised.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertLess(time.monotonic() - begin, 5)

    def test_the_servers_deadline_holds(self):
        _, client = self.serve("--archive_stall_timeout=20s", "--request_timeout=1s")
        with self.assertRaises(grpc.RpcError) as raised:
            start(client, request_of("slow", 1), 20).result()
        self.assertEqual(raised.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)

    def test_a_client_that_cancels_frees_its_thread(self):
        vitrine, client = self.serve("--archive_stall_timeout=20s", "--request_threads=1")
        call = start(client, request_of("slow", 1), 20)
        time.sleep(0.5)
        call.cancel()
        begin = time.monotonic()
        self.assertEqual(vitrine.get(rendered_path("ok", 1), "image/png")[0], 200)
        self.assertLess(time.monotonic() - begin, 5)

    def test_more_calls_than_the_queue_holds(self):
        vitrine, client = self.serve("--archive_stall_timeout=3s", "--request_threads=1", "--queue_limit=1")
        calls = [start(client, request_of("slow", i), 20) for i in range(20)]
        codes = {call.exception().code() for call in calls}
        self.assertIn(grpc.StatusCode.RESOURCE_EXHAUSTED, codes)
        refused = [call for call in calls if call.exception().code() == grpc.StatusCode.RESOURCE_EXHAUSTED]
        self.assertEqual(dict(refused[0].trailing_metadata())["vitrine-error-category"], "overloaded")
        self.assertEqual(metric(vitrine, r'vitrine_errors_total\{category="overloaded"\}'), len(refused))
        self.assertGreaterEqual(metric(vitrine, "vitrine_queue_refused_total"), len(refused))

    def test_one_hanging_archive_leaves_the_others_their_threads(self):
        vitrine, client = self.serve("--archive=demo=demo:", "--archive_stall_timeout=10s", "--request_threads=4")
        calls = [start(client, request_of("slow", i), 20) for i in range(10)]
        time.sleep(0.5)
        begin = time.monotonic()
        status, _, _ = vitrine.get("/archives/demo/dicom-web/studies", "*/*")
        self.assertEqual(status, 200)
        self.assertEqual(vitrine.get("/")[0], 200)
        self.assertLess(time.monotonic() - begin, 3)
        for call in calls:
            call.cancel()

    def test_an_impatient_caller_does_not_take_others_with_it(self):
        vitrine, client = self.serve("--archive_stall_timeout=20s")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            impatient = start(client, request_of("tardy", 1), 1)
            time.sleep(0.3)
            patient = pool.submit(vitrine.get, rendered_path("tardy", 1), "image/png")
            self.assertEqual(impatient.exception().code(), grpc.StatusCode.DEADLINE_EXCEEDED)
            self.assertEqual(patient.result()[0], 200)

    def test_sigterm_lets_running_calls_finish_and_takes_no_new_ones(self):
        vitrine, client = self.serve("--archive_stall_timeout=20s", "--drain_timeout=10s")
        running = start(client, request_of("tardy", 2), 20)
        time.sleep(0.5)
        vitrine.process.terminate()
        time.sleep(0.5)
        late = Client(vitrine.grpc)
        self.addCleanup(late.close)
        with self.assertRaises(grpc.RpcError) as raised:
            late.render(request_of("ok", 2))
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertTrue(running.result())
        self.assertEqual(vitrine.process.wait(10), 0)

    def test_bad_targets(self):
        _, client = self.serve()
        for request in (DescribeSeriesRequest(),):
            with self.assertRaises(grpc.RpcError) as raised:
                client.describe_series(request)
            self.assertEqual(raised.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)


if __name__ == "__main__":
    junit.main()
