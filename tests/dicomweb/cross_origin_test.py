"""Pages of other origins: what browsers ask before and read after (the Fetch standard), on answers of every kind. And an
OHIF site at the root that never swallows an error of the service."""

import json
import tempfile
import unittest
from pathlib import Path

from tests.support import junit
from tests.support.processes import Vitrine

OHIF = "https://ohif.example"
STUDIES = "/dicom-web/studies"
# What stock OHIF sends: frames with a quoted Accept, everything once there is a token.
PREFLIGHTS = ["accept", "accept,authorization", "authorization,content-type"]


class CrossOrigin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine("--renderer=cpu", f"--cors_origins={OHIF}, http://127.0.0.1:3000")
        cls.addClassCleanup(cls.vitrine.stop)
        study = json.loads(cls.vitrine.get(f"{STUDIES}?ModalitiesInStudy=US", "application/dicom+json")[2])[0]
        cls.study = f"{STUDIES}/{study['0020000D']['Value'][0]}"

    def ask(self, path, origin, method="GET", accept="*/*", **headers):
        return self.vitrine.get(path, accept, {"Origin": origin, **headers}, method)

    def test_answers_of_every_status_may_be_read(self):
        for path, accept, expected in ((STUDIES, "*/*", 200), (f"{self.study}/thumbnail", "image/jpeg", 200),
                                       (f"{STUDIES}/1.2.3/metadata", "*/*", 404), (f"{STUDIES}/x/series", "*/*", 400),
                                       (f"{self.study}/rendered", "text/html", 406), ("/nothing", "*/*", 404)):
            with self.subTest(path):
                status, headers, _ = self.ask(path, OHIF, accept=accept)
                self.assertEqual(status, expected)
                self.assertEqual(headers["Access-Control-Allow-Origin"], OHIF)
                self.assertEqual(headers["Cross-Origin-Resource-Policy"], "cross-origin")
                self.assertIn("Origin", ", ".join(headers.get_all("Vary")))
                self.assertIn("ETag", headers["Access-Control-Expose-Headers"])
        status, headers, _ = self.ask(STUDIES, OHIF, method="DELETE")
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (405, OHIF))

    def test_strangers_may_read_nothing(self):
        for origin in ("https://evil.example", "null", OHIF + ".evil.example", OHIF.replace("https", "http")):
            _, headers, _ = self.ask(STUDIES, origin)
            self.assertNotIn("Access-Control-Allow-Origin", headers)
            self.assertIn("Origin", ", ".join(headers.get_all("Vary")))
            _, headers, _ = self.ask(STUDIES, origin, method="OPTIONS", **{"Access-Control-Request-Method": "GET"})
            self.assertNotIn("Access-Control-Allow-Headers", headers)

    def test_preflights_need_no_token_and_name_authorization(self):
        for wanted in PREFLIGHTS:
            for path in (STUDIES, f"{self.study}/series/1.2/instances/3.4/frames/1", "/v1/measure"):
                status, headers, body = self.ask(path, OHIF, method="OPTIONS", **{
                    "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": wanted})
                self.assertEqual((status, body), (204, b""))
                allowed = {name.strip().lower() for name in headers["Access-Control-Allow-Headers"].split(",")}
                self.assertLessEqual(set(wanted.split(",")), allowed)
                self.assertEqual(headers["Access-Control-Allow-Origin"], OHIF)
                self.assertGreater(int(headers["Access-Control-Max-Age"]), 0)

    def test_without_a_list_nobody_may_read(self):
        with Vitrine("--renderer=cpu") as vitrine:
            _, headers, _ = vitrine.get(STUDIES, "*/*", {"Origin": OHIF})
            self.assertNotIn("Access-Control-Allow-Origin", headers)
            self.assertEqual(headers["Cross-Origin-Resource-Policy"], "same-origin")

    def test_a_star_is_for_everybody(self):
        with Vitrine("--renderer=cpu", "--cors_origins=*") as vitrine:
            self.assertEqual(vitrine.get(STUDIES, "*/*", {"Origin": OHIF})[1]["Access-Control-Allow-Origin"], "*")

    def test_what_is_no_origin_is_refused_at_the_start(self):
        for origins in ("ohif.example", f"{OHIF}/path", f"*,{OHIF}"):
            with self.assertRaises(RuntimeError):
                Vitrine(f"--cors_origins={origins}").stop()


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        Path(cls.folder.name, "index.html").write_text("<title>OHIF</title>")
        Path(cls.folder.name, "app-config.js").write_text("window.config = 'of the dist';")
        cls.vitrine = Vitrine("--renderer=cpu", f"--ohif={cls.folder.name}")
        cls.addClassCleanup(cls.vitrine.stop)

    def test_paths_of_the_application_are_its_page(self):
        for path in ("/", "/viewer?StudyInstanceUIDs=1.2.3", "/callback?code=1", "/viewer/1.2.3"):
            status, headers, body = self.vitrine.get(path)
            self.assertEqual((status, body), (200, b"<title>OHIF</title>"), path)
            self.assertEqual(headers["Cross-Origin-Opener-Policy"], "same-origin")
            self.assertEqual(headers["Cross-Origin-Embedder-Policy"], "require-corp")

    def test_the_configuration_is_ours(self):
        status, headers, body = self.vitrine.get("/app-config.js")
        self.assertEqual((status, headers["Cache-Control"]), (200, "no-cache"))
        self.assertIn(b"dicomWeb", body)
        self.assertNotIn(b"of the dist", body)

    # A page in the place of an error would make OHIF read HTML as DICOM.
    def test_errors_of_the_service_stay_errors(self):
        for path in ("/dicom-web", "/dicom-web/", "/dicom-web/studies/1.2.3/metadata", "/dicom-web/nothing", "/archives/x",
                     "/archives/x/dicom-web/studies", "/wado", "/v1/nothing", "/missing.js"):
            status, headers, _ = self.vitrine.get(path)
            self.assertIn(status, (400, 404), path)
            self.assertEqual(headers["Content-Type"], "application/problem+json", path)

    def test_the_viewer_and_all_it_needs_are_beside_it(self):
        status, headers, _ = self.vitrine.get("/vitrine/")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertEqual(self.vitrine.get("/vitrine/dicom-web/studies", "application/dicom+json")[0], 200)
        self.assertEqual(self.vitrine.get("/vitrine/dicom-web/studies/1.2.3/metadata", "application/dicom+json")[0], 404)
        # Not a page and not "only GET": the request arrives where it belongs.
        self.assertIn(self.vitrine.get("/vitrine/v1/describeSeries", method="POST")[0], (400, 415))

    def test_nothing_leads_out_of_the_folder(self):
        for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%00", "/.git/config"):
            self.assertNotIn(b"root:", self.vitrine.get(path)[2])
            self.assertIn(self.vitrine.get(path)[0], (400, 404), path)

    def test_a_folder_without_a_page_is_refused_at_the_start(self):
        with tempfile.TemporaryDirectory() as empty, self.assertRaises(RuntimeError):
            Vitrine(f"--ohif={empty}").stop()


if __name__ == "__main__":
    junit.main()
