"""Animations as MP4 over the demonstration archive, decoded by ffmpeg."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import grpc
import numpy as np

from tests.orthanc import grpc_client
from tests.support import junit
from tests.support.multipart import parts_of
from tests.support.pictures import decoded
from tests.support.processes import Vitrine

SWIVEL = "swivelrange=90&animationstepsize=30&viewport=120,90&renderingmethod=volume_rendered"
CURVE = "volumetriccurvepoint=-40,0,0&volumetriccurvepoint=40,0,0&viewport=75,75&animationstepsize=10&animationrate=12.5"


def probed(path):
    """The one stream of the file, as ffprobe words it."""
    output = subprocess.check_output(["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", path])
    stream, = json.loads(output)["streams"]
    return stream


def frames(path, width, height):
    pixels = subprocess.check_output(["ffmpeg", "-v", "error", "-xerror", "-i", path, "-vf", "scale=flags=accurate_rnd+full_chroma_int",
                                      "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
    return np.frombuffer(pixels, np.uint8).reshape(-1, height, width, 3).astype(float)


def psnr(a, b):
    return 10 * np.log10(255 ** 2 / max(np.mean((a - b) ** 2), 1e-9))


def ct_series(vitrine):
    status, _, body = vitrine.get("/dicom-web/series?Modality=CT", "application/dicom+json")
    assert status == 200, body
    series = json.loads(body)[0]
    return series["0020000D"]["Value"][0], series["0020000E"]["Value"][0]


class VideoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vitrine = Vitrine("--archive=demo=demo:", "--renderer=cpu", "--log_level=error")
        cls.addClassCleanup(cls.vitrine.stop)
        cls.study, cls.series = ct_series(cls.vitrine)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.file = os.path.join(folder.name, "animation.mp4")

    def get(self, resource, query, accept):
        return self.vitrine.get(f"/dicom-web/studies/{self.study}/series/{self.series}/{resource}?{query}", accept)

    def stills(self, resource, query):
        status, headers, body = self.get(resource, query, 'multipart/related; type="image/png"')
        self.assertEqual(status, 200, body[:300])
        pictures = [decoded(content) for _, content in parts_of(headers, body)]
        return [picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2) for picture in pictures]

    def video(self, resource, query):
        status, headers, body = self.get(resource, query, "video/mp4")
        self.assertEqual((status, headers["Content-Type"]), (200, "video/mp4"), body[:300])
        Path(self.file).write_bytes(body)
        return headers, body

    def check_frames(self, stream, stills, order, decibels):
        height, width = stills[0].shape[:2]
        even = (width + width % 2, height + height % 2)
        self.assertEqual((stream["width"], stream["height"]), even)
        pictures = frames(self.file, *even)
        self.assertEqual(len(pictures), len(order))
        self.assertEqual(int(stream["nb_read_frames"]), len(order))
        for picture, index in zip(pictures, order):
            self.assertGreater(psnr(picture[:height, :width], stills[index]), decibels)
            # It is that picture and no other.
            errors = [psnr(picture[:height, :width], still) for still in stills]
            self.assertEqual(int(np.argmax(errors)), index)

    def test_a_swivel(self):
        headers, body = self.video("rendered3d", SWIVEL)
        stream = probed(self.file)
        self.assertEqual((stream["codec_name"], stream["pix_fmt"]), ("h264", "yuv420p"))
        self.assertEqual([stream[f"color_{name}"] for name in ("range", "space", "transfer", "primaries")],
                         ["tv", "bt709", "bt709", "bt709"])
        self.assertEqual(stream["avg_frame_rate"], "10/1")
        self.assertLess(body.index(b"moov"), body.index(b"mdat"))
        self.check_frames(stream, self.stills("rendered3d", SWIVEL), [0, 1, 2, 3, 2, 1], 32)
        status, _, again = self.vitrine.get(
            f"/dicom-web/studies/{self.study}/series/{self.series}/rendered3d?{SWIVEL}", "video/mp4",
            {"If-None-Match": headers["ETag"]})
        self.assertEqual((status, again), (304, b""))

    def test_cross_sections_of_odd_size(self):
        self.video("renderedmpr", CURVE)
        stream = probed(self.file)
        self.assertEqual(stream["avg_frame_rate"], "25/2")
        stills = self.stills("renderedmpr", CURVE)
        self.assertEqual(len(stills), 9)
        self.assertIn(1, [side % 2 for side in stills[0].shape[:2]])
        self.check_frames(stream, stills, range(9), 38)

    def test_over_grpc(self):
        client = grpc_client.Client(self.vitrine.grpc)
        self.addCleanup(client.close)
        _, body = self.video("rendered3d", SWIVEL)
        request = grpc_client.RenderRequest()
        request.view.target.study_instance_uid, request.view.target.series_instance_uid = self.study, self.series
        request.view.volume.SetInParent()
        request.output.width, request.output.height = 120, 90
        request.output.format = grpc_client.Output.MP4
        with self.assertRaises(grpc.RpcError) as raised:
            client.render(request)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        request.animation.swivel.range_degrees, request.animation.swivel.step_degrees = 90, 30
        picture = client.render(request).picture
        self.assertEqual(picture.media_type, "video/mp4")
        self.assertTrue(picture.lossy)
        self.assertEqual(picture.data, body)

    def test_stills_are_none(self):
        self.assertEqual(self.get("rendered3d", "viewport=64,64", "video/mp4")[0], 406)


class WithoutTheLibraryTest(unittest.TestCase):
    def test_it_is_not_acceptable(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)  # The service looks only when it is asked.
        # Where the loader looks first lies a library of that name that is another.
        os.symlink(next(Path("/lib").glob("*-linux-gnu/libm.so.6")), os.path.join(folder.name, "libavcodec.so.59"))
        with mock.patch.dict(os.environ, {"LD_LIBRARY_PATH": folder.name}):
            vitrine = Vitrine("--archive=demo=demo:", "--renderer=cpu", "--log_level=error")
        with vitrine:
            self.check(vitrine)

    def check(self, vitrine):
        study, series = ct_series(vitrine)
        path = f"/dicom-web/studies/{study}/series/{series}/rendered3d?{SWIVEL}"
        status, _, body = vitrine.get(path, "video/mp4")
        self.assertEqual(status, 406)
        self.assertIn("no library that encodes video/mp4", json.loads(body)["detail"])
        status, headers, _ = vitrine.get(path, "video/mp4, image/gif;q=0.5")
        self.assertEqual((status, headers["Content-Type"]), (200, "image/gif"))
        client = grpc_client.Client(vitrine.grpc)
        self.addCleanup(client.close)
        request = grpc_client.RenderRequest()
        request.view.target.study_instance_uid, request.view.target.series_instance_uid = study, series
        request.view.volume.SetInParent()
        request.animation.swivel.range_degrees = 90
        request.output.format = grpc_client.Output.MP4
        with self.assertRaises(grpc.RpcError) as raised:
            client.render(request)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNIMPLEMENTED)


if __name__ == "__main__":
    junit.main()
