"""Streams over WebSocket: one hand that scrolls, windows, tilts and turns, and many streams at once."""

import itertools
import math
import os
import statistics
import threading
import time
from pathlib import Path

import pydicom

from bench.memory import resident_mib
from bench.sources import chest_ct
from bench.table import Table
from tests.support.processes import Vitrine
from tests.support.web_socket import Closed, Stream

SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
UPDATES = 60  # A second, as a pointer moves.
SIZE = {"width": 512, "height": 512}


class Study:
    """The views of a CT series as a hand would change them; `step` counts updates."""

    def __init__(self, files):
        datasets = sorted((pydicom.dcmread(file, stop_before_pixels=True) for file in files),
                          key=lambda dataset: float(dataset.ImagePositionPatient[2]))
        self.series = {"studyInstanceUid": datasets[0].StudyInstanceUID, "seriesInstanceUid": datasets[0].SeriesInstanceUID}
        self.instances = [dataset.SOPInstanceUID for dataset in datasets]

    def image(self, index):
        count = len(self.instances)
        there_and_back = index % (2 * count - 2)
        index = min(there_and_back, 2 * count - 2 - there_and_back)
        return {"target": {**self.series, "sopInstanceUid": self.instances[index]}, "frame": {}}

    def scroll(self, step):
        return self.image(step // 3)  # 20 images a second.

    def window(self, step):
        return {**self.image(len(self.instances) // 2), "window": {"center": 40 + step % 500, "width": 350 + step % 700}}

    def camera(self, angle, tilt=0.0):
        return {"position": {"x": 500 * math.sin(angle), "y": -500 * math.cos(angle), "z": 500 * math.sin(tilt)}, "lookAt": {}}

    def tilt(self, step):
        camera = self.camera(0.3 * math.sin(step / 90), 0.6 * math.sin(step / 60))
        del camera["lookAt"]
        return {"target": self.series, "slice": {"camera": {**camera, "fieldOfViewMm": 400}}, "window": {"center": 40, "width": 400}}

    def turn(self, step):
        camera = self.camera(step / 60)
        del camera["lookAt"]
        return {"target": self.series, "volume": {"camera": {**camera, "fieldOfViewMm": 450}, "preset": "ct-bone"}}


class Hand(threading.Thread):
    """Sends updates at a steady pace, as long as it is asked to; counts what comes back."""

    def __init__(self, address, view, seconds, updates=UPDATES, first_step=0):
        super().__init__()
        self.stream, self.view, self.seconds, self.updates, self.first_step = Stream(address), view, seconds, updates, first_step
        self.sent, self.latencies, self.sizes, self.widths, self.errors = {}, [], [], [], []

    def warm(self):
        """Until the view's first picture at full quality: volumes are loaded."""
        self.stream.update(1, self.view(self.first_step), SIZE)
        header, _, _ = self.stream.answer(1)
        assert "error" not in header, header
        return self

    def _receive(self):
        try:
            while True:
                header, picture = self.stream.frame()
                now = time.monotonic()
                if "error" in header:
                    self.errors.append(header["error"])
                elif now < self.end and picture:
                    self.latencies.append(now - self.sent[int(header["sequence"])])
                    self.sizes.append(len(picture))
                    self.widths.append(header["picture"]["width"])
        except (Closed, OSError, KeyError):
            return

    def run(self):
        begin = time.monotonic()
        self.end = begin + self.seconds
        receiver = threading.Thread(target=self._receive)
        receiver.start()
        for step in itertools.count():
            due = begin + step / self.updates
            if due >= self.end:
                break
            time.sleep(max(0, due - time.monotonic()))
            sequence = step + 2
            self.sent[sequence] = time.monotonic()
            self.stream.update(sequence, self.view(self.first_step + step), SIZE, moving=True)
        time.sleep(0.3)
        self.stream.close()
        receiver.join(5)

    @property
    def rate(self):
        return len(self.latencies) / self.seconds

    def p95(self):
        return statistics.quantiles(self.latencies, n=20)[-1]


def one_hand(vitrine, study, table):
    for name, view, least in (("scroll", study.scroll, 20), ("window", study.window, 20), ("MPR tilt", study.tilt, 20),
                              ("3D rotation", study.turn, 15)):
        hand = Hand(vitrine.http, view, SECONDS / 4).warm()
        hand.start()
        hand.join()
        assert not hand.errors, hand.errors[0]
        table.add(f"{hand.rate / least:.1f}x", ">= 1x", f"{name}: frames a second, {min(hand.widths)} to {max(hand.widths)} wide",
                  f"{hand.rate:.1f}/s", f"{least}/s")
        p95 = 1000 * hand.p95()
        if least == 20:
            table.add(f"{p95 / 80:.2f}", "<= 1", f"{name}: p95 from update to frame", f"{p95:.0f} ms", "80 ms")
        else:
            table.add("-", "-", f"{name}: p95 from update to frame", f"{p95:.0f} ms", "-")
        table.add("-", "-", f"{name}: bytes a frame", f"{statistics.mean(hand.sizes) / 1024:.1f} KiB", "-")


def cpu_seconds(vitrine):
    fields = Path(f"/proc/{vitrine.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def many_streams(vitrine, study, table):
    seconds = max(5, SECONDS / 4)
    memory = resident_mib(vitrine.process)
    idle = []
    for index in range(50):
        stream = Stream(vitrine.http)
        stream.update(1, study.image(index), SIZE)
        stream.answer(1)
        idle.append(stream)
    cost = (resident_mib(vitrine.process) - memory) / len(idle)
    table.add("-", "-", "50 idle streams: memory of each, its picture in the caches included", f"{cost:.2f} MiB", "-")
    begin = cpu_seconds(vitrine)
    time.sleep(seconds)
    table.add("-", "-", "50 idle streams: processor time of each", f"{1e6 * (cpu_seconds(vitrine) - begin) / seconds / 50:.0f} us/s", "-")
    views = [study.scroll, study.window, study.tilt, study.window, study.scroll] * 2
    memory, begin = resident_mib(vitrine.process), cpu_seconds(vitrine)
    hands = [Hand(vitrine.http, view, seconds, updates=20, first_step=97 * index).warm() for index, view in enumerate(views)]
    begin = cpu_seconds(vitrine)
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    used = (cpu_seconds(vitrine) - begin) / seconds / len(hands)
    errors = [error for hand in hands for error in hand.errors]
    assert not errors, errors[0]
    rates = [hand.rate for hand in hands]
    table.add(f"{min(rates) / 20:.2f}", "-", "10 active streams beside them: slowest, of 20 updates a second", f"{min(rates):.1f}/s", "20/s")
    table.add(f"{max(rates) / min(rates):.2f}", "-", "10 active streams: fastest against slowest", f"{max(rates):.1f}/s", f"{min(rates):.1f}/s")
    table.add("-", "-", "10 active streams: p95 from update to frame, of the slowest",
              f"{1000 * max(hand.p95() for hand in hands):.0f} ms", "-")
    table.add("-", "-", "10 active streams: processor time of each", f"{1000 * used:.0f} ms/s", "-")
    table.add("-", "-", "10 active streams: memory of each, new pictures in the caches included",
              f"{(resident_mib(vitrine.process) - memory) / len(hands):.1f} MiB", "-")
    for stream in idle:
        stream.abort()


def main():
    os.environ["VITRINE_BINARY_UNDER_TEST"] = "bazel-bin/service/vitrine"
    table = Table()
    files = chest_ct()
    study = Study(files)
    with Vitrine(f"--archive=ct=dir:{Path(files[0]).parent}", "--renderer=cpu", "--log_level=error") as vitrine:
        one_hand(vitrine, study, table)
        many_streams(vitrine, study, table)
    table.print()


if __name__ == "__main__":
    main()
