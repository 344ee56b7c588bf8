"""RenderService.Interact through python3-grpcio, a client that is not ours."""

import queue
import signal
import time
import unittest

import grpc

from tests.orthanc import grpc_client
from tests.stream import streams
from tests.support import junit
from tests.support.processes import Vitrine

from vitrine.v1 import render_service_pb2 as pb  # Found by grpc_client's path.


class Interact:
    """One call: updates from a queue, frames as an iterator."""

    def __init__(self, vitrine):
        self.channel = grpc.insecure_channel(vitrine.grpc)
        self.updates = queue.Queue()
        method = self.channel.stream_stream("/vitrine.v1.RenderService/Interact",
                                            request_serializer=pb.ViewUpdate.SerializeToString,
                                            response_deserializer=pb.RenderedFrame.FromString)
        self.call = method(iter(self.updates.get, None))

    def send(self, sequence, target, turn=None, **fields):
        update = pb.ViewUpdate(sequence=sequence, **fields)
        update.view.target.study_instance_uid = target["studyInstanceUid"]
        update.view.target.series_instance_uid = target["seriesInstanceUid"]
        update.view.target.sop_instance_uid = target.get("sopInstanceUid", "")
        if turn is not None:
            update.view.volume.camera.position.x, update.view.volume.camera.position.y = turn, -500
        elif update.view.target.sop_instance_uid:
            update.view.frame.frame_number = 1
        else:
            update.view.slice.SetInParent()
        self.updates.put(update)
        return update

    def done(self):
        """The client sends no more."""
        self.updates.put(None)

    def close(self):
        self.call.cancel()
        self.done()
        self.channel.close()


class InteractTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error")
        cls.addClassCleanup(cls.vitrine.stop)
        cls.image = streams.target(cls.vitrine, "CT", 3)
        cls.series = streams.target(cls.vitrine, "CT")

    def interact(self, vitrine=None):
        call = Interact(vitrine or self.vitrine)
        self.addCleanup(call.close)
        return call

    def test_updates_in_frames_out(self):
        call = self.interact()
        client = grpc_client.Client(self.vitrine.grpc)
        self.addCleanup(client.close)
        for sequence in (1, 2, 9):
            update = call.send(sequence, self.image, output=pb.RenderRequest().output)
            frame = next(call.call)
            self.assertEqual(frame.sequence, sequence)
            self.assertFalse(frame.preliminary)
            self.assertEqual(frame.view.frame.frame_number, 1)
            rendered = client.render(pb.RenderRequest(view=update.view, output=update.output))
            self.assertEqual(frame.picture, rendered.picture)

    def test_the_call_ends_when_the_last_view_is_shown_in_full(self):
        call = self.interact()
        call.send(1, self.series, moving=True)
        call.done()
        frames = [frame for frame in call.call if not frame.HasField("progress")]
        self.assertEqual({frame.sequence for frame in frames}, {1})
        self.assertFalse(frames[-1].preliminary)
        self.assertTrue(frames[-1].picture.HasField("geometry"))
        self.assertEqual(call.call.code(), grpc.StatusCode.OK)

    def test_the_latest_update_wins(self):
        call = self.interact()
        for sequence in range(1, 501):
            call.send(sequence, self.series, turn=sequence)
        frames = []
        while not frames or frames[-1].sequence < 500:
            frames.append(next(call.call))
        self.assertLess(len([frame for frame in frames if frame.HasField("picture")]), 250)

    def test_errors_of_one_update(self):
        call = self.interact()
        call.send(1, {**self.image, "sopInstanceUid": "1.2.3"})
        frame = next(call.call)
        self.assertEqual((frame.error.sequence, frame.error.category), (1, "not_found"))
        self.assertFalse(frame.HasField("picture"))
        call.send(2, self.image, target_rate=1e9)
        self.assertEqual(next(call.call).error.category, "invalid_request")
        large = pb.ViewUpdate(sequence=3)
        large.view.target.archive = "x" * (200 << 10)
        call.updates.put(large)
        self.assertEqual(next(call.call).error.category, "too_large")
        call.send(4, self.image)
        self.assertEqual(next(call.call).sequence, 4)

    def test_cancelling_ends_the_stream(self):
        call = self.interact()
        call.send(1, self.image)
        next(call.call)
        self.assertGreaterEqual(streams.metric(self.vitrine, "vitrine_streams_open"), 1)
        call.close()
        deadline = time.monotonic() + 10
        while streams.metric(self.vitrine, "vitrine_streams_open") > 0:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_a_stopping_worker_says_so(self):
        vitrine = Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error", "--drain_timeout=20s")
        self.addCleanup(vitrine.stop)
        call = self.interact(vitrine)
        call.send(1, self.image)
        next(call.call)
        begin = time.monotonic()
        vitrine.process.send_signal(signal.SIGTERM)
        with self.assertRaises(grpc.RpcError) as raised:
            next(call.call)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(vitrine.process.wait(20), 0)
        self.assertLess(time.monotonic() - begin, 15)

    def test_too_many(self):
        vitrine = Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error", "--max_streams=1")
        self.addCleanup(vitrine.stop)
        first = self.interact(vitrine)
        first.send(1, self.image)
        next(first.call)
        second = self.interact(vitrine)
        with self.assertRaises(grpc.RpcError) as raised:
            next(second.call)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(dict(raised.exception.trailing_metadata())["vitrine-error-category"], "overloaded")


if __name__ == "__main__":
    junit.main()
