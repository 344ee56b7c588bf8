"""Resident memory: idle, and under load that overflows every cache."""

import os
import re
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from bench.sources import chest_ct, instance_paths
from bench.table import Table
from tests.support.processes import Vitrine

MIB = 1 << 20
BUDGETS = {"archive_cache_bytes": 64, "frame_cache_bytes": 32, "picture_cache_bytes": 32}  # MiB
ALLOWANCE = 150  # MiB over the budgets.
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))


def resident_mib(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


class Peak(threading.Thread):
    """Samples a process' resident memory until stopped."""

    def __init__(self, process):
        super().__init__()
        self.process, self.peak, self.running = process, 0, True

    def run(self):
        while self.running:
            self.peak = max(self.peak, resident_mib(self.process))
            time.sleep(0.02)

    def stop(self):
        self.running = False
        self.join()
        return self.peak


def load(root, paths):
    """JPEG and PNG requests, each for another window."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("\n".join(f"/dicom-web{path}" for path in paths) + "\n")
        file.flush()
        for media in ("jpeg", "png"):
            output = subprocess.run(
                ["wrk", "-t1", "-c16", f"-d{SECONDS:g}s", "-s", str(Path(__file__).with_name("load.lua")), root], check=True,
                env={**os.environ, "PATHS": file.name, "FORMAT": media}, capture_output=True, text=True).stdout
            assert "RESULT" in output, output


def cache_bytes(vitrine):
    """{cache: bytes} from the metrics."""
    text = subprocess.run(["curl", "-sf", f"http://{vitrine.admin}/metrics"], check=True, capture_output=True, text=True).stdout
    return {name: float(value) for name, value in re.findall(r'vitrine_cache_bytes\{cache="(\w+)"\} (\S+)', text)}


def main():
    os.environ["VITRINE_BINARY_UNDER_TEST"] = "bazel-bin/service/vitrine"
    table = Table()
    files = chest_ct()
    flags = [f"--{name}={budget}MiB" for name, budget in BUDGETS.items()]
    flags.append(f"--max_instance_bytes={BUDGETS['archive_cache_bytes']}MiB")
    with Vitrine(f"--archive=ct=dir:{Path(files[0]).parent}", "--renderer=cpu", *flags) as vitrine:
        time.sleep(2)
        idle = resident_mib(vitrine.process)
        table.add(f"{idle / 150:.2f}", "<= 1", "idle RSS, against 150 MiB", f"{idle:.0f} MiB", "150 MiB")
        peak = Peak(vitrine.process)
        peak.start()
        load(f"http://{vitrine.http}", instance_paths(files))
        used = peak.stop()
        limit = sum(BUDGETS.values()) + ALLOWANCE
        table.add(f"{used / limit:.2f}", "<= 1", "peak RSS under load, against budgets + 150 MiB", f"{used:.0f} MiB",
                  f"{limit} MiB")
        held_caches = {"instances": "archive_cache_bytes", "frames": "frame_cache_bytes", "pictures": "picture_cache_bytes"}
        held_bytes = cache_bytes(vitrine)
        for cache, budget_name in sorted(held_caches.items()):
            held, budget = held_bytes[cache], BUDGETS[budget_name]
            table.add(f"{held / MIB / budget:.2f}", "<= 1", f"bytes in the cache of {cache}, against its budget",
                      f"{held / MIB:.1f} MiB", f"{budget} MiB")
    table.print()


if __name__ == "__main__":
    main()
