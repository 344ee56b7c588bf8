"""Virtual series over a phantom whose value at every point of space is known: geometry, values, counts, identity."""

import io
import json
import tempfile
import unittest
import warnings
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset

from tests.support import junit
from tests.support.multipart import parts_of
from tests.support.processes import Orthanc, Vitrine
from tests.volumes import phantom

warnings.simplefilter("ignore")  # pydicom's, about the files' values.
DICOM_JSON = "application/dicom+json"
OHIF_FRAMES = "multipart/related; type=application/octet-stream; transfer-syntax=*"
STUDY = f"/dicom-web/studies/{phantom.STUDY}"
NATIVE, JPEG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50"


def first(dataset, tag):
    return dataset[tag]["Value"][0]


def values_at(positions):
    """Modality values of the phantom at points of LPS space in mm."""
    return 1000 + positions @ phantom.SLOPE


def positions_of(dataset):
    """Where the centres of the pixels lie, (rows, columns, 3), by PS3.3 C.7.6.2.1.1."""
    orientation = np.array(dataset.ImageOrientationPatient, float)
    row_spacing, column_spacing = (float(value) for value in dataset.PixelSpacing)
    j, i = np.mgrid[0:dataset.Rows, 0:dataset.Columns]
    return (np.array(dataset.ImagePositionPatient, float) + i[..., None] * orientation[:3] * column_spacing
            + j[..., None] * orientation[3:] * row_spacing)


def inside(positions, acquisition, margin=0.0):
    """Which points are at least `margin` mm inside the centres of the outermost voxels."""
    steps = np.array(phantom.ACQUISITIONS[acquisition], float)
    voxels = positions @ np.linalg.inv(steps) / phantom.SPACING
    return (np.abs(voxels) <= (phantom.SIZE - 1) / 2 - margin / phantom.SPACING).all(axis=-1)


class VirtualSeries:
    """The tests; the archive is the subclasses' business."""

    def get(self, path, accept=DICOM_JSON):
        status, headers, body = self.vitrine.get(path, accept)
        self.assertEqual(status, 200, body[:300])
        return headers, body

    def json(self, path):
        return json.loads(self.get(path)[1])

    def series(self):
        """(virtual, stored) series as a search finds them."""
        found = self.json(f"{STUDY}/series?includefield=0008103E,00200011")
        virtual = [one for one in found if first(one, "0020000E").startswith("2.25.")]
        return virtual, [one for one in found if one not in virtual]

    def of(self, name, what):
        """The virtual series of one acquisition."""
        return next(one for one in self.series()[0] if first(one, "0008103E") == f"{what} of {name}")

    def images(self, series):
        """Whole instances as pydicom reads them, with what metadata say of them."""
        uid = first(series, "0020000E")
        metadata = self.json(f"{STUDY}/series/{uid}/metadata")
        for described in metadata:
            path = f"{STUDY}/series/{uid}/instances/{first(described, '00080018')}"
            yield path, Dataset.from_json(described), pydicom.dcmread(io.BytesIO(self.get(path, "application/dicom")[1]))

    def test_every_volume_has_its_series(self):
        virtual, stored = self.series()
        self.assertEqual(len(stored), len(phantom.ACQUISITIONS))
        self.assertEqual(len(virtual), 4 * len(phantom.ACQUISITIONS))
        descriptions = {first(one, "0008103E") for one in virtual}
        for name, own, others in (("axial", "Axial", ("Coronal", "Sagittal")), ("coronal", "Coronal", ("Axial", "Sagittal")),
                                  ("sagittal", "Sagittal", ("Axial", "Coronal")), ("oblique", "Axial", ("Coronal", "Sagittal"))):
            expected = {f"{other} MPR of {name}" for other in others} | {f"{own} MIP 10 mm of {name}", f"3D of {name}"}
            self.assertLessEqual(expected, descriptions)
        numbers = [first(one, "00200011") for one in virtual]
        self.assertEqual(len(set(numbers)), len(numbers))

    def test_counts_agree_at_every_level(self):
        [study] = self.json(f"/dicom-web/studies?StudyInstanceUID={phantom.STUDY}&includefield=00201206,00201208")
        series = self.json(f"{STUDY}/series?includefield=00201209")
        self.assertEqual(int(first(study, "00201206")), len(series))
        images = self.json(f"{STUDY}/instances")
        self.assertEqual(int(first(study, "00201208")), len(images))
        self.assertEqual(len({first(image, "00080018") for image in images}), len(images))
        for one in series:
            uid = first(one, "0020000E")
            self.assertEqual(int(first(one, "00201209")), len(self.json(f"{STUDY}/series/{uid}/instances")))
            self.assertEqual(int(first(one, "00201209")), sum(first(image, "0020000E") == uid for image in images))

    def test_searches_match_and_page(self):
        everything = [first(one, "0020000E") for one in self.json(f"{STUDY}/series")]
        paged = []
        for offset in range(0, len(everything) + 3, 3):
            page = self.json(f"{STUDY}/series?limit=3&offset={offset}")
            self.assertLessEqual(len(page), 3)
            paged += [first(one, "0020000E") for one in page]
        self.assertEqual(sorted(paged), sorted(everything))
        uid = first(self.of("axial", "3D"), "0020000E")
        self.assertEqual([first(one, "0020000E") for one in self.json(f"{STUDY}/series?SeriesInstanceUID={uid}")], [uid])
        self.assertEqual(len(self.json(f"{STUDY}/series/{uid}/instances?InstanceNumber=7")), 1)

    def test_planes_hold_the_right_values_in_the_right_places(self):
        for name in phantom.ACQUISITIONS:
            for what in ("Axial MPR", "Coronal MPR", "Sagittal MPR"):
                if (name, what) not in self.planes():
                    continue
                with self.subTest(name, what=what):
                    checked = 0
                    for path, metadata, image in self.images(self.of(name, what)):
                        if metadata.InstanceNumber % 5:
                            continue
                        positions = positions_of(metadata)
                        actual = image.pixel_array * float(metadata.RescaleSlope) + float(metadata.RescaleIntercept)
                        mask = inside(positions, name)
                        # Voxels are rounded to whole HU, and so are the images' stored values.
                        np.testing.assert_allclose(actual[mask], values_at(positions)[mask], atol=1.01)
                        checked += mask.sum()
                        self.assertEqual(self.frame(path)[0], image.PixelData)
                    self.assertGreater(checked, 1000)

    def planes(self):
        own = {"coronal": "Coronal MPR", "sagittal": "Sagittal MPR"}
        return {(name, what) for name in phantom.ACQUISITIONS for what in ("Axial MPR", "Coronal MPR", "Sagittal MPR")
                if what != own.get(name, "Axial MPR")}

    def frame(self, path, accept=OHIF_FRAMES):
        headers, body = self.get(f"{path}/frames/1", accept)
        [(part, content)] = parts_of(headers, body)
        return content, part["content-type"]

    def test_slabs_hold_their_maximum(self):
        series = self.of("axial", "Axial MIP 10 mm")
        steepness = phantom.SLOPE[2]
        checked = 0
        for _, metadata, image in self.images(series):
            positions = positions_of(metadata)
            self.assertEqual(float(metadata.SliceThickness), 10)
            actual = image.pixel_array * float(metadata.RescaleSlope) + float(metadata.RescaleIntercept)
            mask = inside(positions, "axial", margin=5)
            # The brightest of samples one voxel apart lies in the last voxel before the slab's upper end.
            upper_end = values_at(positions) + 5 * steepness
            self.assertTrue((actual[mask] <= upper_end[mask] + 1.01).all())
            self.assertTrue((actual[mask] >= upper_end[mask] - phantom.SPACING * steepness - 1.01).all())
            checked += mask.sum()
        self.assertGreater(checked, 500)

    def test_stacks_are_stacks(self):
        for what in ("Coronal MPR", "Sagittal MPR", "Axial MIP 10 mm"):
            metadata = [described for _, described, _ in self.images(self.of("axial", what))]
            orientation = np.array(metadata[0].ImageOrientationPatient, float)
            normal = np.cross(orientation[:3], orientation[3:])
            places = [np.array(image.ImagePositionPatient, float) @ normal for image in metadata]
            np.testing.assert_allclose(np.diff(places), float(metadata[0].SpacingBetweenSlices), atol=1e-6)
            self.assertEqual([image.InstanceNumber for image in metadata], list(range(1, len(metadata) + 1)))
            for image in metadata:
                self.assertEqual(image.FrameOfReferenceUID, f"{phantom.STUDY}.0")
                self.assertEqual(list(image.ImageType)[:2], ["DERIVED", "SECONDARY"])
                self.assertEqual((image.BitsAllocated, image.SamplesPerPixel, image.PhotometricInterpretation),
                                 (16, 1, "MONOCHROME2"))
                self.assertEqual((image.WindowCenter, image.WindowWidth), (1000, 2500))
                self.assertEqual((image.PatientName, image.PatientID, image.Modality), ("Phantom", "P", "CT"))

    def test_the_turn_is_colour_without_geometry(self):
        pictures = []
        for path, metadata, image in self.images(self.of("axial", "3D")):
            self.assertEqual((metadata.SamplesPerPixel, metadata.BitsAllocated, metadata.PhotometricInterpretation), (3, 8, "RGB"))
            for keyword in ("ImagePositionPatient", "FrameOfReferenceUID", "WindowCenter", "RescaleSlope", "PixelSpacing"):
                self.assertNotIn(keyword, metadata)
            content, media_type = self.frame(path)
            self.assertEqual(media_type, f"application/octet-stream; transfer-syntax={JPEG}")
            picture = np.array(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)
            self.assertEqual(picture.shape, (metadata.Rows, metadata.Columns, 3))
            self.assertLess(np.abs(picture - image.pixel_array).mean(), 2)
            pictures.append(content)
        self.assertEqual(len(set(pictures)), 36)
        native, media_type = self.frame(path, f"multipart/related; type=application/octet-stream; transfer-syntax={NATIVE}")
        self.assertEqual((native, media_type), (image.PixelData, f"application/octet-stream; transfer-syntax={NATIVE}"))
        headers, body = self.get(f"{path}/frames/1", "image/jpeg")
        self.assertEqual((headers["Content-Type"], body), (f"image/jpeg; transfer-syntax={JPEG}", content))

    # The first picture of a turn is seen from anterior, as rendered3d shows it.
    def test_the_turn_begins_in_front(self):
        uid = first(self.of("axial", "3D"), "0020000E")
        [image] = self.json(f"{STUDY}/series/{uid}/instances?InstanceNumber=1")
        actual = self.get(f"{STUDY}/series/{uid}/instances/{first(image, '00080018')}/rendered", "image/png")[1]
        across = np.hypot(*[phantom.SIZE * phantom.SPACING] * 2)
        expected = self.get(f"{STUDY}/series/{phantom.series_uid('axial')}/rendered3d?orientation=a&vitrine-fov={across:.12g}", "image/png")[1]
        np.testing.assert_array_equal(np.array(Image.open(io.BytesIO(actual))), np.array(Image.open(io.BytesIO(expected))))

    def test_pictures_of_virtual_images(self):
        uid = first(self.of("axial", "Coronal MPR"), "0020000E")
        image = self.json(f"{STUDY}/series/{uid}/metadata")[9]
        path = f"{STUDY}/series/{uid}/instances/{first(image, '00080018')}"
        rows, columns = first(image, "00280010"), first(image, "00280011")
        picture = np.array(Image.open(io.BytesIO(self.get(f"{path}/rendered?window=1000,2500,linear-exact", "image/png")[1])))
        self.assertEqual(picture.shape, (rows, columns))
        positions = positions_of(Dataset.from_json(image))
        expected = np.clip((values_at(positions) - (1000 - 1250)) / 2500 * 255, 0, 255)
        mask = inside(positions, "axial")
        self.assertLess(np.abs(picture[mask] - expected[mask]).max(), 1.01)
        for resource in ("thumbnail?viewport=64%2C64", "rendered?viewport=64%2C64"):
            for level in (path, path + "/frames/1", f"{STUDY}/series/{uid}"):
                self.assertEqual(Image.open(io.BytesIO(self.get(f"{level}/{resource}", "image/jpeg")[1])).size, (64, 64))

    def test_what_is_not_there(self):
        uid = first(self.of("axial", "3D"), "0020000E")
        for path, status in ((f"{STUDY}/series/{uid}/instances/1.2.3/frames/1", 404),
                             (f"/dicom-web/studies/1.2.3/series/{uid}/metadata", 404),
                             (f"{STUDY}/series/{uid}/bulkdata/x", 404), (f"{STUDY}/series/{uid}", 501)):
            with self.subTest(path):
                self.assertEqual(self.vitrine.get(path, "*/*")[0], status)

    def test_study_metadata_hold_them_too(self):
        images = self.json(f"{STUDY}/metadata")
        self.assertEqual(len(images), len(self.json(f"{STUDY}/instances")))

    def test_other_servers_name_them_alike(self):
        uids = sorted(first(one, "0020000E") for one in self.series()[0])
        with self.start() as other:
            found = json.loads(other.get(f"{STUDY}/series", DICOM_JSON)[2])
        self.assertLessEqual(set(uids), {first(one, "0020000E") for one in found})

    def test_nothing_is_added_unless_asked(self):
        with self.start(virtual=False) as other:
            self.assertEqual(len(json.loads(other.get(f"{STUDY}/series", DICOM_JSON)[2])), len(phantom.ACQUISITIONS))
            uid = first(self.of("axial", "3D"), "0020000E")
            self.assertEqual(other.get(f"{STUDY}/series/{uid}/metadata", DICOM_JSON)[0], 404)


def write_phantom(folder):
    for name in phantom.ACQUISITIONS:
        phantom.write_series(Path(folder), name)


class OverAFolder(VirtualSeries, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        write_phantom(cls.folder.name)
        cls.vitrine = cls.start()
        cls.addClassCleanup(cls.vitrine.stop)

    @classmethod
    def start(cls, virtual=True):
        return Vitrine(f"--archive=files=dir:{cls.folder.name}", "--renderer=cpu", f"--virtual_series={str(virtual).lower()}")


class OverOrthanc(VirtualSeries, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.orthanc = Orthanc()
        cls.addClassCleanup(cls.orthanc.stop)
        with tempfile.TemporaryDirectory() as folder:
            write_phantom(folder)
            cls.orthanc.upload(path.read_bytes() for path in Path(folder).iterdir())
        cls.vitrine = cls.start()
        cls.addClassCleanup(cls.vitrine.stop)

    @classmethod
    def start(cls, virtual=True):
        return Vitrine(f"--archive=pacs={cls.orthanc.url}", "--renderer=cpu", f"--virtual_series={str(virtual).lower()}")


if __name__ == "__main__":
    junit.main()
