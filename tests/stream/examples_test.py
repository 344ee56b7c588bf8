"""The examples, in Python and with @grpc/grpc-js, against the demonstration archive."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests.stream import streams
from tests.support import junit
from tests.support.pictures import decoded
from tests.support.processes import Vitrine

# The sources themselves, where node_modules is; runfiles are links to them.
EXAMPLES = Path(os.path.realpath("examples/interact.mjs")).parent


class Examples(unittest.TestCase):
    def check(self, *command, **environment):
        with Vitrine(streams.DEMO, "--renderer=cpu", "--log_level=error") as vitrine, tempfile.TemporaryDirectory() as folder:
            series = streams.target(vitrine, "CT")
            file = Path(folder) / "volume.png"
            run = subprocess.run([*command, vitrine.grpc, series["studyInstanceUid"], series["seriesInstanceUid"], str(file)],
                                 env={**os.environ, **environment}, capture_output=True, text=True, timeout=120)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            pixels = decoded(file.read_bytes())
        frames = re.findall(r"^(\d+): (\d+) x (\d+) (\S+), \d+ bytes(, preliminary)?$", run.stdout, re.MULTILINE)
        sequences = [int(frame[0]) for frame in frames]
        self.assertEqual(sequences, sorted(sequences))
        self.assertGreaterEqual(len(set(sequences)), 20)
        self.assertEqual(frames[-1][0], "20")
        self.assertEqual(frames[-1][3:], ("image/png", ""))
        self.assertEqual(pixels.shape, (512, 512, 3))
        self.assertGreater(pixels.max(), 100)

    def test_python(self):
        self.check(sys.executable, "examples/interact.py", PYTHONPATH="tests/orthanc")  # Where the stubs lie.

    def test_node(self):
        self.check("node", str(EXAMPLES / "interact.mjs"))


if __name__ == "__main__":
    junit.main()
