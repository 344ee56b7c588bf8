"""2D pictures from Vitrine and from Orthanc, side by side in one run, and the codec limit of the same cores.

Both serve the same slices (the chest CT of VITRINE_TEST_DATA, otherwise the demonstration CT) of the same Orthanc. Load comes from
wrk on the same machine. Rounds of both sides alternate, and medians are compared.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.sources import chest_ct, instance_paths
from bench.table import Table
from tests.support.processes import Orthanc, Vitrine

SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
CONNECTIONS = 8
CORES = len(os.sched_getaffinity(0))


class Load:
    """wrk runs that never ask for the same window twice unless told to."""

    def __init__(self, paths):
        self.file = tempfile.NamedTemporaryFile("w", suffix=".txt")
        self.file.write("\n".join(paths) + "\n")
        self.file.flush()
        self.first = 0

    def run(self, root, media, repeat=False):
        """Requests a second; stops the bench where a request failed."""
        self.first += 1_000_000
        environment = {**os.environ, "PATHS": self.file.name, "FORMAT": media, "REPEAT": "1" if repeat else "0",
                       "FIRST": str(self.first)}
        script = Path(__file__).with_name("load.lua")
        output = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS:g}s", "-s", str(script), root],
                                env=environment, check=True, capture_output=True, text=True).stdout
        rate, errors, _, _ = next(line for line in output.splitlines() if line.startswith("RESULT")).split()[1:]
        if int(errors):
            sys.exit(f"{errors} requests to {root} failed:\n{output}")
        return float(rate)


def compare(load, ours, peers, media, repeat=False):
    """Medians of alternating rounds: (ours, peer's)."""
    load.run(ours, media, repeat)  # Warms both sides' caches of decoded frames.
    load.run(peers, media, repeat)
    rates = [(load.run(ours, media, repeat), load.run(peers, media, repeat)) for _ in range(ROUNDS)]
    return tuple(statistics.median(side) for side in zip(*rates))


def codec_limit(media, files):
    binary = Path("bazel-bin/bench/codec_limit")
    runs = [subprocess.run([binary, media, f"{SECONDS:g}", str(CORES), *files], check=True, capture_output=True, text=True)
            for _ in range(ROUNDS)]
    return statistics.median(float(run.stdout) for run in runs)


def curl_seconds(url, accept):
    output = subprocess.run(["curl", "-s", "-o", "/dev/null", "-f", "-w", "%{time_total}", "-H", f"Accept: {accept}", url],
                            check=True, capture_output=True, text=True).stdout
    return float(output)


def cold(table, vitrine, orthanc, paths):
    """Every instance once; the order of the two sides alternates."""
    ours, peers = [], []
    for index, path in enumerate(paths):
        picture = lambda: ours.append(curl_seconds(f"http://{vitrine.http}/dicom-web{path}/rendered", "image/jpeg"))
        transfer = lambda: peers.append(curl_seconds(
            f"{orthanc.url}{path}", 'multipart/related; type="application/dicom"; transfer-syntax=*'))
        for step in ((picture, transfer), (transfer, picture))[index % 2]:
            step()
    picture_ms, transfer_ms = 1000 * statistics.median(ours), 1000 * statistics.median(peers)
    table.add(f"{picture_ms - transfer_ms:+.2f} ms", "<= +3 ms", "cold instance to picture, against its bare transfer",
              f"{picture_ms:.2f} ms", f"{transfer_ms:.2f} ms")


def main():
    files = chest_ct()
    table = Table()
    with Orthanc() as orthanc:
        orthanc.upload(Path(file).read_bytes() for file in files)
        paths = instance_paths(files)
        os.environ["VITRINE_BINARY_UNDER_TEST"] = "bazel-bin/service/vitrine"
        with Vitrine(f"--archive=orthanc={orthanc.url}", "--renderer=cpu") as vitrine:
            cold(table, vitrine, orthanc, paths)
            load = Load([f"/dicom-web{path}" for path in paths])
            ours_root, peer_root = f"http://{vitrine.http}", orthanc.rest
            for media, target, share_target in (("jpeg", 3, "0.75"), ("png", 4, "-")):
                ours, peers = compare(load, ours_root, peer_root, media)
                table.add(f"{ours / peers:.1f}x", f">= {target}x", f"{media.upper()}, every request another window",
                          f"{ours:.0f}/s", f"{peers:.1f}/s")
                limit = codec_limit(media, files)
                table.add(f"{ours / limit:.2f}", f">= {share_target}" if media == "jpeg" else "-",
                          f"{media.upper()}, share of the codec limit", f"{ours:.0f}/s", f"{limit:.0f}/s")
            ours, peers = compare(load, ours_root, peer_root, "jpeg", repeat=True)
            table.add(f"{ours / peers:.0f}x", ">= 15x", "JPEG, encoded pictures cached", f"{ours:.0f}/s", f"{peers:.1f}/s")
    table.print()


main()
