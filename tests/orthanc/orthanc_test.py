"""Vitrine in front of a real Orthanc, driven over HTTP and over gRPC by clients that are not ours."""

import io
import json
import os
import unittest
import urllib.request
import warnings
from pathlib import Path

import grpc
import numpy as np
import pydicom
import pydicom.data
from PIL import Image

from tests.conformance import reference, stored
from tests.orthanc import grpc_client
from tests.support import junit
from tests.support.multipart import parts_of
from tests.support.pictures import decoded, rounded
from tests.support.processes import Orthanc, Vitrine

warnings.simplefilter("ignore")  # pydicom's, about the files' values.
PACKAGED = Path(pydicom.data.__file__).parent / "test_files"
DATA = os.environ.get("VITRINE_TEST_DATA")
UNKNOWN = "1.2.3.4.5.6.7.8.9"
DICOM_JSON = "application/dicom+json"


def uids_of(path):
    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    return str(dataset.StudyInstanceUID), str(dataset.SeriesInstanceUID), str(dataset.SOPInstanceUID)


def instance_path(uids):
    return "/dicom-web/studies/{}/series/{}/instances/{}".format(*uids)


CT = PACKAGED / "CT_small.dcm"
MR = PACKAGED / "MR_small_RLE.dcm"
COLOR = PACKAGED / "SC_rgb_rle_2frame.dcm"
JPEG = PACKAGED / "SC_rgb_dcmtk_+eb+cy+np.dcm"
J2K = PACKAGED / "693_J2KI.dcm"
JPEG_12_BITS = PACKAGED / "JPGExtended.dcm"
BIG_ENDIAN = PACKAGED / "ExplVR_BigEnd.dcm"
REPORT = PACKAGED / "test-SR.dcm"
PACKAGED_IMAGES = [CT, MR, COLOR, JPEG, J2K, JPEG_12_BITS, BIG_ENDIAN]


def data_images():
    """20 slices of a real series, and files in further transfer syntaxes."""
    if DATA is None:
        return []
    folder = Path(DATA) / "transfer_syntaxes"
    further = [folder / name for name in ("CT2_J2KR", "TestPattern_JPEG-LS-Lossless.dcm", "TestPattern_Palette.dcm",
                                          "TestPattern_JPEG-Lossless_RGB.dcm", "US-YBR_FULL_422-EVRLE.dcm",
                                          "CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm")]
    return sorted((Path(DATA) / "ct_chest_lidc").iterdir())[100:120] + further


class OrthancTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.orthanc = Orthanc()
        cls.addClassCleanup(cls.orthanc.stop)
        cls.images = PACKAGED_IMAGES + data_images()
        cls.orthanc.upload(path.read_bytes() for path in [*cls.images, REPORT])
        cls.vitrine = Vitrine(f"--archive=pacs={cls.orthanc.url}", "--renderer=cpu", "--server_timing")
        cls.addClassCleanup(cls.vitrine.stop)
        cls.grpc = grpc_client.Client(cls.vitrine.grpc)
        cls.addClassCleanup(cls.grpc.close)
        cls.ct = uids_of(CT)

    def get(self, path, accept="image/png", **kwargs):
        return self.vitrine.get(path, accept, **kwargs)

    def picture(self, path, accept="image/png"):
        status, headers, body = self.get(path, accept)
        self.assertEqual(status, 200, body[:300])
        return decoded(body)

    def from_orthanc(self, path):
        request = urllib.request.Request(self.orthanc.rest + path, headers={"Accept": DICOM_JSON})
        with urllib.request.urlopen(request, timeout=60) as response:
            # Its own URIs lead to the service instead.
            return json.loads((response.read() or b"[]").replace(self.orthanc.url.encode(), f"http://{self.vitrine.http}/dicom-web".encode()))

    def assert_close(self, actual, expected, bound=1):
        self.assertEqual(actual.shape, expected.shape)
        self.assertLessEqual(np.abs(actual - expected).max(), bound)


class Search(OrthancTest):
    def test_searches_are_the_archives(self):
        study, series, _ = self.ct
        for path in ("studies", "studies?PatientID=1CT1", "studies?ModalitiesInStudy=MR&includefield=00081030",
                     f"studies/{study}/series", f"studies/{study}/series/{series}/instances?includefield=00280010",
                     "series?Modality=CT", "instances?limit=2", "studies?PatientName=no*body"):
            with self.subTest(path):
                status, headers, body = self.get(f"/dicom-web/{path}", DICOM_JSON)
                self.assertEqual(status, 200)
                self.assertEqual(headers["Content-Type"], DICOM_JSON)
                self.assertEqual(json.loads(body), self.from_orthanc(f"/dicom-web/{path}"))

    def test_metadata_is_the_archives(self):
        study, series, instance = self.ct
        for path in (f"studies/{study}", f"studies/{study}/series/{series}", instance_path(self.ct)[len("/dicom-web/"):]):
            with self.subTest(path):
                status, _, body = self.get(f"/dicom-web/{path}/metadata", DICOM_JSON)
                self.assertEqual(status, 200)
                self.assertEqual(json.loads(body), self.from_orthanc(f"/dicom-web/{path}/metadata"))

    def test_unknown_objects(self):
        study, series, _ = self.ct
        for path in (f"/dicom-web/studies/{UNKNOWN}/metadata", instance_path((study, series, UNKNOWN)) + "/metadata"):
            self.assertEqual(self.get(path, DICOM_JSON)[0], 404, path)

    def test_json_must_be_acceptable(self):
        self.assertEqual(self.get("/dicom-web/studies", "image/png")[0], 406)


class Rendered(OrthancTest):
    def test_every_image_equals_the_reference(self):
        for path in self.images:
            with self.subTest(path.name):
                image = stored.Image(path)
                actual = self.picture(f"{instance_path(uids_of(path))}/frames/{image.frames}/rendered")
                low, high = reference.bounds(image, image.frames)
                self.assertEqual(actual.shape, low.shape)
                self.assertEqual(int(((actual < low) | (actual > high)).sum()), 0)

    def test_window(self):
        image = stored.Image(CT)
        for function, name in (("LINEAR", "linear"), ("LINEAR_EXACT", "linear-exact"), ("SIGMOID", "sigmoid")):
            with self.subTest(name):
                actual = self.picture(f"{instance_path(self.ct)}/rendered?window=40,400,{name}")
                expected = reference.picture(image, 1, reference.Window(40, 400, function))
                self.assert_close(actual, rounded(expected))

    def test_bits_and_inversion(self):
        url = instance_path(self.ct) + "/rendered"
        deep = self.picture(url + "?vitrine-bits=16")
        self.assert_close(deep, rounded(reference.picture(stored.Image(CT), 1, bits=16)))
        # The padding of CT_small stays black when the rest is inverted, and there is none in it.
        self.assert_close(self.picture(url + "?vitrine-invert=yes"), 255 - self.picture(url))

    def test_viewport_scales_by_area(self):
        actual = self.picture(instance_path(self.ct) + "/rendered?viewport=64,64")
        display = reference.picture(stored.Image(CT), 1)
        self.assert_close(actual, rounded(display.reshape(64, 2, 64, 2).mean(axis=(1, 3))))

    def test_viewport_keeps_the_aspect_ratio(self):
        for viewport, size in (("100,50", (50, 50)), ("256,300", (256, 256)), ("40,40,0,0,128,64", (20, 40))):
            with self.subTest(viewport):
                self.assertEqual(self.picture(f"{instance_path(self.ct)}/rendered?viewport={viewport}").shape, size)

    def test_viewport_crops_and_flips(self):
        whole = self.picture(instance_path(self.ct) + "/rendered")
        region = whole[20:52, 10:74]
        for viewport, expected in (("64,32,10,20,64,32", region), ("64,32,10,20,-64,32", region[:, ::-1]),
                                   ("64,32,10,20,64,-32", region[::-1]), ("118,118,10,10", whole[10:, 10:]),
                                   ("128,118,,10", whole[10:])):
            with self.subTest(viewport):
                actual = self.picture(f"{instance_path(self.ct)}/rendered?viewport={viewport}")
                self.assert_close(actual, expected, bound=0)

    def test_jpeg(self):
        url = instance_path(self.ct) + "/rendered"
        sizes = []
        for quality in (10, 50, 90, 100):
            status, headers, body = self.get(f"{url}?quality={quality}", "image/jpeg")
            self.assertEqual((status, headers["Content-Type"]), (200, "image/jpeg"))
            self.assertEqual(body[:2], b"\xff\xd8")
            sizes.append(len(body))
        self.assertEqual(sizes, sorted(set(sizes)))
        # At quality 100 the quantisation steps are 1: what is left is the rounding of coefficients and samples.
        self.assert_close(decoded(body), self.picture(url), bound=3)

    def test_default_media_type(self):
        for accept in ("*/*", "image/*", "image/jpeg", "image/webp, */*;q=0.1", "image/png;q=0.2, image/jpeg;q=0.3"):
            with self.subTest(accept):
                status, headers, _ = self.get(instance_path(self.ct) + "/rendered", accept)
                self.assertEqual((status, headers["Content-Type"]), (200, "image/jpeg"))

    def test_grey_gifs_are_lossless(self):
        url = instance_path(self.ct) + "/rendered"
        status, headers, body = self.get(url, "image/gif")
        self.assertEqual((status, headers["Content-Type"]), (200, "image/gif"))
        self.assert_close(np.array(Image.open(io.BytesIO(body)).convert("L")).astype(int), self.picture(url), bound=0)

    def test_accept_parameter(self):
        url = instance_path(self.ct) + "/rendered?accept=image/png"
        self.assertEqual(self.get(url, "*/*")[1]["Content-Type"], "image/png")
        # It takes the place of the header, which not every client can set.
        self.assertEqual(self.get(url, "image/jpeg")[1]["Content-Type"], "image/png")
        self.assertEqual(self.get(instance_path(self.ct) + "/rendered?accept=text/plain", "image/jpeg")[0], 406)

    def test_not_acceptable(self):
        url = instance_path(self.ct) + "/rendered"
        for accept in ("image/webp", "text/html", "video/mp4", "image/png;q=0"):
            self.assertEqual(self.get(url, accept)[0], 406, accept)
        self.assertEqual(self.get(url, "image/png, application/dicom")[0], 400)
        self.assertEqual(self.get(instance_path(uids_of(COLOR)) + "/frames/1,2/rendered", "image/png")[0], 406)

    def test_multipart(self):
        path = instance_path(uids_of(COLOR))
        image = stored.Image(COLOR)
        for url in (f"{path}/frames/1,2/rendered", f"{path}/rendered"):
            with self.subTest(url):
                status, headers, body = self.get(url, 'multipart/related; type="image/png"')
                self.assertEqual(status, 200)
                self.assertTrue(headers["Content-Type"].startswith('multipart/related; type="image/png"; boundary='))
                parts = parts_of(headers, body)
                self.assertEqual(len(parts), 2)
                for number, (part_headers, content) in enumerate(parts, 1):
                    self.assertEqual(part_headers["content-type"], "image/png")
                    self.assertEqual(int(part_headers["content-length"]), len(content))
                    self.assertTrue(part_headers["content-location"].endswith(f"{path}/frames/{number}"))
                    self.assert_close(decoded(content), rounded(reference.picture(image, number)))

    def test_bad_parameters_say_what_is_wrong(self):
        url = instance_path(self.ct) + "/rendered?"
        for query, word in (("window=40,400", "window"), ("window=a,400,linear", "center"), ("window=40,0.5,linear", "width"),
                            ("window=40,0,sigmoid", "width"), ("window=40,400,LINEAR", "function"),
                            ("window=40,400,linear&window=1,2,linear", "more than once"), ("viewport=0,10", "viewport"),
                            ("viewport=10", "viewport"), ("viewport=10,10,0,0,200,200", "region"),
                            ("viewport=99999,99999", "at most"), ("viewport=10,10,", "viewport"), ("quality=0", "quality"),
                            ("quality=101", "quality"), ("quality=high", "quality"), ("vitrine-bits=12", "vitrine-bits"),
                            ("vitrine-invert=maybe", "vitrine-invert"), ("window=nan,400,linear", "center"),
                            ("window=1e400,400,linear", "center")):
            with self.subTest(query):
                status, headers, body = self.get(url + query)
                self.assertEqual(status, 400, body)
                self.assertEqual(headers["Content-Type"], "application/problem+json")
                problem = json.loads(body)
                self.assertEqual((problem["status"], problem["category"]), (400, "invalid_request"))
                self.assertIn(word, problem["detail"])
                self.assertTrue(problem["request_id"])
        status, _, body = self.get(url + "vitrine-bits=16", "image/jpeg")
        self.assertEqual(status, 400, body)

    def test_bad_paths(self):
        study, series, instance = self.ct
        path = instance_path(self.ct)
        for url, status in ((f"/dicom-web/studies/x/series/{series}/instances/{instance}/rendered", 400),
                            (path + "/frames/0/rendered", 400), (path + "/frames/2,1/rendered", 400),
                            (path + "/frames/a/rendered", 400), (path + "/frames/2/rendered", 404),
                            (path + "/frames/1/picture", 404), ("/nothing", 404),
                            ("/archives/other" + path + "/rendered", 404),
                            (instance_path((study, series, UNKNOWN)) + "/rendered", 404),
                            (instance_path((UNKNOWN, series, instance)) + "/rendered", 404),
                            (instance_path(uids_of(REPORT)) + "/rendered", 501)):
            with self.subTest(url):
                actual, headers, body = self.get(url)
                self.assertEqual(actual, status, body)
                self.assertEqual(headers["Content-Type"], "application/problem+json")

    def test_unknown_parameters_are_ignored(self):
        url = instance_path(self.ct) + "/rendered"
        self.assertEqual(self.get(url + "?no-such=thing&annotation=")[2], self.get(url)[2])

    def test_named_archive(self):
        path = instance_path(self.ct) + "/rendered"
        self.assertEqual(self.get("/archives/pacs" + path)[2], self.get(path)[2])

    def test_window_of_a_colour_image_is_ignored_with_a_warning(self):
        url = instance_path(uids_of(COLOR)) + "/rendered"
        _, headers, body = self.get(url + "?window=40,400,linear")
        self.assertIn("299", headers["Warning"])
        self.assertEqual(body, self.get(url)[2])

    def test_headers_and_conditional_requests(self):
        url = instance_path(self.ct) + "/rendered"
        _, headers, body = self.get(url)
        etag = headers["ETag"]
        self.assertRegex(etag, '^"[0-9a-f]{32}"$')
        self.assertIn("private", headers["Cache-Control"])
        self.assertIn("Accept", headers["Vary"])
        self.assertIn("render;dur=", headers["Server-Timing"])
        self.assertEqual(int(headers["Content-Length"]), len(body))
        for value in (etag, f'"other", {etag}', f"W/{etag}", "*"):
            status, headers, empty = self.get(url, headers={"If-None-Match": value})
            self.assertEqual((status, headers["ETag"], empty), (304, etag, b""), value)
        self.assertEqual(self.get(url, headers={"If-None-Match": '"other"'})[0], 200)
        others = {self.get(url + query, accept)[1]["ETag"] for query, accept in
                  (("", "image/jpeg"), ("?window=40,400,linear", "image/png"), ("?viewport=64,64", "image/png"))}
        self.assertEqual(len(others | {etag}), 4)

    def test_head(self):
        url = instance_path(self.ct) + "/rendered"
        _, expected, body = self.get(url)
        status, headers, empty = self.get(url, method="HEAD")
        self.assertEqual((status, empty), (200, b""))
        for name in ("ETag", "Content-Type", "Content-Length"):
            self.assertEqual(headers[name], expected[name])

    def test_other_methods(self):
        status, headers, _ = self.get(instance_path(self.ct) + "/rendered", method="POST")
        self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))


class Rpc(OrthancTest):
    def assert_error(self, code, category, request):
        with self.assertRaises(grpc.RpcError) as raised:
            self.grpc.render(request)
        self.assertEqual(raised.exception.code(), code, raised.exception.details())
        self.assertTrue(raised.exception.details())
        trailers = dict(raised.exception.trailing_metadata())
        self.assertEqual(trailers["vitrine-error-category"], category)

    def test_same_bytes_as_http(self):
        png, jpeg = grpc_client.Output.PNG, grpc_client.Output.JPEG
        plain = grpc_client.render_request(self.ct)
        windowed = grpc_client.render_request(self.ct, format=png, bits=16)
        windowed.view.window.center, windowed.view.window.width = 40, 400
        windowed.view.window.function = grpc_client.Window.SIGMOID
        scaled = grpc_client.render_request(self.ct, format=png, width=60, height=60)
        region = scaled.view.frame.source_region
        region.left, region.top, region.width, region.height = 4, 8, 100, 50
        scaled.view.frame.flip_horizontal = scaled.view.frame.invert = True
        second = grpc_client.render_request(uids_of(COLOR), frame=2, format=jpeg, quality=60)
        for request, uids, suffix, accept in (
                (plain, self.ct, "/rendered", "image/jpeg"),
                (windowed, self.ct, "/rendered?window=40,400,sigmoid&vitrine-bits=16", "image/png"),
                (scaled, self.ct, "/rendered?viewport=60,60,4,8,-100,50&vitrine-invert=yes", "image/png"),
                (second, uids_of(COLOR), "/frames/2/rendered?quality=60", "image/jpeg")):
            with self.subTest(suffix):
                response = self.grpc.render(request)
                status, headers, body = self.get(instance_path(uids) + suffix, accept)
                self.assertEqual(status, 200, body)
                self.assertEqual(response.picture.data, body)
                self.assertEqual(f'"{response.etag}"', headers["ETag"])
                self.assertEqual(response.picture.media_type, headers["Content-Type"])
                self.assertEqual(response.picture.lossy, accept == "image/jpeg")
                rows, columns = decoded(body).shape[:2]
                self.assertEqual((response.picture.height, response.picture.width), (rows, columns))

    def test_errors(self):
        study, series, instance = self.ct
        code = grpc.StatusCode
        self.assert_error(code.INVALID_ARGUMENT, "invalid_request", grpc_client.RenderRequest())
        self.assert_error(code.INVALID_ARGUMENT, "invalid_request", grpc_client.render_request((study, series, "x")))
        self.assert_error(code.INVALID_ARGUMENT, "invalid_request", grpc_client.render_request(self.ct, quality=101))
        self.assert_error(code.NOT_FOUND, "not_found", grpc_client.render_request((study, series, UNKNOWN)))
        self.assert_error(code.NOT_FOUND, "not_found", grpc_client.render_request(self.ct, frame=7))
        self.assert_error(code.UNIMPLEMENTED, "unsupported", grpc_client.render_request(uids_of(REPORT)))
        elsewhere = grpc_client.render_request(self.ct)
        elsewhere.view.target.archive = "other"
        self.assert_error(code.NOT_FOUND, "not_found", elsewhere)
        sliced = grpc_client.render_request(self.ct)
        sliced.view.slice.slab_thickness_mm = 3
        self.assert_error(code.INVALID_ARGUMENT, "invalid_request", sliced)  # One image is no volume.

    def test_describe_series(self):
        request = grpc_client.DescribeSeriesRequest()
        request.target.study_instance_uid, request.target.series_instance_uid, _ = self.ct
        answer = self.grpc.describe_series(request)
        dataset = pydicom.dcmread(CT)
        self.assertEqual(answer.modality, "CT")
        self.assertEqual(len(answer.instances), 1)
        instance = answer.instances[0]
        self.assertEqual(instance.sop_instance_uid, dataset.SOPInstanceUID)
        self.assertEqual((instance.rows, instance.columns, instance.number_of_frames), (128, 128, 1))
        self.assertAlmostEqual(instance.row_spacing_mm, float(dataset.PixelSpacing[0]))
        position = instance.image_position
        self.assertEqual([position.x, position.y, position.z], [float(v) for v in dataset.ImagePositionPatient])
        self.assertEqual(instance.not_renderable, "")

    def test_describe_series_of_a_report(self):
        request = grpc_client.DescribeSeriesRequest()
        request.target.study_instance_uid, request.target.series_instance_uid, _ = uids_of(REPORT)
        answer = self.grpc.describe_series(request)
        self.assertNotEqual(answer.instances[0].not_renderable, "")

    def test_health_and_reflection(self):
        # HealthCheckRequest of the whole server; HealthCheckResponse: field 1, SERVING.
        self.assertEqual(self.grpc.raw("/grpc.health.v1.Health/Check", b""), b"\x08\x01")
        # ServerReflectionRequest: field 7, list_services.
        method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
        answers = self.grpc.raw_stream(method, [b"\x3a\x01*"])
        self.assertIn(b"vitrine.v1.RenderService", answers[0])
        self.assertIn(b"grpc.health.v1.Health", answers[0])


class Archive(unittest.TestCase):
    def test_readiness_follows_the_archive(self):
        orthanc = Orthanc()
        self.addCleanup(orthanc.stop)
        with Vitrine(f"--archive=pacs={orthanc.url}", "--renderer=cpu", "--archive_connect_timeout=1s") as vitrine:
            vitrine.await_ready(200)
            orthanc.stop()
            vitrine.await_ready(503)
            status, _, body = vitrine.get("/dicom-web/studies", DICOM_JSON)
            self.assertEqual((status, json.loads(body)["category"]), (502, "archive_unreachable"))


if __name__ == "__main__":
    junit.main()
