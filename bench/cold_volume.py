"""The first plane of a series from a worker that has never seen it, in front of Orthanc: beside the bare transfer of the
slices, by curl with as many requests under way as the worker has. The slices are not compressed, so that decoding them is
far less than moving them.

An Orthanc as it is installed needs either 0.1 s or 0.6 s of a processor for one and the same series as one answer, as its
memory allocator pleases, which now keeps memory and now gives it back and has it zeroed anew: so means are compared, not
medians, over many rounds. One that keeps its memory and all of the series in it is always as quick as it can be. And last,
the same over a line on which each connection is slow."""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench.slow_connections import SlowConnections
from bench.sources import chest_ct, instance_paths
from bench.table import Table
from tests.support.processes import Orthanc, Vitrine

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "21"))
STEADY_ROUNDS = 9
SLOW_ROUNDS = 3
WARMING = 8
STEADY_CONFIGURATION = {"MaximumStorageCacheSize": 512}  # MiB.
STEADY_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
                      "MALLOC_TOP_PAD_": str(16 << 20)}
SLOW_RATE = 10e6  # Bytes a second and connection.
AT_ONCE = 8
ACCEPT = 'Accept: multipart/related; type="application/dicom"; transfer-syntax=*'
PLANE = "renderedmpr?viewport=512,512&orientation=a"


def plane_seconds(archive, series):
    with Vitrine(f"--archive=pacs={archive}") as vitrine:
        start = time.monotonic()
        status, _, body = vitrine.get(f"/dicom-web{series}/{PLANE}", accept="image/jpeg")
        assert status == 200, body
        return time.monotonic() - start


def transfer_seconds(archive, paths):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as config:
        config.write("".join(f'url = "{archive}{path}"\noutput = "/dev/null"\n' for path in paths))
        config.flush()
        start = time.monotonic()
        subprocess.run(["curl", "-sS", "-f", "--parallel", "--parallel-max", str(AT_ONCE), "--no-progress-meter", "-H", ACCEPT,
                        "--config", config.name], check=True)
        return time.monotonic() - start


def compare(archive, paths, rounds, table, target, what):
    series = paths[0].split("/instances/")[0]
    planes, transfers, whole = [], [], []
    for index in range(rounds):
        plane = lambda: planes.append(plane_seconds(archive, series))
        transfer = lambda: transfers.append(transfer_seconds(archive, paths))
        for step in ((plane, transfer), (transfer, plane))[index % 2]:
            step()
        whole.append(transfer_seconds(archive, [series]))
    ours = statistics.mean(planes)
    for goal, which, peers in ((target, what, transfers), ("-", f"{what}, as one answer", whole)):
        peer = statistics.mean(peers)
        table.add(f"{ours / peer:.2f}", goal, which, f"{ours:.2f} s", f"{peer:.2f} s")
    print("  rounds:", " ".join(f"{a:.2f}/{b:.2f}/{c:.2f}" for a, b, c in zip(planes, transfers, whole)))


@contextlib.contextmanager
def archive(files, paths, **settings):
    with Orthanc(**settings) as orthanc:
        orthanc.upload(Path(file).read_bytes() for file in files)
        for _ in range(WARMING):  # Its caches and heaps are warm for both sides.
            transfer_seconds(orthanc.url, paths)
            transfer_seconds(orthanc.url, [paths[0].split("/instances/")[0]])
        yield orthanc.url


def main():
    os.environ.setdefault("VITRINE_BINARY_UNDER_TEST", "bazel-bin/service/vitrine")
    files = chest_ct()
    paths = instance_paths(files)
    table = Table()
    with archive(files, paths) as url:
        compare(url, paths, ROUNDS, table, "<= 1.3",
                f"first plane of {len(paths)} slices from cold, against their bare transfer")
    with archive(files, paths, configuration=STEADY_CONFIGURATION, environment=STEADY_ENVIRONMENT) as url:
        compare(url, paths, STEADY_ROUNDS, table, "<= 1.3", "the same, of an Orthanc that keeps its memory")
        with SlowConnections(urlsplit(url).port, SLOW_RATE) as line:
            compare(f"http://127.0.0.1:{line.port}/dicom-web", paths, SLOW_ROUNDS, table, "-",
                    f"the same where a connection carries {SLOW_RATE / 1e6:.0f} MB/s")
    table.print()


if __name__ == "__main__":
    sys.exit(main())
