"""What the service adds to rendering and encoding: the same views of one volume over HTTP and in a bare loop (bench/volume_limit.cc).

No two requests ask for the same view, so that no encoded picture can be used twice. The processor time counts, since the load
generator shares the processors: of a picture on busy processors, and of one request at a time the duration. Rounds of both sides
alternate, and medians are compared. Before that, one picture of both sides must be the same, byte for byte, and the service's
cache of pictures is filled, as it is in one that has run for a while: until then each picture's memory is new to the process.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pydicom

from bench.sources import chest_ct
from bench.table import Table
from tests.support.processes import Vitrine

SECONDS = int(os.environ.get("BENCH_SECONDS", "3"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
CORES = len(os.sched_getaffinity(0))
CONNECTIONS = 4
PICTURE_CACHE_BYTES = 32 << 20
TICKS = os.sysconf("SC_CLK_TCK")
SCRATCH = tempfile.TemporaryDirectory()


class Volume:
    """A series of axial slices in a folder."""

    def __init__(self, files):
        first, last = (pydicom.dcmread(file, stop_before_pixels=True) for file in (files[0], files[-1]))
        self.folder = str(Path(files[0]).parent)
        self.study, self.series = first.StudyInstanceUID, first.SeriesInstanceUID
        height, width = (size * float(mm) for size, mm in zip((first.Rows, first.Columns), first.PixelSpacing))
        corner = [(float(a) + float(b)) / 2 for a, b in zip(first.ImagePositionPatient, last.ImagePositionPatient)]
        self.centre = corner[0] + width / 2, corner[1] + height / 2, corner[2]

    def camera(self, azimuth, elevation):
        """Parameters of a camera that looks at the centre, angles in degrees."""
        azimuth, elevation = math.radians(azimuth), math.radians(elevation)
        direction = (math.sin(azimuth) * math.cos(elevation), -math.cos(azimuth) * math.cos(elevation), math.sin(elevation))
        position = ",".join(f"{c + 600 * d:.6f}" for c, d in zip(self.centre, direction))
        return f"viewpointposition={position}&viewpointlookat={','.join(f'{c:.6f}' for c in self.centre)}&viewpointup=0,0,1"


class Kind:
    """Views of one kind: near each other, so that all cost the same, and none equal to another."""

    def __init__(self, volume, name, resource, parameters, most_a_second):
        self.volume, self.name, self.resource = volume, name, resource
        # What is in work when a round ends counts for nothing, which must not tell where few pictures are made in a second.
        self.seconds = SECONDS * (1 if most_a_second >= 1000 else 3)
        count = most_a_second * (self.seconds + 1) * (2 * ROUNDS + 3)
        views = [f"{volume.camera(25 + 2 * math.sin(n), 20 + 3 * n / count)}&viewport=512,512&quality=90&{parameters}"
                 for n in range(count)]
        self.views, self.paths = (Path(SCRATCH.name) / f"{resource}-{most_a_second}.{suffix}" for suffix in ("views", "paths"))
        # Of the bare loop: as many as fit into one round.
        self.views.write_text("".join(view + "\n" for view in views[:most_a_second * (self.seconds + 1)]))
        root = f"/dicom-web/studies/{volume.study}/series/{volume.series}/{resource}"
        self.requests = [f"{root}?{view}" for view in views]
        self.paths.write_text("".join(path + "\n" for path in self.requests))
        self.next = 1

    def bare(self, threads):
        """What bench/volume_limit prints, and its picture of the first view."""
        picture = Path(SCRATCH.name) / "picture"
        output = subprocess.run(["bazel-bin/bench/volume_limit", self.volume.folder, self.volume.study, self.volume.series,
                                 self.resource, self.views, str(self.seconds), str(threads), picture],
                                check=True, capture_output=True, text=True).stdout
        return json.loads(output), picture.read_bytes()

    def served(self, vitrine, connections):
        """The same of the service."""
        before = processor_seconds(vitrine.process.pid)
        output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{self.seconds}s", "-s",
                                 str(Path(__file__).with_name("volume_load.lua")), f"http://{vitrine.http}"],
                                env={**os.environ, "PATHS": str(self.paths), "FIRST": str(self.next)},
                                check=True, capture_output=True, text=True).stdout
        processor = processor_seconds(vitrine.process.pid) - before
        pictures, seconds, errors, latency = next(line for line in output.splitlines() if line.startswith("RESULT")).split()[1:]
        if int(errors):
            sys.exit(f"{errors} requests failed:\n{output}")
        self.next += int(pictures) + connections
        return {"rate": int(pictures) / float(seconds), "cpu_ms": 1e3 * processor / int(pictures), "duration_ms": float(latency)}

    def check(self, vitrine):
        status, _, body = vitrine.get(self.requests[0], accept="image/jpeg")
        if status != 200 or body != self.bare(1)[1]:
            sys.exit(f"{self.name}: the service shows another picture than the bare loop (status {status})")


def processor_seconds(pid):
    """User and system time of a process, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def medians(rounds):
    return {key: statistics.median(measured[key] for measured in rounds) for key in rounds[0]}


def compare(kind, vitrine, connections, threads):
    """(service, bare loop)"""
    rounds = [(kind.served(vitrine, connections), kind.bare(threads)[0]) for _ in range(ROUNDS)]
    return tuple(medians(side) for side in zip(*rounds))


def measure(kind, vitrine, table):
    kind.check(vitrine)
    ours, bare = compare(kind, vitrine, CONNECTIONS, CORES)
    added = ours["cpu_ms"] - bare["cpu_ms"]
    table.add(f"{ours['cpu_ms'] / bare['cpu_ms']:.3f}", "<= 1.1", f"{kind.name}: processor time",
              f"{ours['cpu_ms']:.3f} ms", f"{bare['render_cpu_ms']:.3f} + {bare['encode_cpu_ms']:.3f} ms")
    table.add(f"{1 + added / bare['render_cpu_ms']:.3f}", "-", f"{kind.name}: the same, encoding taken off both sides",
              f"{bare['render_cpu_ms'] + added:.3f} ms", f"{bare['render_cpu_ms']:.3f} ms")
    table.add(f"{bare['rate'] / ours['rate']:.3f}", "-", f"{kind.name}: pictures a second, load generator included",
              f"{ours['rate']:.1f}/s", f"{bare['rate']:.1f}/s")
    ours, bare = compare(kind, vitrine, 1, 1)
    table.add(f"{ours['duration_ms'] / bare['duration_ms']:.3f}", "-", f"{kind.name}: one request at a time",
              f"{ours['duration_ms']:.3f} ms", f"{bare['duration_ms']:.3f} ms")


def main():
    volume = Volume(chest_ct())
    kinds = [
        Kind(volume, "oblique plane", "renderedmpr", "window=40,400,linear&vitrine-fov=300", 4000),
        Kind(volume, "oblique maximum of 100 mm", "renderedmpr",
             "window=40,400,linear&vitrine-fov=300&mprslab=100&renderingmethod=maximum_ip", 150),
        Kind(volume, "volume rendering", "rendered3d", "vitrine-preset=ct-bone&vitrine-fov=400", 100),
    ]
    table = Table()
    os.environ["VITRINE_BINARY_UNDER_TEST"] = "bazel-bin/service/vitrine"
    with Vitrine(f"--archive=dir:{volume.folder}", "--renderer=cpu", f"--picture_cache_bytes={PICTURE_CACHE_BYTES}",
                 log=subprocess.DEVNULL) as vitrine:
        kinds[0].served(vitrine, CONNECTIONS)
        for kind in kinds:
            measure(kind, vitrine, table)
    table.print()


if __name__ == "__main__":
    main()
