"""Every golden case on every backend: no sample may differ by more than 1 of 255; of volume renderings, whose samples
are composited in single precision, by more than 8, and they by no more than 1 on average."""

import json
import os
import unittest
from pathlib import Path

import numpy as np
from PIL import Image

from tests.golden.golden import cases, render, service
from tests.support import junit
from tests.support.pictures import decoded

CASES = cases("tests/golden/cases")
OUTPUTS = Path(os.environ.get("TEST_UNDECLARED_OUTPUTS_DIR", "/tmp"))


class Golden(unittest.TestCase):
    def compare(self, name, folder, picture):
        actual, expected = decoded(picture), decoded((folder / "expected.png").read_bytes())
        self.assertEqual(actual.shape, expected.shape)
        full_range = 65535 if max(actual.max(), expected.max()) > 255 else 255
        difference = np.abs(actual - expected) * 255 / full_range
        composited = json.loads((folder / "case.json").read_text()).get("volume_rendering", False)
        if difference.max() <= (8 if composited else 1) and difference.mean() <= 1:
            return
        (OUTPUTS / f"{name}.actual.png").write_bytes(picture)
        Image.fromarray(np.clip(difference * 16, 0, 255).astype(np.uint8)).save(OUTPUTS / f"{name}.diff.png")
        self.fail(f"{(difference > 1).sum()} samples differ, by up to {difference.max():.1f}; see {OUTPUTS}. "
                  f"If the new picture is right: ./dev golden --accept {name}")

    def test_cases(self):
        self.assertGreater(len(CASES), 0)
        for renderer in ("cpu", "egl"):
            with service(renderer) as vitrine:
                for name, folder in CASES.items():
                    with self.subTest(case=name, renderer=vitrine.renderer):
                        self.compare(name, folder, render(vitrine, folder))


if __name__ == "__main__":
    junit.main()
