"""Unmodified OHIF viewers, as npm has them, on the service alone: lists, thumbnails, stored and virtual series."""

import os
import subprocess
import unittest
from pathlib import Path

from tests.support import junit
from tests.support.processes import Vitrine

# The sources themselves, where the sites and node_modules are; runfiles are links to them.
FOLDER = Path(os.path.realpath("tests/ohif/ohif.mjs")).parent


class Ohif(unittest.TestCase):
    def visit(self, version):
        site = FOLDER / "sites" / version
        if not (site / "index.html").exists():
            self.skipTest("`./dev test` fetches OHIF from npm")
        pictures = os.environ.get("TEST_UNDECLARED_OUTPUTS_DIR", os.environ.get("TEST_TMPDIR", "."))
        with Vitrine("--archive=demo=demo:", "--virtual_series", "--renderer=cpu", f"--ohif={site}") as vitrine:
            visit = subprocess.run(["node", str(FOLDER / "ohif.mjs"), version, f"http://{vitrine.http}/", pictures],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
        self.assertEqual(visit.returncode, 0, visit.stdout)
        return visit.stdout

    def test_version_3(self):
        self.assertIn("asked for frames, metadata, thumbnail", self.visit("3"))

    def test_version_2(self):
        self.assertIn("asked for frames, metadata", self.visit("2"))


if __name__ == "__main__":
    junit.main()
