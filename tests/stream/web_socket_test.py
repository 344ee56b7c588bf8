"""/v1/stream: frames, errors and ends, as docs/streaming.md tells them."""

import json
import struct
import time
import unittest

from tests.stream import streams
from tests.support import junit
from tests.support.pictures import decoded
from tests.support.processes import Vitrine
from tests.support.web_socket import BINARY, Closed, Refused, Stream


class StreamTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error")
        cls.addClassCleanup(cls.vitrine.stop)
        cls.slice = {"target": streams.target(cls.vitrine, "CT", 3), "frame": {}}
        cls.volume = streams.target(cls.vitrine, "CT")

    def stream(self, **kwargs):
        stream = Stream(self.vitrine.http, **kwargs)
        self.addCleanup(stream.abort)
        return stream


class Frames(StreamTest):
    def test_a_frame_is_the_picture_of_the_other_faces(self):
        stream = self.stream()
        stream.update(5, self.slice, {"format": "PNG"})
        header, picture, _ = stream.answer(5)
        target = self.slice["target"]
        status, _, expected = self.vitrine.get(
            f"/dicom-web/studies/{target['studyInstanceUid']}/series/{target['seriesInstanceUid']}"
            f"/instances/{target['sopInstanceUid']}/rendered", "image/png")
        self.assertEqual(status, 200)
        self.assertEqual(picture, expected)
        pixels = decoded(picture)
        self.assertEqual((header["picture"]["height"], header["picture"]["width"]), pixels.shape)
        self.assertEqual(header["picture"]["mediaType"], "image/png")
        self.assertNotIn("lossy", header["picture"])
        self.assertNotIn("data", header["picture"])
        self.assertEqual(header["output"]["format"], "PNG")
        self.assertEqual(header["view"]["frame"]["frameNumber"], 1)
        self.assertGreater(header["view"]["window"]["width"], 0)
        self.assertIn("timings", header)

    def test_full_quality_follows_when_the_view_rests(self):
        stream = self.stream()
        stream.update(1, {"target": self.volume, "volume": {}}, {"format": "PNG"}, moving=True)
        header, picture, before = stream.answer(1)
        preliminary = [header for header, _ in before if header.get("preliminary")]
        self.assertTrue(preliminary)
        self.assertEqual(preliminary[-1]["output"]["format"], "JPEG")
        self.assertTrue(preliminary[-1]["picture"]["lossy"])
        self.assertEqual(header["output"]["format"], "PNG")
        self.assertNotIn("moving", header["view"]["volume"])
        self.assertEqual(max(decoded(picture).shape), 512)

    def test_sequences_are_answered_in_their_order(self):
        stream = self.stream()
        for sequence in range(1, 31):
            stream.update(sequence, {**self.slice, "window": {"center": sequence, "width": 400}})
        seen = [0]
        while seen[-1] != 30:
            seen.append(int(stream.picture()[0]["sequence"]))
        self.assertEqual(seen, sorted(seen))


class Errors(StreamTest):
    def check(self, stream, category, sequence=None):
        header, picture = stream.frame()
        self.assertIn("error", header)
        error = header["error"]
        self.assertEqual(error["category"], category)
        self.assertEqual(error.get("sequence"), sequence)
        self.assertGreater(len(error["message"]), 10)
        self.assertFalse(error.get("retryable", False))

    def test_what_is_no_update_gets_a_reason_and_the_stream_goes_on(self):
        stream = self.stream()
        for message in ("", "nonsense", "[]", "{", '"text"', '{"sequence": "x"}', '{"sequence": -1}', "null null",
                        '{"view": {"frame": {}, "slice": {}}}', "[" * 10000):
            with self.subTest(message[:40]):
                stream.send_text(message)
                self.check(stream, "invalid_request")
        stream.send_text('{"sequence": "7", "view": {"volum": {}}}')
        self.check(stream, "invalid_request", "7")
        stream.send_frame(BINARY, b"\0\1\2")
        self.check(stream, "invalid_request")
        stream.update(8, self.slice)
        self.assertEqual(stream.answer(8)[0]["sequence"], "8")

    def test_what_makes_no_sense_names_the_update(self):
        stream = self.stream()
        sequence = 0
        cases = [({"frame": {}}, {}, {}), ({**self.slice, "frame": {"frameNumber": -1}}, {}, {}),
                 (self.slice, {"width": 100000, "height": 100000}, {}), (self.slice, {"quality": 0}, {}),
                 (self.slice, {"width": 5}, {}), (self.slice, {}, {"targetRate": 1000}),
                 (self.slice, {}, {"targetRate": "NaN"}), (self.slice, {}, {"targetRate": -3}),
                 ({**self.slice, "window": {"center": "NaN", "width": 1}}, {}, {}),
                 ({"target": self.volume, "slice": {"camera": {"zoom": "Infinity"}}}, {}, {}),
                 ({"target": {"studyInstanceUid": "../etc"}, "slice": {}}, {}, {})]
        for view, output, more in cases:
            sequence += 1
            with self.subTest(view=view, output=output, more=more):
                stream.update(sequence, view, output, **more)
                self.check(stream, "invalid_request", str(sequence))
        stream.update(sequence, self.slice)
        self.check(stream, "invalid_request", str(sequence))  # Not ascending.
        stream.update(sequence + 1, {"target": {**self.slice["target"], "sopInstanceUid": "1.2.3"}, "frame": {}})
        self.check(stream, "not_found", str(sequence + 1))
        stream.update(sequence + 2, self.slice)
        self.assertEqual(stream.answer(sequence + 2)[0]["sequence"], str(sequence + 2))

    def test_a_message_that_is_too_big_ends_the_stream_with_a_reason(self):
        stream = self.stream()
        stream.send_text(" " * (200 << 10))
        self.check(stream, "too_large")
        with self.assertRaises(Closed) as raised:
            stream.frame()
        self.assertEqual(raised.exception.code, 1009)


class Ends(StreamTest):
    def test_close_codes(self):
        stream = self.stream()
        self.assertEqual(stream.close(), 1000)
        invalid = self.stream()
        invalid.send_text(b"\xff\xff")
        with self.assertRaises(Closed) as raised:
            invalid.frame()
        self.assertEqual(raised.exception.code, 1007)
        reserved = self.stream()
        reserved.send_frame(5, b"")
        with self.assertRaises(Closed) as raised:
            reserved.frame()
        self.assertEqual(raised.exception.code, 1002)

    def test_idle(self):
        with Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error", "--stream_idle_timeout=300ms") as vitrine:
            with Stream(vitrine.http) as stream, self.assertRaises(Closed) as raised:
                stream.frame()
        self.assertEqual(raised.exception.code, 1001)

    def test_too_many(self):
        with Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error", "--max_streams=1") as vitrine:
            with Stream(vitrine.http) as first, Stream(vitrine.http) as second:
                with self.assertRaises(Closed) as raised:
                    second.frame()
                self.assertEqual(raised.exception.code, 1013)
                first.update(1, self.slice)
                self.assertEqual(first.answer(1)[0]["sequence"], "1")
            self.assertEqual(streams.metric(vitrine, "vitrine_streams_refused_total"), 1)

    def test_a_stopping_worker_says_so(self):
        vitrine = Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error", "--drain_timeout=10s")
        self.addCleanup(vitrine.stop)
        with Stream(vitrine.http) as stream:
            stream.update(1, self.slice)
            stream.answer(1)
            begin = time.monotonic()
            vitrine.process.terminate()
            with self.assertRaises(Closed) as raised:
                stream.frame()
            self.assertEqual(raised.exception.code, 1012)
        self.assertEqual(vitrine.process.wait(10), 0)
        self.assertLess(time.monotonic() - begin, 9)  # Streams do not make the drain wait.

    def test_a_client_that_leaves_in_the_middle_of_a_message(self):
        before = streams.metric(self.vitrine, "vitrine_streams_open")
        for _ in range(20):
            stream = self.stream()
            stream.update(1, {"target": self.volume, "volume": {}})
            stream.socket.sendall(bytes([0x81, 0xFE]) + struct.pack(">H", 1000) + b"abc")
            stream.abort()
        deadline = time.monotonic() + 20
        while streams.metric(self.vitrine, "vitrine_streams_open") > before:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


class Handshake(StreamTest):
    def test_pages_of_other_origins_are_refused(self):
        with self.assertRaises(Refused) as raised:
            self.stream(headers={"Origin": "https://elsewhere.example"})
        self.assertEqual(raised.exception.status, 403)
        self.stream(headers={"Origin": f"http://{self.vitrine.http}"})

    def test_other_paths_and_plain_requests(self):
        with self.assertRaises(Refused) as raised:
            self.stream(path="/v1/other")
        self.assertEqual(raised.exception.status, 404)
        status, headers, body = self.vitrine.get("/v1/stream")
        self.assertEqual((status, headers["Upgrade"]), (426, "websocket"))
        self.assertIn("WebSocket", json.loads(body)["detail"])


if __name__ == "__main__":
    junit.main()
