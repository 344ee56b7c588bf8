"""The first plane of a series from a worker that has never seen it, in front of Orthanc: beside the bare transfer of the
slices, by curl with as many requests under way as the worker has. The slices are not compressed, so that decoding them is
far less than moving them. And the same over a line on which each connection is slow.

Means are compared, not medians: Orthanc needs either 0.15 s or 0.6 s of a processor for a series as one answer, as its
memory allocator pleases, and what lies between two humps says nothing of either."""

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
WARMING = 8
SLOW_ROUNDS = 3
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
    for goal, which, peers in ((target, what, transfers), ("-", f"{what} as one answer", whole)):
        peer = statistics.mean(peers)
        table.add(f"{ours / peer:.2f}", goal, which, f"{ours:.2f} s", f"{peer:.2f} s")
    print("  rounds:", " ".join(f"{a:.2f}/{b:.2f}/{c:.2f}" for a, b, c in zip(planes, transfers, whole)))


def main():
    os.environ.setdefault("VITRINE_BINARY_UNDER_TEST", "bazel-bin/service/vitrine")
    files = chest_ct()
    paths = instance_paths(files)
    table = Table()
    with Orthanc() as orthanc:
        orthanc.upload(Path(file).read_bytes() for file in files)
        for _ in range(WARMING):  # The archive's own caches and heaps are warm for both sides.
            transfer_seconds(orthanc.url, paths)
            transfer_seconds(orthanc.url, [paths[0].split("/instances/")[0]])
        compare(orthanc.url, paths, ROUNDS, table, "<= 1.3",
                f"first plane of {len(paths)} slices from cold, against their bare transfer")
        with SlowConnections(urlsplit(orthanc.url).port, SLOW_RATE) as line:
            compare(f"http://127.0.0.1:{line.port}/dicom-web", paths, SLOW_ROUNDS, table, "-",
                    f"the same where a connection carries {SLOW_RATE / 1e6:.0f} MB/s, against the transfer")
    table.print()


if __name__ == "__main__":
    sys.exit(main())
