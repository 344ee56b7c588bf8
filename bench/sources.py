"""The images that the benchmarks run on."""

import os
import sys
import tempfile
from pathlib import Path

import pydicom

_scratch = tempfile.TemporaryDirectory()


def chest_ct():
    """Files of the chest CT, or of the demonstration CT where the real one is absent."""
    folder = Path(os.environ.get("VITRINE_TEST_DATA", "")) / "ct_chest_lidc"
    files = sorted(str(path) for path in folder.glob("*.dcm")) if os.environ.get("VITRINE_TEST_DATA") else []
    if files:
        return files
    print("ct_chest_lidc is absent: using the demonstration CT", file=sys.stderr)
    return demo_ct()


def demo_ct():
    """The demonstration CT as files, written by bench/write_demo."""
    import subprocess
    subprocess.run(["bazel-bin/bench/write_demo", "CT", _scratch.name], check=True)
    return sorted(str(path) for path in Path(_scratch.name).glob("*.dcm"))


def instance_paths(files):
    """The DICOMweb path of every file, below the root."""
    paths = []
    for file in files:
        dataset = pydicom.dcmread(file, stop_before_pixels=True)
        paths.append(f"/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"
                     f"/instances/{dataset.SOPInstanceUID}")
    return paths
