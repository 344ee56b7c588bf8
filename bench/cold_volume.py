"""The first plane of a series from a worker that has never seen it, in front of Orthanc: beside the bare transfer of the
slices, by curl with as many requests under way as the worker has. The slices are not compressed, so that decoding them is
far less than moving them."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.sources import chest_ct, instance_paths
from bench.table import Table
from tests.support.processes import Orthanc, Vitrine

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
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


def main():
    os.environ.setdefault("VITRINE_BINARY_UNDER_TEST", "bazel-bin/service/vitrine")
    files = chest_ct()
    paths = instance_paths(files)
    series = paths[0].split("/instances/")[0]
    table = Table()
    with Orthanc() as orthanc:
        orthanc.upload(Path(file).read_bytes() for file in files)
        transfer_seconds(orthanc.url, paths)  # The archive's own caches are warm for both sides.
        planes, transfers, whole = [], [], []
        for index in range(ROUNDS):
            plane = lambda: planes.append(plane_seconds(orthanc.url, series))
            transfer = lambda: transfers.append(transfer_seconds(orthanc.url, paths))
            for step in ((plane, transfer), (transfer, plane))[index % 2]:
                step()
            whole.append(transfer_seconds(orthanc.url, [series]))
    ratio = statistics.median(ours / peer for ours, peer in zip(planes, transfers))
    table.add(f"{ratio:.2f}", "<= 1.3", f"first plane of {len(paths)} slices from cold, against their bare transfer",
              f"{statistics.median(planes):.2f} s", f"{statistics.median(transfers):.2f} s")
    ratio = statistics.median(ours / peer for ours, peer in zip(planes, whole))
    table.add(f"{ratio:.2f}", "-", "the same, against the transfer of the series as one answer",
              f"{statistics.median(planes):.2f} s", f"{statistics.median(whole):.2f} s")
    print("  rounds:", " ".join(f"{a:.2f}/{b:.2f}/{c:.2f}" for a, b, c in zip(planes, transfers, whole)))
    table.print()


if __name__ == "__main__":
    sys.exit(main())
