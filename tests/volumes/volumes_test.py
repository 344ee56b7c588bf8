"""renderedmpr and rendered3d over a folder of files: which side of the patient ends up where, metadata, and bad requests."""

import io
import json
import os
import re
import tempfile
import unittest
from pathlib import Path

import grpc
import numpy as np
import pydicom
from PIL import Image

from tests.orthanc import grpc_client
from tests.support import junit
from tests.support.multipart import parts_of
from tests.support.pictures import decoded, rounded
from tests.support.processes import Vitrine
from tests.volumes import phantom

LEFT, POSTERIOR, HEAD = np.eye(3)
# Right and down of each orientation's picture, as a person who stands on that side sees the patient (PS3.18 8.3.5.3.4).
VIEWS = {
    "a": (LEFT, -HEAD), "p": (-LEFT, -HEAD), "r": (-POSTERIOR, -HEAD),
    "l": (POSTERIOR, -HEAD), "h": (-LEFT, POSTERIOR), "f": (LEFT, POSTERIOR),
}
# Every value of the phantom, also in its corners.
WIDTH = 6000


class VolumesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        for name in phantom.ACQUISITIONS:
            phantom.write_series(Path(folder.name), name)
        phantom.write_presentation_state(Path(folder.name))
        cls.vitrine = Vitrine(f"--archive=dir:{folder.name}", "--renderer=cpu", "--log_level=error")
        cls.addClassCleanup(cls.vitrine.stop)

    def path(self, resource, query="", name="axial", below=""):
        return (f"/dicom-web/studies/{phantom.STUDY}/series/{phantom.series_uid(name)}{below}/{resource}"
                + (f"?{query}" if query else ""))

    def get(self, resource, query="", name="axial", accept="image/png", below=""):
        return self.vitrine.get(self.path(resource, query, name, below), accept)

    def picture(self, resource, query, name="axial"):
        status, _, body = self.get(resource, query, name)
        self.assertEqual(status, 200, body[:300])
        return decoded(body)


class Sides(VolumesTest):
    def check(self, resource, query, name, orientation):
        """In the middle half of the picture the values rise to the right and down as the patient does."""
        pixels = self.picture(resource, f"{query}&orientation={orientation}&viewport=48,48&vitrine-bits=16&vitrine-fov=24"
                              f"&window=1000,{WIDTH},linear-exact", name)
        self.assertEqual(pixels.shape, (48, 48))
        values = pixels * WIDTH / 65535
        right, down = VIEWS[orientation]
        # Stored values are whole, so each of the two is off by half at most.
        self.assertAlmostEqual(values[24, 47] - values[24, 0], 23.5 * (phantom.SLOPE @ right), delta=1.5)
        self.assertAlmostEqual(values[47, 24] - values[0, 24], 23.5 * (phantom.SLOPE @ down), delta=1.5)

    def test_planes_of_every_acquisition(self):
        for name in phantom.ACQUISITIONS:
            for orientation in VIEWS:
                with self.subTest(acquisition=name, orientation=orientation):
                    self.check("renderedmpr", "", name, orientation)

    def test_slabs(self):
        for name in ("axial", "tilted_gantry", "sagittal"):
            for orientation in VIEWS:
                with self.subTest(acquisition=name, orientation=orientation):
                    self.check("renderedmpr", "mprslab=6&renderingmethod=average_ip", name, orientation)

    def test_projections(self):
        # Along the axes of the volume each ray passes through as much of the patient as the next.
        for name in ("axial", "axial_feet_first", "coronal"):
            for orientation in VIEWS:
                with self.subTest(acquisition=name, orientation=orientation):
                    self.check("rendered3d", "renderingmethod=average_ip", name, orientation)

    def test_a_viewpoint_is_the_orientation_that_it_describes(self):
        by_name = self.picture("renderedmpr", "orientation=f")
        by_viewpoint = self.picture("renderedmpr", "viewpointposition=0,0,-500&viewpointlookat=0,0,0&viewpointup=0,-1,0")
        np.testing.assert_array_equal(by_name, by_viewpoint)

    def test_the_plane_passes_through_the_look_at_point(self):
        query = ("viewpointposition=0,0,-500&viewpointlookat=0,0,{}&viewpointup=0,-1,0&vitrine-bits=16"
                 f"&window=1000,{WIDTH},linear-exact")
        low, high = (self.picture("renderedmpr", query.format(z)) * WIDTH / 65535 for z in (-5, 5))
        np.testing.assert_allclose(high - low, 10 * phantom.SLOPE[2], atol=1.5)


class Extent(VolumesTest):
    def test_the_box_fits_without_padding(self):
        for resource in ("renderedmpr", "rendered3d"):
            with self.subTest(resource):
                # Every value is above the window: what is black is not the volume.
                pixels = self.picture(resource, "viewport=300,200&renderingmethod=maximum_ip&window=-2000,10,linear")
                self.assertEqual(pixels.shape, (200, 200))
                self.assertTrue((pixels == 255).all())

    def test_defaults(self):
        status, headers, body = self.get("renderedmpr", accept="*/*")
        self.assertEqual((status, headers["Content-Type"]), (200, "image/jpeg"))
        self.assertEqual(Image.open(io.BytesIO(body)).size, (512, 512))
        self.assertIn("private", headers["Cache-Control"])


class Metadata(VolumesTest):
    def test_of_a_plane(self):
        status, headers, body = self.get("renderedmpr", "renderedvolumetricmetadata=yes&mprslab=5",
                                         accept="application/dicom+json")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/dicom+json"))
        values = {tag: element["Value"] for tag, element in json.loads(body).items()}
        self.assertEqual(values["00720510"], ["MPR"])
        self.assertEqual(values["0070120D"], ["AVERAGE_IP"])
        self.assertEqual(values["00701503"], [5])
        np.testing.assert_allclose(values["00701604"], [0, 0, 0], atol=1e-9)
        self.assertEqual(values["00701605"], [0, 0, 1])
        self.assertLess(values["00701603"][1], -20)
        self.assertEqual((values["00281050"], values["00281051"]), ([1000], [2500]))
        self.assertEqual(values["00281056"], ["LINEAR"])

    def test_of_a_swivel(self):
        query = "renderedvolumetricmetadata=yes&swivelrange=180&animationrate=20&renderingmethod=minimum_ip"
        first = self.get("rendered3D", query, accept="application/json")
        self.assertEqual(first[0], 200)
        values = {tag: element["Value"] for tag, element in json.loads(first[2]).items()}
        self.assertEqual(values["00720510"], ["3D_RENDERING"])
        self.assertEqual(values["0070120D"], ["MINIMUM_IP"])
        self.assertEqual([values[tag] for tag in ("00701A06", "00701A05", "00701A03")], [[180], [5], [20]])
        self.assertEqual(self.get("rendered3d", query, accept="*/*")[2], first[2])

    def test_needs_its_media_type(self):
        self.assertEqual(self.get("renderedmpr", "renderedvolumetricmetadata=yes", accept="image/png")[0], 406)


class Animations(VolumesTest):
    SWIVEL = "renderingmethod=maximum_ip&swivelrange=90&animationstepsize=30&viewport=64,64"

    def test_a_swivel_as_gif_and_as_parts(self):
        status, headers, body = self.get("rendered3d", self.SWIVEL, accept="*/*")
        self.assertEqual((status, headers["Content-Type"]), (200, "image/gif"))
        animation = Image.open(io.BytesIO(body))
        self.assertEqual(animation.n_frames, 6)  # Four, and two on the way back.
        self.assertEqual(animation.info["duration"], 100)
        status, headers, body = self.get("rendered3d", self.SWIVEL, accept='multipart/related; type="image/png"')
        self.assertEqual(status, 200)
        parts = [content for _, content in parts_of(headers, body)]
        self.assertEqual(len(parts), 4)
        for index, part in enumerate(parts):
            animation.seek(index)
            np.testing.assert_array_equal(np.array(animation.convert("L")), decoded(part))
        self.assertEqual(self.get("rendered3d", self.SWIVEL, accept="image/jpeg")[0], 406)

    def test_a_curve(self):
        curve = "volumetriccurvepoint=-15,0,0&volumetriccurvepoint=15,0,0&viewport=60,60"
        still = self.picture("renderedmpr", curve)
        self.assertEqual(still.shape, (60, 45))  # 30 mm of path, 40 mm across.
        status, headers, body = self.get("renderedmpr", curve + "&animationstepsize=10", accept="*/*")
        self.assertEqual((status, headers["Content-Type"]), (200, "image/gif"))
        self.assertEqual(Image.open(io.BytesIO(body)).n_frames, 4)


class Http(VolumesTest):
    def test_levels(self):
        study = f"/dicom-web/studies/{phantom.STUDY}"
        reference = phantom.instance_uid("coronal", 3)
        for path in (f"{study}/renderedmpr?volumeinputreference={reference}",
                     f"{study}/rendered3d?renderingmethod=maximum_ip&SeriesDescription=coronal",
                     f"{study}/series/rendered3d?renderingmethod=maximum_ip&volumeinputreference={reference}"):
            with self.subTest(path):
                status, _, body = self.vitrine.get(path, "image/png")
                self.assertEqual(status, 200, body[:300])

    def test_entity_tags(self):
        _, headers, _ = self.get("renderedmpr")
        status, _, body = self.vitrine.get(self.path("renderedmpr"), "image/png", {"If-None-Match": headers["ETag"]})
        self.assertEqual((status, body), (304, b""))
        self.assertNotEqual(self.get("renderedmpr", "orientation=h")[1]["ETag"], headers["ETag"])

    def test_bad_requests_have_a_reason(self):
        mpr = ["orientation=x", "orientation=a&viewpointup=0,0,1", "viewpointposition=1,2,3&viewpointlookat=1,2,3",
               "viewpointup=0,0,0", "viewpointup=0,1,0", "viewpointposition=nan,0,0", "viewpointposition=0,0",
               "mprslab=0", "mprslab=-3", "renderingmethod=volume_rendered", "renderingmethod=average_ip,maximum_ip",
               "viewport=64,64,0,0,8,8", "viewport=100000,100000", "volumetriccurvepoint=1,2,3", "window=40,400",
               "volumeinputreference=1.2.3", "volumeinputreference=x",
               f"volumeinputreference={phantom.instance_uid('axial', 0)}&EchoTime=30", "mprslab=1&mprslab=2",
               "renderedvolumetricmetadata=no", "vitrine-zoom=0", "vitrine-crop=0,0,0,0,1,1", "vitrine-bits=12",
               "volumetriccurvepoint=0,0,0,0,0,0",
               "volumetriccurvepoint=0,0,0,9,0,0&animationstepsize=0.01"]
        volume = ["swivelrange=0", "swivelrange=400", "swivelrange=360&animationstepsize=0.1", "animationrate=0",
                  "vitrine-preset=none", "vitrine-transfer-function=0,0,0,0,0", "vitrine-invert=yes",
                  "vitrine-transfer-function=0,0,0,0,0,0,1,1,1,1", "renderingmethod=mip"]
        for resource, queries in (("renderedmpr", mpr), ("rendered3d", volume)):
            for query in queries:
                with self.subTest(f"{resource}?{query}"):
                    status, headers, body = self.get(resource, query, accept="*/*")
                    self.assertEqual(status, 400, body[:300])
                    self.assertEqual(headers["Content-Type"], "application/problem+json")
                    self.assertGreater(len(json.loads(body)["detail"]), 10)
        self.assertEqual(self.get("renderedmpr")[0], 200)

    def test_the_documented_presets_are_those_that_there_are(self):
        _, _, body = self.get("rendered3d", "vitrine-preset=none")
        known = json.loads(body)["detail"].split(": ")[-1].split(", ")
        row = next(line for line in Path("docs/conformance.md").read_text().splitlines()
                   if line.startswith("| `vitrine-preset`"))
        self.assertEqual(re.findall("`([^`]+)`", row.split("|")[4]), known)
        for name in known:
            status, _, body = self.get("rendered3d", f"vitrine-preset={name}&viewport=32,32")
            self.assertEqual(status, 200, body[:300])

    def test_too_much(self):
        self.assertEqual(self.get("renderedmpr", "mprslab=900000&viewport=512,512")[0], 413)

    def test_one_image_is_no_volume(self):
        below = f"/instances/{phantom.instance_uid('axial', 0)}"
        status, _, body = self.get("renderedmpr", below=below)
        self.assertEqual(status, 400, body[:300])

    def test_presentation_states_are_not_rendered(self):
        below = f"/instances/{phantom.instance_uid('state', 0)}"
        status, _, body = self.get("renderedmpr", name="state", below=below)
        self.assertEqual(status, 501)
        self.assertIn("Planar MPR", json.loads(body)["detail"])

    def test_no_accept_header(self):
        for query in ("", "renderedvolumetricmetadata=yes"):
            with self.subTest(query):
                self.assertEqual(self.get("renderedmpr", query, accept="")[0], 406)


@unittest.skipUnless(os.environ.get("VITRINE_TEST_DATA"), "needs a real series")
class RealSeries(unittest.TestCase):
    """Planes of a real CT against the same planes cut out of what pydicom reads."""

    @classmethod
    def setUpClass(cls):
        files = sorted((Path(os.environ["VITRINE_TEST_DATA"]) / "ct_chest_lidc").iterdir())
        slices = sorted((pydicom.dcmread(file) for file in files if file.suffix == ".dcm" or not file.suffix),
                        key=lambda dataset: dataset.ImagePositionPatient[2])[100:130]
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        for dataset in slices:
            os.symlink(dataset.filename, Path(folder.name) / Path(dataset.filename).name)
        cls.vitrine = Vitrine(f"--archive=dir:{folder.name}", "--renderer=cpu", "--log_level=error")
        cls.addClassCleanup(cls.vitrine.stop)
        first = cls.first = slices[0]
        cls.path = f"/dicom-web/studies/{first.StudyInstanceUID}/series/{first.SeriesInstanceUID}/renderedmpr"
        cls.values = np.stack([dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
                               for dataset in slices])
        cls.z = np.array([float(dataset.ImagePositionPatient[2]) for dataset in slices])
        cls.spacing = float(first.PixelSpacing[0])
        cls.padding = cls.values == first.get("PixelPaddingValue", -9999) * first.RescaleSlope + first.RescaleIntercept

    def check(self, query, expected, padding):
        status, _, body = self.vitrine.get(f"{self.path}?{query}&window=40,400,linear-exact", "image/png")
        self.assertEqual(status, 200, body[:300])
        actual = decoded(body)
        self.assertEqual(actual.shape, expected.shape)
        display = rounded(np.clip((expected - 40) / 400 + 0.5, 0, 1) * 255)
        self.assertLessEqual(np.abs(actual - display)[~padding].max(), 1)

    def test_a_plane_through_a_slice_is_the_slice(self):
        x, y, _ = (float(value) for value in self.first.ImagePositionPatient)
        middle = 511 / 2 * self.spacing
        index = 11
        camera = (f"viewpointlookat={x + middle:.6f},{y + middle:.6f},{self.z[index]:.6f}"
                  f"&viewpointposition={x + middle:.6f},{y + middle:.6f},{self.z[index] - 100:.6f}&viewpointup=0,-1,0")
        self.check(f"{camera}&viewport=512,512", self.values[index], self.padding[index])

    def test_a_coronal_plane_is_interpolated_between_the_slices(self):
        x, y, _ = (float(value) for value in self.first.ImagePositionPatient)
        row = 250
        at_y = y + row * self.spacing
        middle_z = (self.z[0] + self.z[-1]) / 2
        camera = (f"viewpointlookat={x + 511 / 2 * self.spacing:.6f},{at_y:.6f},{middle_z:.6f}"
                  f"&viewpointposition={x + 511 / 2 * self.spacing:.6f},{at_y - 100:.6f},{middle_z:.6f}")
        height = 2 * int((self.z[-1] - self.z[0]) / self.spacing / 2) - 2  # Inside the volume.
        v = middle_z + (height / 2 - 0.5 - np.arange(height)) * self.spacing
        plane, padding = self.values[:, row, :], self.padding[:, row, :]
        expected = np.stack([np.interp(v, self.z, plane[:, column]) for column in range(512)], axis=1)
        touched = np.stack([np.interp(v, self.z, padding[:, column]) > 0 for column in range(512)], axis=1)
        self.check(f"{camera}&viewport=512,{height}&vitrine-fov={512 * self.spacing:.6f}", expected, touched)


class Grpc(VolumesTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grpc = grpc_client.Client(cls.vitrine.grpc)
        cls.addClassCleanup(cls.grpc.close)

    @staticmethod
    def request(kind, name="axial"):
        request = kind()
        request.view.target.study_instance_uid = phantom.STUDY
        request.view.target.series_instance_uid = phantom.series_uid(name)
        request.output.format = grpc_client.Output.PNG
        return request

    def test_a_slice_is_the_same_on_both_faces(self):
        request = self.request(grpc_client.RenderRequest)
        request.view.slice.camera.orientation = grpc_client.Camera.HEAD
        response = self.grpc.render(request)
        status, headers, body = self.get("renderedmpr", "orientation=h")
        self.assertEqual(status, 200)
        self.assertEqual(response.picture.data, body)
        self.assertEqual(f'"{response.etag}"', headers["ETag"])
        self.assertEqual(response.volumetric_metadata.operation_type, grpc_client.VolumetricMetadata.MPR)
        self.assertEqual(response.volumetric_metadata.viewpoint_up.y, -1)

    def test_geometry_says_where_every_pixel_lies(self):
        for name in ("axial", "coronal", "tilted_gantry"):
            with self.subTest(name):
                request = self.request(grpc_client.RenderRequest, name)
                request.output.bits, request.output.width, request.output.height = 16, 40, 30
                request.view.window.center, request.view.window.width = 1000, WIDTH
                request.view.window.function = grpc_client.Window.LINEAR_EXACT
                camera = request.view.slice.camera
                camera.position.x, camera.position.y, camera.position.z = -70, -100, 60
                camera.look_at.x, camera.look_at.y, camera.look_at.z = 1, -2, 3
                camera.up.z = 1
                camera.field_of_view_mm, camera.zoom, camera.pan_right_mm, camera.pan_down_mm = 24, 1.5, 2, -1
                picture = self.grpc.render(request).picture
                vector = lambda message: np.array([message.x, message.y, message.z])
                top_left, right, down = (vector(getattr(picture.geometry, field)) for field in ("top_left", "right", "down"))
                np.testing.assert_allclose([np.linalg.norm(right), np.linalg.norm(down)], 24 / 40 / 1.5)
                v, u = np.mgrid[0:picture.height, 0:picture.width] + 0.5
                positions = top_left + u[..., None] * right + v[..., None] * down
                values = decoded(picture.data) * WIDTH / 65535 + 1000 - WIDTH / 2
                # Stored values are whole.
                np.testing.assert_allclose(values, 1000 + positions @ phantom.SLOPE, atol=0.6)
        curve = self.request(grpc_client.RenderRequest)
        curve.view.slice.curve.add().x = -10
        curve.view.slice.curve.add().x = 10
        self.assertFalse(self.grpc.render(curve).picture.HasField("geometry"))

    def test_metadata_alone(self):
        request = self.request(grpc_client.RenderRequest)
        request.view.slice.slab_thickness_mm = 5
        request.metadata_only = True
        response = self.grpc.render(request)
        self.assertFalse(response.HasField("picture"))
        self.assertEqual(response.volumetric_metadata.mpr_slab_thickness_mm, 5)

    def test_a_swivel_as_a_stream(self):
        request = self.request(grpc_client.RenderStreamRequest, "coronal")
        request.view.volume.projection = grpc_client.MAXIMUM_INTENSITY
        request.animation.swivel.range_degrees = 60
        request.animation.swivel.step_degrees = 20
        frames = list(self.grpc.render_stream(request))
        loading = [frame for frame in frames if frame.HasField("progress")]
        pictures = [frame for frame in frames if not frame.HasField("progress")]
        self.assertEqual(frames, loading + pictures)
        self.assertEqual([frame.sequence for frame in pictures], [0, 1, 2, 3])
        self.assertEqual(len({(frame.picture.width, frame.picture.height) for frame in pictures}), 1)
        # From the patient's right to the left.
        self.assertLess(pictures[0].view.volume.camera.position.x, 0)
        self.assertGreater(pictures[3].view.volume.camera.position.x, 0)
        for frame in loading:
            self.assertTrue(0 <= frame.progress <= 1)
        self.assertEqual(pictures[0].output.quality, 0)  # PNG.
        self.assertEqual(pictures[0].view.window.center, 1000)

    def test_a_stack_as_a_stream(self):
        request = self.request(grpc_client.RenderStreamRequest)
        request.view.frame.frame_number = 1
        request.instances.sop_instance_uids.extend(phantom.instance_uid("axial", k) for k in range(3))
        self.assertEqual(len(list(self.grpc.render_stream(request))), 3)

    def test_bad_requests(self):
        request = self.request(grpc_client.RenderRequest)
        request.view.slice.camera.up.x = float("nan")
        with self.assertRaises(grpc.RpcError) as raised:
            self.grpc.render(request)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        stream = self.request(grpc_client.RenderStreamRequest)
        stream.view.volume.projection = grpc_client.MAXIMUM_INTENSITY
        stream.animation.swivel.range_degrees = -1
        with self.assertRaises(grpc.RpcError) as raised:
            list(self.grpc.render_stream(stream))
        self.assertEqual(raised.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)

    def test_a_series_describes_its_volumes(self):
        request = grpc_client.DescribeSeriesRequest()
        request.target.study_instance_uid = phantom.STUDY
        request.target.series_instance_uid = phantom.series_uid("axial")
        volumes = self.grpc.describe_series(request).volumes
        self.assertEqual([volume.slices for volume in volumes], [phantom.SIZE])


if __name__ == "__main__":
    junit.main()
