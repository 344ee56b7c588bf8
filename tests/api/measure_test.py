"""Measure over HTTP and over gRPC: real files against numpy on pydicom's pixels, and a phantom with known answers."""

import json
import math
import tempfile
import unittest
import urllib.request
import warnings
from pathlib import Path

import grpc
import numpy as np
import pydicom
import pydicom.data
from google.protobuf import json_format
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.orthanc import grpc_client
from tests.support import junit
from tests.support.processes import Vitrine
from tests.volumes import phantom

warnings.simplefilter("ignore")  # pydicom's, about the files' values.
PACKAGED = Path(pydicom.data.__file__).parent / "test_files"
CT = PACKAGED / "CT_small.dcm"
MR = PACKAGED / "MR_small.dcm"
COLOR = PACKAGED / "SC_rgb_rle_2frame.dcm"


def write_variant(source, path, number, **attributes):
    """A copy of a file as another instance with other attributes; None takes one away."""
    dataset = pydicom.dcmread(source)
    dataset.SOPInstanceUID = f"{dataset.SOPInstanceUID}.{number}"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    for name, value in attributes.items():
        if value is None:
            if name in dataset:
                delattr(dataset, name)
        else:
            setattr(dataset, name, value)
    for tag in ("PixelPaddingValue", "PixelPaddingRangeLimit"):
        if tag in dataset:
            dataset[tag].VR = "SS" if dataset.PixelRepresentation else "US"
    dataset.save_as(path)
    return path


def region():
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = 1, 1, 0
    item.RegionLocationMinX0, item.RegionLocationMinY0 = 2, 3
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = 51, 42
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = 3
    item.PhysicalDeltaX, item.PhysicalDeltaY = 0.05, 0.02
    return Sequence([item])


class MeasureTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        root = Path(folder.name)
        for path in (CT, MR, COLOR):
            (root / path.name).write_bytes(path.read_bytes())
        phantom.write_series(root, "axial")
        phantom.write_series(root, "oblique")
        cls.detector = write_variant(CT, root / "detector.dcm", 1, PixelSpacing=None, ImagerPixelSpacing=[0.2, 0.1],
                                     EstimatedRadiographicMagnificationFactor=2)
        cls.film = write_variant(CT, root / "film.dcm", 2, PixelSpacing=None, NominalScannedPixelSpacing=[0.3, 0.4])
        cls.ultrasound = write_variant(CT, root / "ultrasound.dcm", 3, SequenceOfUltrasoundRegions=region())
        cls.padded = write_variant(CT, root / "padded.dcm", 4, PixelPaddingValue=0, PixelPaddingRangeLimit=500)
        cls.vitrine = Vitrine(f"--archive=dir:{root}", "--max_measure_megasamples=1", "--renderer=cpu",
                              "--log_level=error")
        cls.addClassCleanup(cls.vitrine.stop)
        cls.client = grpc_client.Client(cls.vitrine.grpc)
        cls.addClassCleanup(cls.client.close)

    @staticmethod
    def frame_view(path, **frame):
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        return {"target": {"studyInstanceUid": str(dataset.StudyInstanceUID),
                           "seriesInstanceUid": str(dataset.SeriesInstanceUID),
                           "sopInstanceUid": str(dataset.SOPInstanceUID)}, "frame": frame}

    @staticmethod
    def slice_view(name="axial", **view):
        return {"target": {"studyInstanceUid": phantom.STUDY, "seriesInstanceUid": phantom.series_uid(name)}, "slice": view}

    @staticmethod
    def shape(kind, *points):
        return {"kind": kind, "points": [dict(zip("xyz", map(float, point))) for point in points]}

    def measure(self, view, *shapes):
        """The answer, which both faces give alike."""
        request = {"view": view, "shapes": list(shapes)}
        status, headers, body = self.vitrine.post("/v1/measure", request)
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"), body)
        over_grpc = self.client.measure(json_format.ParseDict(request, grpc_client.MeasureRequest()))
        self.assertEqual(json_format.Parse(body, grpc_client.MeasureResponse()), over_grpc)
        return json.loads(body)

    def refused(self, view, *shapes, status=400, code=grpc.StatusCode.INVALID_ARGUMENT):
        """The reason, which both faces give alike."""
        request = {"view": view, "shapes": list(shapes)}
        answer, headers, body = self.vitrine.post("/v1/measure", request)
        self.assertEqual((answer, headers["Content-Type"]), (status, "application/problem+json"), body)
        with self.assertRaises(grpc.RpcError) as raised:
            self.client.measure(json_format.ParseDict(request, grpc_client.MeasureRequest()))
        self.assertEqual((raised.exception.code(), raised.exception.details()), (code, json.loads(body)["detail"]))
        return raised.exception.details()


class Frames(MeasureTest):
    def check_statistics(self, path, kind, corner, opposite, values, excluded=None):
        """Against numpy on the pixels whose centres lie inside."""
        rows, columns = values.shape
        y, x = np.mgrid[0:rows, 0:columns] + 0.5
        left, right = sorted((corner[0], opposite[0]))
        top, bottom = sorted((corner[1], opposite[1]))
        if kind == "RECTANGLE":
            inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        else:
            across, down = (right - left) / 2, (bottom - top) / 2
            inside = ((x - (left + right) / 2) / across) ** 2 + ((y - (top + bottom) / 2) / down) ** 2 <= 1
        if excluded is not None:
            inside &= ~excluded
        chosen = values[inside]
        statistics = self.measure(self.frame_view(path), self.shape(kind, corner, opposite))["results"][0]["statistics"]
        self.assertEqual(statistics["samples"], chosen.size)
        self.assertGreater(chosen.size, 0)
        for name, expected in (("mean", chosen.mean()), ("standardDeviation", chosen.std()), ("minimum", chosen.min()),
                               ("maximum", chosen.max())):
            self.assertAlmostEqual(statistics[name], expected, places=8)

    def test_statistics_are_those_of_numpy(self):
        for path in (CT, MR):
            dataset = pydicom.dcmread(path)
            slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
            values = dataset.pixel_array.astype(float) * slope + intercept
            for kind in ("RECTANGLE", "ELLIPSE"):
                for corner, opposite in (((10, 12), (50, 40)), ((33.3, 50.2), (20.1, 7.7)), ((-5, -5), (30, 30))):
                    with self.subTest(path.name, kind=kind, corner=corner):
                        self.check_statistics(path, kind, corner, opposite, values)

    def test_points_are_pixels(self):
        dataset = pydicom.dcmread(CT)
        points = [(0, 0), (5.9, 7.1), (127.99, 127.99), (64, 3)]
        answer = self.measure(self.frame_view(CT), *[self.shape("POINT", point) for point in points],
                              self.shape("POINT", (128, 0)))
        for point, result in zip(points, answer["results"]):
            stored = dataset.pixel_array[int(point[1]), int(point[0])]
            self.assertEqual(result["value"], stored * dataset.RescaleSlope + dataset.RescaleIntercept)
        self.assertNotIn("value", answer["results"][4])
        self.assertEqual(answer["unit"], "HU")
        self.assertEqual(self.measure(self.frame_view(MR), self.shape("POINT", (1, 1)))["unit"], "")

    def test_padding_is_left_out(self):
        dataset = pydicom.dcmread(self.padded)
        values = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
        excluded = (dataset.pixel_array >= 0) & (dataset.pixel_array <= 500)
        self.assertTrue(excluded.any() and not excluded.all())
        self.check_statistics(self.padded, "ELLIPSE", (2, 2), (126, 126), values, excluded)

    def test_lengths_say_where_they_come_from(self):
        down, across = map(float, pydicom.dcmread(CT).PixelSpacing)
        cases = [(CT, across, down, "PIXEL_SPACING"), (self.detector, 0.05, 0.1, "IMAGER_PIXEL_SPACING"),
                 (self.film, 0.4, 0.3, "NOMINAL_SCANNED_PIXEL_SPACING"), (self.ultrasound, 0.5, 0.2, "ULTRASOUND_REGION")]
        for path, x_mm, y_mm, source in cases:
            with self.subTest(source):
                answer = self.measure(self.frame_view(path), self.shape("LENGTH", (4, 5), (34, 21)),
                                      self.shape("ANGLE", (34, 5), (4, 5), (34, 21)), self.shape("ELLIPSE", (4, 5), (34, 21)))
                length, angle, ellipse = answer["results"]
                self.assertAlmostEqual(length["lengthPixels"], 34, places=9)
                self.assertAlmostEqual(length["lengthMm"], math.hypot(30 * x_mm, 16 * y_mm), places=9)
                self.assertAlmostEqual(angle["angleDegrees"], math.degrees(math.atan2(16 * y_mm, 30 * x_mm)), places=9)
                self.assertAlmostEqual(ellipse["statistics"]["areaMm2"], math.pi / 4 * 30 * x_mm * 16 * y_mm, places=6)
                self.assertEqual({length["spacingSource"], angle["spacingSource"], ellipse["spacingSource"]}, {source})
        outside = self.measure(self.frame_view(self.ultrasound), self.shape("LENGTH", (0, 0), (3, 4)))["results"][0]
        self.assertNotIn("lengthMm", outside)
        self.assertEqual((outside["lengthPixels"], outside["spacingSource"]), (5, "SPACING_SOURCE_UNSPECIFIED"))

    def test_colour_has_lengths_and_no_values(self):
        answer = self.measure(self.frame_view(COLOR, frameNumber=2), self.shape("LENGTH", (0, 0), (3, 4)))
        self.assertEqual(answer["results"][0]["lengthPixels"], 5)
        self.assertIn("colour", self.refused(self.frame_view(COLOR), self.shape("ELLIPSE", (0, 0), (3, 4))))

    def test_refusals(self):
        point = self.shape("POINT", (1, 1))
        self.refused(self.frame_view(CT))
        self.refused(self.frame_view(CT), *[point] * 257)
        self.assertIn("shapes[1]", self.refused(self.frame_view(CT), point, self.shape("LENGTH", (1, 1))))
        self.refused(self.frame_view(CT, frameNumber=2), point, status=404, code=grpc.StatusCode.NOT_FOUND)
        view = self.frame_view(CT)
        view["target"]["sopInstanceUid"] = "1.2.3"
        self.refused(view, point, status=404, code=grpc.StatusCode.NOT_FOUND)
        whole = self.shape("RECTANGLE", (0, 0), (128, 128))  # 64 of them are a mega.
        self.measure(self.frame_view(CT), *[whole] * 64)
        self.refused(self.frame_view(CT), *[whole] * 65, status=413, code=grpc.StatusCode.OUT_OF_RANGE)

    def test_unknown_fields_are_named(self):
        status, _, body = self.vitrine.post("/v1/measure", {"view": self.frame_view(CT), "shapes": [{"kid": "POINT"}]})
        self.assertEqual(status, 400)
        self.assertIn("(shapes[0]) kid", json.loads(body)["detail"])


class Planes(MeasureTest):
    @staticmethod
    def value_at(position):
        """Of the phantom, which is linear: its voxels are rounded to 1, which SLOPE * SPACING makes whole for axial ones."""
        return 1000 + float(np.dot(phantom.SLOPE, position))

    @classmethod
    def plane(cls, look_at, forward, up=(0, 0, 1)):
        """A camera and its right and down, by the right-hand rule."""
        look_at, forward, up = (np.array(vector, float) for vector in (look_at, forward, up))
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, up)
        right /= np.linalg.norm(right)
        vector = lambda values: dict(zip("xyz", map(float, values)))
        camera = {"position": vector(look_at - 100 * forward), "lookAt": vector(look_at), "up": vector(up)}
        return camera, right, np.cross(forward, right)

    def test_points_of_an_oblique_plane(self):
        for name, tolerance in (("axial", 1e-6), ("oblique", 0.6)):
            camera, right, down = self.plane((1, 2, 3), (1, 2, -0.5))
            places = [np.array((1, 2, 3)) + a * right + b * down for a, b in ((0, 0), (7.3, -4.1), (-6, 5.5))]
            answer = self.measure(self.slice_view(name, camera=camera), *[self.shape("POINT", place) for place in places])
            for place, result in zip(places, answer["results"]):
                self.assertAlmostEqual(result["value"], self.value_at(place), delta=tolerance)
            self.assertEqual(answer["unit"], "HU")

    def test_lengths_angles_and_areas(self):
        camera, right, down = self.plane((0, 0, 0), (0.3, 1, 0.2))
        a, b, c = -3 * right, 3 * right, -3 * right + 8 * down
        answer = self.measure(self.slice_view(camera=camera), self.shape("LENGTH", b, c), self.shape("ANGLE", b, a, c),
                              self.shape("RECTANGLE", b, c), self.shape("ELLIPSE", b, c))
        length, angle, rectangle, ellipse = answer["results"]
        self.assertAlmostEqual(length["lengthMm"], 10, places=6)
        self.assertNotIn("lengthPixels", length)
        self.assertAlmostEqual(angle["angleDegrees"], 90, places=6)
        self.assertAlmostEqual(rectangle["statistics"]["areaMm2"], 48, places=5)
        self.assertAlmostEqual(ellipse["statistics"]["areaMm2"], 12 * math.pi, places=5)
        self.assertEqual(length["spacingSource"], "VOLUME_GEOMETRY")

    def test_statistics_of_voxels(self):
        """On an acquired plane the samples are the voxels."""
        k = 12
        z = (k - (phantom.SIZE - 1) / 2) * phantom.SPACING
        camera, right, down = self.plane((0, 0, z), (0, 0, 1), (0, -1, 0))
        centre, radius = np.array((3, -5, z)), np.array((9, 6.5))
        x = (np.arange(phantom.SIZE) - (phantom.SIZE - 1) / 2) * phantom.SPACING
        xx, yy = np.meshgrid(x, x)
        inside = ((xx - 3) / 9) ** 2 + ((yy + 5) / 6.5) ** 2 <= 1
        values = 1000 + np.stack([xx, yy, np.full_like(xx, z)], -1)[inside] @ phantom.SLOPE
        answer = self.measure(self.slice_view(camera=camera), self.shape(
            "ELLIPSE", centre - radius[0] * right - radius[1] * down, centre + radius[0] * right + radius[1] * down))
        statistics = answer["results"][0]["statistics"]
        self.assertEqual(statistics["samples"], values.size)
        self.assertAlmostEqual(statistics["mean"], values.mean(), places=6)
        self.assertAlmostEqual(statistics["standardDeviation"], values.std(), places=6)
        self.assertAlmostEqual(statistics["minimum"], values.min(), places=6)
        self.assertAlmostEqual(statistics["maximum"], values.max(), places=6)

    def test_a_slab_shows_its_brightest(self):
        camera, _, _ = self.plane((0, 0, 0), (0, 1, 0))
        for projection, y in (("MAXIMUM_INTENSITY", 5), ("MINIMUM_INTENSITY", -5), ("AVERAGE_INTENSITY", 0)):
            answer = self.measure(self.slice_view(camera=camera, slabThicknessMm=12, projection=projection),
                                  self.shape("POINT", (4, 0, 2)))
            self.assertAlmostEqual(answer["results"][0]["value"], self.value_at((4, y, 2)), places=6)

    def test_refusals(self):
        camera, _, _ = self.plane((0, 0, 0), (0, 1, 0))
        point = self.shape("POINT", (4, 0.02, 2))
        self.assertIn("shapes[0].points[0]", self.refused(self.slice_view(camera=camera), point))
        volume = self.slice_view()
        volume["volume"] = volume.pop("slice")
        self.refused(volume, point)
        curve = [{"x": 0, "y": 0, "z": 0}, {"x": 5, "y": 0, "z": 0}]
        self.refused(self.slice_view(camera=camera, curve=curve), point)
        report = self.slice_view()
        report["target"]["seriesInstanceUid"] = "1.2.3"
        self.refused(report, point, status=404, code=grpc.StatusCode.NOT_FOUND)

    def test_requests_are_counted(self):
        self.measure(self.slice_view(), self.shape("LENGTH", (0, 0, 0), (1, 0, 0)))
        with urllib.request.urlopen(f"http://{self.vitrine.admin}/metrics") as response:
            text = response.read().decode()
        self.assertIn('route="json_measure"', text)
        self.assertIn('route="grpc_measure"', text)


if __name__ == "__main__":
    junit.main()
