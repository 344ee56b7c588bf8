"""The viewer in a real browser, on a desktop and on a phone."""

import json
import re
import shutil
import tempfile
import unittest
import urllib.request
from pathlib import Path

import pydicom
import pydicom.data

from tests.browser import driver
from tests.browser.hosts import FilesHost
from tests.browser.measured import Measured
from tests.support import junit
from tests.support.processes import Orthanc, Vitrine
from tests.support.slow_archive import SlowArchive


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



class Elsewhere(unittest.TestCase):
    """Pages of other origins than the service's."""

    def host(self, files):
        host = FilesHost(files)
        self.addCleanup(host.stop)
        return host

    def service(self, origin):
        vitrine = Vitrine("--archive=demo=demo:", f"--cors_origins={origin.rstrip('/')}")
        self.addCleanup(vitrine.stop)
        return vitrine

    def test_embedded(self):
        files = {}
        host = self.host(files)
        vitrine = self.service(host.url)
        study = json.loads(vitrine.get("/dicom-web/studies?ModalitiesInStudy=CT", "application/dicom+json")[2])[0]["0020000D"]["Value"][0]
        page = Path("tests/browser/pages/host.html").read_text().replace("SERVICE", f"http://{vitrine.http}").replace("STUDY", study)
        files["/host.html"] = ("text/html", page.encode())

        def streams():
            with urllib.request.urlopen(f"http://{vitrine.admin}/metrics", timeout=10) as response:
                found = re.search(r"^vitrine_streams_open{transport=\"websocket\"} (\d+)$", response.read().decode(), re.MULTILINE)
            return found[1]

        driver.run(self, "embedded", "desktop", f"http://{vitrine.http}/", {"streams": streams}, host=f"{host.url}host.html")

    def test_static_host(self):
        types = {"js": "text/javascript", "html": "text/html", "css": "text/css", "svg": "image/svg+xml", "png": "image/png",
                 "webmanifest": "application/manifest+json"}
        files = {f"/some/where/{path.name}": (types[path.suffix[1:]], path.read_bytes())
                 for path in Path("viewer/dist").iterdir() if path.suffix != ".gz"}
        files["/some/where/"] = files["/some/where/index.html"]
        host = self.host(files)
        vitrine = self.service(host.url)
        for size, transport in (("desktop", "stream"), ("phone", "http")):
            with self.subTest(size):
                config = json.dumps({"service": f"http://{vitrine.http}/", "stream": transport == "stream"})
                files["/some/where/app-config.js"] = ("text/javascript", f"window.config = {config};".encode())
                driver.run(self, "static_host", size, f"http://{vitrine.http}/", host=f"{host.url}some/where/", transport=transport)


class BehindOrthanc(unittest.TestCase):
    """The same stories where the images come from a PACS."""

    def test_stack_and_planes(self):
        with Vitrine("--archive=demo=demo:") as demo:
            found = json.loads(demo.get("/dicom-web/instances?Modality=CT", "application/dicom+json")[2])
            paths = ["/dicom-web/studies/{}/series/{}/instances/{}".format(*(one[tag]["Value"][0] for tag in ("0020000D", "0020000E", "00080018")))
                     for one in found]
            files = [demo.get(path, "application/dicom")[2] for path in paths]
        with Orthanc() as orthanc:
            orthanc.upload(files)
            with Vitrine(f"--archive=pacs={orthanc.url}") as vitrine:
                for case in ("stack", "planes"):
                    with self.subTest(case):
                        driver.run(self, case, "desktop", f"http://{vitrine.http}/")


class BehindASlowLine(unittest.TestCase):
    def test_loading(self):
        with Vitrine("--archive=demo=demo:") as demo:
            for size in ("desktop", "phone"):
                with self.subTest(size), SlowArchive(f"http://{demo.http}/dicom-web", 10e6) as archive:
                    with Vitrine(f"--archive=slow={archive.url}") as vitrine:
                        driver.run(self, "loading", size, f"http://{vitrine.http}/", {"hold": archive.hold, "release": archive.release})


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
