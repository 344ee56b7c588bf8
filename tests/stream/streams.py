"""What the tests of streams share: views of the demonstration archive, and what the service says of itself."""

import json
import re
import urllib.request
from pathlib import Path

DEMO = "--archive=demo=demo:"


def target(vitrine, modality, instance=None):
    """The proto3 JSON of a Target: a series, or its instance number `instance` (from 0 on)."""
    _, _, body = vitrine.get(f"/dicom-web/instances?Modality={modality}&limit=1000")
    datasets = sorted(json.loads(body), key=lambda dataset: dataset["00200013"]["Value"][0])
    uid = lambda dataset, tag: dataset[tag]["Value"][0]
    first = datasets[instance or 0]
    found = {"studyInstanceUid": uid(first, "0020000D"), "seriesInstanceUid": uid(first, "0020000E")}
    if instance is not None:
        found["sopInstanceUid"] = uid(first, "00080018")
    return found


def metric(vitrine, name):
    """The sum of a metric's series; 0 where there is none."""
    with urllib.request.urlopen(f"http://{vitrine.admin}/metrics", timeout=10) as response:
        text = response.read().decode()
    return sum(float(value) for value in re.findall(rf"^{name}(?:\{{.*?\}})? (\S+)$", text, re.MULTILINE))


def resident_mib(vitrine):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{vitrine.process.pid}/status").read_text()).group(1)) / 1024


def open_files(vitrine):
    return len(list(Path(f"/proc/{vitrine.process.pid}/fd").iterdir()))
