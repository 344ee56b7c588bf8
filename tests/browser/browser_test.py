"""The start page in a real browser: headless Chromium over the demonstration archive."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import pydicom
import pydicom.data

from tests.support import junit
from tests.support.processes import Vitrine

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1280,1600"]


def chromium(*arguments):
    """Standard output of one headless run with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(["chromium", *FLAGS, f"--user-data-dir={profile}", *arguments], check=True, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


class StartPage(unittest.TestCase):
    def test_lists_studies_with_pictures(self):
        with Vitrine("--archive=demo=demo:") as vitrine:
            page = chromium("--virtual-time-budget=20000", "--dump-dom", f"http://{vitrine.http}/")
            self.assertEqual(len(re.findall(r"<section>", page)), 4)
            for modality in ("CT", "MR", "US", "DX"):
                self.assertIn(f"<figcaption>{modality} ", page)
            pictures = re.findall(r'<img[^>]* src="([^"]+)"', page)
            self.assertEqual(len(pictures), 4)
            for picture in pictures:
                status, headers, _ = vitrine.get("/" + picture.replace("&amp;", "&"))
                self.assertEqual((status, headers["Content-Type"]), (200, "image/jpeg"))
            self.assertIn('aria-busy="false"', page)
            self.assertNotIn('class="problem"', page)

    def test_a_patient_without_a_name(self):
        with tempfile.TemporaryDirectory() as folder:
            dataset = pydicom.dcmread(pydicom.data.get_testdata_file("CT_small.dcm"))
            dataset.PatientName = ""
            dataset.save_as(Path(folder) / "a.dcm")
            with Vitrine(f"--archive=a=dir:{folder}") as vitrine:
                page = chromium("--virtual-time-budget=20000", "--dump-dom", f"http://{vitrine.http}/")
        self.assertIn("<h2>No name</h2>", page)
        self.assertEqual(len(re.findall("<img", page)), 1)


if __name__ == "__main__":
    junit.main()
