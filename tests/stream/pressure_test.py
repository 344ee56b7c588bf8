"""Streams under pressure: floods, clients that do not read, thousands of connections, archives and workers that die."""

import signal
import threading
import time
import unittest

from tests.faults.lying import LyingArchive, SERIES
from tests.fixtures import lying_archive
from tests.stream import streams
from tests.support import junit
from tests.support.processes import Vitrine
from tests.support.web_socket import Closed, Stream


def serve(test, *flags):
    vitrine = Vitrine(*(flags or (streams.DEMO,)), "--renderer=cpu", "--log_level=error")
    test.addCleanup(vitrine.stop)
    return vitrine


class Floods(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error")
        cls.addClassCleanup(cls.vitrine.stop)
        cls.target = streams.target(cls.vitrine, "CT", 3)
        cls.series = streams.target(cls.vitrine, "CT")

    def view(self, center):
        return {"target": self.target, "frame": {}, "window": {"center": center, "width": 400}}

    def volume(self, step):
        return {"target": self.series, "volume": {"camera": {"position": {"x": step, "y": -500}, "lookAt": {"z": 65}}}}

    def test_the_latest_update_wins(self):
        replaced = streams.metric(self.vitrine, "vitrine_stream_updates_replaced_total")
        with Stream(self.vitrine.http) as stream:
            for sequence in range(1, 501):
                stream.update(sequence, self.volume(sequence), moving=True)
            _, _, before = stream.answer(500)
        self.assertLess(len(before), 250)
        self.assertGreater(streams.metric(self.vitrine, "vitrine_stream_updates_replaced_total") - replaced, 250)

    def test_a_slow_reader_gets_the_newest_frames_and_harms_nobody(self):
        with Stream(self.vitrine.http, receive_buffer=4096) as slow, Stream(self.vitrine.http) as other:
            for sequence in range(1, 201):
                slow.update(sequence, self.view(sequence), {"format": "PNG", "width": 1024, "height": 1024}, moving=True)
                other.update(sequence, self.view(sequence))
                self.assertEqual(other.answer(sequence)[0]["sequence"], str(sequence))
            header, _, before = slow.answer(200)
            self.assertEqual(header["sequence"], "200")
            self.assertLess(len(before), 50)

    def test_clients_that_never_read_cost_little(self):
        with Stream(self.vitrine.http) as warm:
            warm.update(1, self.view(1), {"format": "PNG", "width": 1024, "height": 1024})
            warm.answer(1)
        begin = streams.resident_mib(self.vitrine)
        deaf = [Stream(self.vitrine.http, receive_buffer=4096) for _ in range(20)]
        try:
            for sequence in range(1, 301):
                for stream in deaf:
                    # One view for all, so that the cache of pictures does not grow.
                    stream.update(sequence, self.view(1), {"format": "PNG", "width": 1024, "height": 1024})
            with Stream(self.vitrine.http) as other:
                other.update(1, self.view(7))
                self.assertEqual(other.answer(1)[0]["sequence"], "1")
            self.assertLess(streams.resident_mib(self.vitrine) - begin, 40)
        finally:
            for stream in deaf:
                stream.abort()

    def test_a_hog_leaves_others_their_frames(self):
        stop = threading.Event()
        hogs = [Stream(self.vitrine.http) for _ in range(4)]
        frames = [0] * len(hogs)

        def hog(index):
            sequence = 0
            while not stop.is_set():
                sequence += 1
                hogs[index].update(sequence, self.volume(sequence * 7 + index), moving=True)
                hogs[index].picture()
                frames[index] += 1

        threads = [threading.Thread(target=hog, args=(index,)) for index in range(len(hogs))]
        for thread in threads:
            thread.start()
        try:
            with Stream(self.vitrine.http) as quiet:
                for sequence in range(1, 51):
                    quiet.update(sequence, self.view(1000 + sequence))
                    header, _, _ = quiet.answer(sequence)
                    self.assertNotIn("error", header)
        finally:
            stop.set()
            for thread in threads:
                thread.join(30)
            for stream in hogs:
                stream.abort()
        self.assertGreater(min(frames), 0)
        self.assertLess(max(frames), 4 * min(frames) + 8)


class Connections(unittest.TestCase):
    def test_thousands_of_connects(self):
        vitrine = serve(self, streams.DEMO, "--max_streams=50")
        view = {"target": streams.target(vitrine, "CT", 3), "frame": {}}
        files = streams.open_files(vitrine)
        held, refused = [], 0
        for _ in range(200):
            held.append(Stream(vitrine.http))
        for stream in held:
            try:
                stream.update(1, view)
                stream.answer(1)
            except (Closed, OSError):
                refused += 1
        self.assertEqual(refused, 150)
        for stream in held:
            stream.abort()
        for _ in range(2000):
            Stream(vitrine.http).abort()
        deadline = time.monotonic() + 30
        while streams.metric(vitrine, "vitrine_streams_open") > 0 or streams.open_files(vitrine) > files + 5:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        with Stream(vitrine.http) as stream:
            stream.update(1, view)
            self.assertEqual(stream.answer(1)[0]["sequence"], "1")


class Deaths(unittest.TestCase):
    def test_an_archive_that_dies(self):
        archive = LyingArchive()
        self.addCleanup(archive.stop)
        vitrine = serve(self, f"--archive=liar={archive.url}", "--archive=demo=demo:", "--archive_retries=0")
        view = lambda instance: {"target": {"studyInstanceUid": lying_archive.study_of("ok"), "seriesInstanceUid": SERIES,
                                            "sopInstanceUid": f"{SERIES}.{instance}"}, "frame": {}}
        with Stream(vitrine.http) as stream:
            stream.update(1, view(1))
            self.assertEqual(stream.answer(1)[0]["sequence"], "1")
            archive.stop()
            stream.update(2, view(2))
            error = stream.answer(2)[0]["error"]
            self.assertEqual((error["sequence"], error["category"], error["retryable"]), ("2", "archive_unreachable", True))
            stream.update(3, view(1))  # Held.
            self.assertEqual(stream.answer(3)[0]["sequence"], "3")

    def test_closing_cancels_the_work(self):
        archive = LyingArchive()
        self.addCleanup(archive.stop)
        vitrine = serve(self, f"--archive=liar={archive.url}", "--archive_stall_timeout=20s", "--request_threads=1")
        view = lambda lie, instance: {"target": {"studyInstanceUid": lying_archive.study_of(lie),
                                                 "seriesInstanceUid": SERIES,
                                                 "sopInstanceUid": f"{SERIES}.{instance}"}, "frame": {}}
        with Stream(vitrine.http) as stream:
            stream.update(1, view("slow", 1))
            time.sleep(0.5)
        begin = time.monotonic()
        with Stream(vitrine.http) as stream:
            stream.update(1, view("ok", 1))
            self.assertEqual(stream.answer(1)[0]["sequence"], "1")
        self.assertLess(time.monotonic() - begin, 10)

    def test_another_worker_takes_over(self):
        first, second = serve(self), serve(self)
        view = {"target": streams.target(first, "CT"), "slice": {"camera": {"orientation": "HEAD"}}}
        output = {"format": "PNG", "width": 200, "height": 200}
        with Stream(first.http) as stream:
            stream.update(1, view, output)
            _, picture, _ = stream.answer(1)
            stream.update(2, view, output, moving=True)
            first.process.send_signal(signal.SIGKILL)
            with self.assertRaises((Closed, OSError)):
                while True:
                    stream.frame()
        with Stream(second.http) as stream:
            stream.update(2, view, output)
            self.assertEqual(stream.answer(2)[1], picture)


if __name__ == "__main__":
    junit.main()
