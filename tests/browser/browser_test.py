"""The viewer in a real browser, on a desktop and on a phone."""

import tempfile
import unittest
from pathlib import Path

import pydicom
import pydicom.data

from tests.browser import driver
from tests.support import junit
from tests.support.processes import Vitrine


class Demonstration(unittest.TestCase):
    """Over the demonstration archive."""

    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine("--archive=demo=demo:")
        cls.addClassCleanup(cls.vitrine.stop)
        cls.url = f"http://{cls.vitrine.http}/"

    def both(self, case, **options):
        for size in ("desktop", "phone"):
            with self.subTest(size):
                driver.run(self, case, size, self.url, **options)

    def test_studies(self):
        self.both("studies")

    def test_stack(self):
        self.both("stack")


class Odd(unittest.TestCase):
    def test_a_patient_without_a_name(self):
        with tempfile.TemporaryDirectory() as folder:
            dataset = pydicom.dcmread(pydicom.data.get_testdata_file("CT_small.dcm"))
            dataset.PatientName = ""
            dataset.save_as(Path(folder) / "a.dcm")
            with Vitrine(f"--archive=a=dir:{folder}") as vitrine:
                driver.run(self, "no_name", "desktop", f"http://{vitrine.http}/")


if __name__ == "__main__":
    junit.main()
