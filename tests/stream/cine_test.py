"""A cine that the server plays: over WebSocket and over gRPC."""

import time
import unittest

from tests.stream import streams
from tests.stream.interact_test import Interact
from tests.support import junit
from tests.support.processes import Vitrine
from tests.support.web_socket import Stream

from vitrine.v1 import render_service_pb2 as pb  # Found by grpc_client's path.

FRAMES = 30          # Of the demonstration's cine, with a Frame Time of 33.33 ms.
FRAME_SECONDS = 0.03333


class Cine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error")
        cls.addClassCleanup(cls.vitrine.stop)
        cls.clip = streams.target(cls.vitrine, "US", 0)
        cls.stack = [streams.target(cls.vitrine, "CT", index) for index in range(6)]

    def play(self, stream, sequence, target=None, output=None, **cine):
        stream.update(sequence, {"target": target or self.clip, "frame": {}}, output or {"width": 320, "height": 240}, cine=cine)

    def test_the_objects_own_rate(self):
        with Stream(self.vitrine.http) as stream:
            begin = time.monotonic()
            self.play(stream, 1, repeat="ONCE")
            header, _, before = stream.answer(1)
            while header["view"]["frame"]["frameNumber"] != FRAMES:
                before.append((header, b""))
                header = stream.answer(1)[0]
            seconds = time.monotonic() - begin
        numbers = [header["view"]["frame"]["frameNumber"] for header, _ in before]
        self.assertEqual(numbers[0], 1)
        self.assertEqual(numbers, sorted(numbers))
        self.assertGreaterEqual(seconds, (FRAMES - 1) * FRAME_SECONDS)  # No frame is early.

    def test_a_slow_reader_gets_the_frames_of_their_time(self):
        with Stream(self.vitrine.http, receive_buffer=4096) as stream:
            self.play(stream, 1, output={"width": 1280, "height": 960}, rate=20, repeat="ONCE")
            frames = [stream.picture()[0]["view"]["frame"]["frameNumber"]]
            time.sleep(1.5 * FRAMES / 20)
            while frames[-1] != FRAMES:
                frames.append(stream.picture()[0]["view"]["frame"]["frameNumber"])
        self.assertEqual(frames, sorted(frames))
        self.assertLess(len(frames), 6)  # One taken, those on the line, the last one in full quality.

    def test_the_next_update_stops_it(self):
        with Stream(self.vitrine.http) as stream:
            self.play(stream, 1)
            stream.picture()
            stream.update(2, {"target": self.clip, "frame": {"frameNumber": 7}})
            header, _, _ = stream.answer(2)
            self.assertEqual(header["view"]["frame"]["frameNumber"], 7)
            stream.socket.settimeout(0.5)
            with self.assertRaises(TimeoutError):
                stream.frame()

    def test_a_stack_there_and_back(self):
        uids = [target["sopInstanceUid"] for target in self.stack]
        with Stream(self.vitrine.http) as stream:
            self.play(stream, 1, self.stack[2], instances={"sopInstanceUids": uids}, rate=10, repeat="SWEEP")
            seen = []
            while len(seen) < 12:
                uid = stream.picture()[0]["view"]["target"]["sopInstanceUid"]
                seen.append(uids.index(uid))
        self.assertEqual(seen[0], 2)
        steps = {after - before for before, after in zip(seen, seen[1:])}
        self.assertTrue(any(step > 0 for step in steps) and any(step < 0 for step in steps), seen)

    def test_a_frame_that_fails_is_told_and_play_goes_on(self):
        uids = [self.stack[0]["sopInstanceUid"], "1.2.3", self.stack[1]["sopInstanceUid"]]
        with Stream(self.vitrine.http) as stream:
            self.play(stream, 4, self.stack[0], instances={"sopInstanceUids": uids}, rate=5)
            seen, errors = set(), []
            while not errors or len(seen) < 2:
                header, _ = stream.frame()
                if "error" in header:
                    errors.append(header["error"])
                else:
                    seen.add(header["view"]["target"]["sopInstanceUid"])
        self.assertEqual((errors[0]["sequence"], errors[0]["category"]), ("4", "not_found"))
        self.assertEqual(seen, {uids[0], uids[2]})

    def test_what_cannot_be_played(self):
        cases = [({"rate": -1}, "invalid_request"), ({"rate": 101}, "invalid_request"), ({"rate": "NaN"}, "invalid_request"),
                 ({"frames": {"first": 5, "last": 2}}, "invalid_request"), ({"frames": {"last": FRAMES + 1}}, "not_found"),
                 ({"instances": {}}, "invalid_request"), ({"instances": {"sopInstanceUids": ["../x"]}}, "invalid_request")]
        with Stream(self.vitrine.http) as stream:
            for sequence, (cine, category) in enumerate(cases, 1):
                with self.subTest(cine):
                    self.play(stream, sequence, **cine)
                    error = stream.frame()[0]["error"]
                    self.assertEqual((error["sequence"], error["category"]), (str(sequence), category))
            volume = {key: self.stack[0][key] for key in ("studyInstanceUid", "seriesInstanceUid")}
            stream.update(100, {"target": volume, "slice": {}}, cine={})
            self.assertEqual(stream.frame()[0]["error"]["category"], "invalid_request")

    def test_over_grpc(self):
        call = Interact(self.vitrine)
        self.addCleanup(call.close)
        cine = pb.Cine(repeat=pb.Cine.ONCE, rate=50, frames=pb.RenderStreamRequest.FrameRange(first=3, last=12))
        call.send(1, self.clip, cine=cine)
        call.done()
        frames = list(call.call)
        numbers = [frame.view.frame.frame_number for frame in frames]
        self.assertEqual((numbers[0], numbers[-1]), (3, 12))
        self.assertEqual(numbers, sorted(numbers))
        self.assertEqual({frame.sequence for frame in frames}, {1})
        self.assertFalse(frames[-1].preliminary)


if __name__ == "__main__":
    junit.main()
