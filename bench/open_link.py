"""From opening a link to the first diagnostic picture and to the planes, on a line of 15 Mbit/s: Vitrine's viewer beside a
stock OHIF on the same archive and machine. Every measurement has a fresh service and a fresh browser; OHIF is served
compressed, by the same service, from one origin."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pydicom

from bench.sources import chest_ct
from bench.table import Table
from tests.support.processes import Orthanc, Vitrine

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SITE = Path("tests/ohif/sites/3").resolve()
TARGETS = {"stack": ("5x", "first diagnostic picture"), "mpr": ("10x", "three planes")}


def open_link(orthanc, viewer, view, study):
    """(seconds, bytes) of one visit."""
    flags = [f"--ohif={SITE}"] if viewer == "ohif" else []
    with Vitrine(f"--archive=pacs={orthanc.url}", *flags) as vitrine:
        visit = subprocess.run(["node", "bench/open_link.mjs", viewer, view, f"http://{vitrine.http}/", study],
                               stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    milliseconds, received = (int(word) for word in visit.stdout.split())
    return milliseconds / 1000, received


def main():
    os.environ.setdefault("VITRINE_BINARY_UNDER_TEST", "bazel-bin/service/vitrine")
    files = chest_ct()
    study = pydicom.dcmread(files[0], stop_before_pixels=True).StudyInstanceUID
    table = Table()
    with Orthanc() as orthanc:
        orthanc.upload(Path(file).read_bytes() for file in files)
        for view, (target, what) in TARGETS.items():
            rounds = [(open_link(orthanc, "vitrine", view, study), open_link(orthanc, "ohif", view, study))
                      for _ in range(ROUNDS if view == "stack" else 1)]
            ours, peers = ([statistics.median(values) for values in zip(*side)] for side in zip(*rounds))
            table.add(f"{peers[0] / ours[0]:.1f}x", target, f"{what}, seconds at 15 Mbit/s", f"{ours[0]:.2f}", f"{peers[0]:.2f}")
            table.add(f"{peers[1] / ours[1]:.0f}x", "-", f"{what}, bytes received", f"{ours[1]:,.0f}", f"{peers[1]:,.0f}")
    table.print()


if __name__ == "__main__":
    sys.exit(main())
