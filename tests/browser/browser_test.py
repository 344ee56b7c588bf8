"""The viewer in a real browser, on a desktop and on a phone."""

import shutil
import tempfile
import unittest
from pathlib import Path

import pydicom
import pydicom.data

from tests.browser import driver
from tests.browser.measured import Measured
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

    def test_planes(self):
        self.both("planes")

    def test_volume(self):
        self.both("volume")

    def test_cine(self):
        self.both("cine")

    def test_touch(self):
        driver.run(self, "touch", "phone", self.url)

    def test_accessible(self):
        self.both("accessible")

    def test_installed(self):
        self.both("installed")


class Recovery(unittest.TestCase):
    """The worker ends and another one takes its address, or ends a stream."""

    def test_asleep(self):
        with Vitrine("--archive=demo=demo:", "--stream_idle_timeout=1s") as vitrine:
            driver.run(self, "asleep", "desktop", f"http://{vitrine.http}/")

    def test_recover(self):
        for size in ("desktop", "phone"):
            with self.subTest(size):
                servers = [Vitrine("--archive=demo=demo:")]
                self.addCleanup(lambda servers=servers: servers[-1].stop())
                address = servers[0].http

                def start():
                    servers.append(Vitrine("--archive=demo=demo:", f"--http_listen={address}"))
                    return "started"

                driver.run(self, "recover", size, f"http://{address}/", {"stop": servers[0].stop, "start": start})



class Measuring(unittest.TestCase):
    def test_measure(self):
        source = pydicom.data.get_testdata_file("CT_small.dcm")
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(source, folder)
            with Vitrine(f"--archive=a=dir:{folder}") as vitrine:
                for size in ("desktop", "phone"):
                    with self.subTest(size):
                        driver.run(self, "measure", size, f"http://{vitrine.http}/", Measured(pydicom.dcmread(source)).answers())

    def test_without_stream(self):
        source = pydicom.data.get_testdata_file("CT_small.dcm")
        values = Measured(pydicom.dcmread(source)).values
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(source, folder)
            with Vitrine(f"--archive=a=dir:{folder}") as vitrine:
                driver.run(self, "without_stream", "desktop", f"http://{vitrine.http}/", minimum=values.min(), maximum=values.max())


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
