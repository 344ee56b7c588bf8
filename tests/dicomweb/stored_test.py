"""Stored objects through the service as dicomweb-client, OHIF and browsers ask for them: over a real Orthanc and over a
folder of the same files. What is handed out is compared with the files, read by pydicom."""

import io
import json
import tempfile
import unittest
import urllib.request
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import generate_pixel_data_frame
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from tests.support import junit
from tests.support.multipart import parts_of
from tests.support.processes import Orthanc, Vitrine

warnings.simplefilter("ignore")  # pydicom's, about the files' values.
PACKAGED = Path(pydicom.data.__file__).parent / "test_files"
DICOM_JSON = "application/dicom+json"
OHIF_FRAMES = "multipart/related; type=application/octet-stream; transfer-syntax=*"
CHROMIUM_IMAGE = "image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
CHROMIUM_OBJECT = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"
PDF = b"%PDF-1.4\n" + b"% " + b"x" * 99_998 + b"\n%%EOF"  # Of odd length, and over what metadata hold inline.

CT = PACKAGED / "CT_small.dcm"
RLE = PACKAGED / "SC_rgb_rle_2frame.dcm"
J2K = PACKAGED / "MR_small_jp2klossless.dcm"
BIG_ENDIAN = PACKAGED / "MR_small_bigendian.dcm"
SEG = PACKAGED / "liver_1frame.dcm"
REPORT = PACKAGED / "test-SR.dcm"


def pdf_file():
    """An encapsulated PDF (PS3.3 A.45.1)."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.104.1"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = generate_uid(entropy_srcs=["pdf"])
    dataset.StudyInstanceUID = generate_uid(entropy_srcs=["pdf study"])
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=["pdf series"])
    dataset.PatientName, dataset.PatientID, dataset.Modality = "Doc^Ument", "D1", "DOC"
    dataset.StudyDate = dataset.StudyTime = dataset.AccessionNumber = dataset.StudyID = ""
    dataset.InstanceNumber, dataset.SeriesNumber = 1, 1
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = PDF + b"\0"
    dataset.is_little_endian, dataset.is_implicit_VR = True, False
    buffer = io.BytesIO()
    dataset.save_as(buffer, write_like_original=False)
    return buffer.getvalue()


def path_of(dataset):
    return f"studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}/instances/{dataset.SOPInstanceUID}"


def frames_of(path):
    """The frames of a file as they are stored: (transfer syntax that frames by themselves have, bytes)."""
    dataset = pydicom.dcmread(path)
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax.is_encapsulated:
        return str(syntax), list(generate_pixel_data_frame(dataset.PixelData, int(dataset.get("NumberOfFrames", 1))))
    pixels = dataset.PixelData
    if not syntax.is_little_endian and dataset.BitsAllocated == 16:
        pixels = np.frombuffer(pixels, ">u2").astype("<u2").tobytes()
    return str(ExplicitVRLittleEndian), [pixels]


class Stored:
    """The tests; the archive is the subclasses' business."""

    FILES = [CT, RLE, J2K, SEG, REPORT]

    @classmethod
    def contents(cls):
        return [path.read_bytes() for path in cls.FILES] + [pdf_file()]

    def get(self, path, accept="*/*", **kwargs):
        return self.vitrine.get(f"/dicom-web/{path}", accept, **kwargs)

    def test_an_instance_is_the_file(self):
        for path in (CT, J2K, SEG, REPORT):
            dataset = pydicom.dcmread(path)
            for accept in ('multipart/related; type="application/dicom"; transfer-syntax=*',
                           "multipart/related; type=application/dicom; transfer-syntax=*"):
                with self.subTest(path.name, accept=accept):
                    status, headers, body = self.get(path_of(dataset), accept)
                    self.assertEqual(status, 200, body[:300])
                    [(part, content)] = parts_of(headers, body)
                    self.assertTrue(part["content-type"].startswith("application/dicom"))
                    self.assert_same_dataset(content, dataset)
            with self.subTest(path.name, accept="single part"):
                status, headers, body = self.get(path_of(dataset), "application/dicom; transfer-syntax=*")
                self.assertEqual((status, headers["Content-Type"]), (200, "application/dicom"))
                self.assert_same_dataset(body, dataset)

    def assert_same_dataset(self, content, expected):
        actual = pydicom.dcmread(io.BytesIO(content))
        self.assertEqual(actual.file_meta.TransferSyntaxUID, expected.file_meta.TransferSyntaxUID)
        self.assertEqual(actual.to_json_dict(), expected.to_json_dict())

    # As OHIF loads SEG objects: without a transfer syntax.
    def test_a_segmentation_as_ohif_asks_for_it(self):
        dataset = pydicom.dcmread(SEG)
        status, headers, body = self.get(path_of(dataset), 'multipart/related; type="application/dicom"')
        self.assertEqual(status, 200)
        self.assertEqual(pydicom.dcmread(io.BytesIO(parts_of(headers, body)[0][1])).PixelData, dataset.PixelData)

    def test_a_study_is_all_its_instances(self):
        datasets = [pydicom.dcmread(path) for path in (CT, SEG)]
        for dataset in datasets:
            for level in (f"studies/{dataset.StudyInstanceUID}",
                          f"studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"):
                status, headers, body = self.get(level, 'multipart/related; type="application/dicom"; transfer-syntax=*')
                self.assertEqual(status, 200)
                uids = [pydicom.dcmread(io.BytesIO(content)).SOPInstanceUID for _, content in parts_of(headers, body)]
                self.assertEqual(uids, [dataset.SOPInstanceUID])

    def test_frames_are_as_stored(self):
        for path in (CT, RLE, J2K):
            syntax, frames = frames_of(path)
            for number, expected in enumerate(frames, 1):
                for accept in (OHIF_FRAMES, 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'):
                    with self.subTest(path.name, frame=number, accept=accept):
                        status, headers, body = self.get(f"{path_of(pydicom.dcmread(path))}/frames/{number}", accept)
                        self.assertEqual(status, 200, body[:300])
                        [(part, content)] = parts_of(headers, body)
                        self.assertIn(syntax, part["content-type"])
                        self.assertEqual(content.rstrip(b"\0"), expected.rstrip(b"\0"))

    def test_a_list_of_frames(self):
        _, frames = frames_of(RLE)
        status, headers, body = self.get(f"{path_of(pydicom.dcmread(RLE))}/frames/1,2", OHIF_FRAMES)
        self.assertEqual(status, 200)
        self.assertEqual([content for _, content in parts_of(headers, body)], frames)

    def test_one_frame_as_a_single_part(self):
        syntax, frames = frames_of(CT)
        status, headers, body = self.get(f"{path_of(pydicom.dcmread(CT))}/frames/1", "application/octet-stream; transfer-syntax=*")
        self.assertEqual(status, 200)
        self.assertTrue(headers["Content-Type"].startswith("application/octet-stream"), headers["Content-Type"])
        self.assertEqual(body, frames[0])
        self.assertEqual(headers["Content-Length"], str(len(body)))

    def test_what_cannot_be_had_is_406(self):
        instance = path_of(pydicom.dcmread(CT))
        for path, accept in ((f"{instance}/frames/1", "text/html"), (instance, "image/jpeg"), (instance, "text/plain"),
                             (f"{instance}/frames/1,2", "application/octet-stream")):
            with self.subTest(path, accept=accept):
                status, headers, _ = self.get(path, accept)
                self.assertEqual((status, headers["Content-Type"]), (406, "application/problem+json"))

    def test_what_is_not_there_is_404(self):
        instance = path_of(pydicom.dcmread(CT))
        for path in ("studies/1.2.3", "studies/1.2.3/series/4.5/instances/6.7", f"{instance}/frames/9",
                     f"{instance}/bulkdata/7FE00099"):
            with self.subTest(path):
                # Orthanc answers 400 for a frame that there is not.
                self.assertIn(self.get(path, "*/*")[0], (400, 404) if "frames" in path else (404,))

    def test_metadata_name_bulk_data_that_can_be_had(self):
        dataset = pydicom.dcmread(io.BytesIO(pdf_file()))
        status, _, body = self.get(f"{path_of(dataset)}/metadata", DICOM_JSON)
        self.assertEqual(status, 200)
        [metadata] = json.loads(body)
        uri = metadata["00420011"]["BulkDataURI"]
        self.assertTrue(uri.startswith(f"http://{self.vitrine.http}/dicom-web/studies/{dataset.StudyInstanceUID}/"), uri)
        relative = uri[len(f"http://{self.vitrine.http}"):]
        status, headers, body = self.vitrine.get(relative, 'multipart/related; type="application/octet-stream"')
        self.assertEqual(status, 200, body[:300])
        self.assertEqual(parts_of(headers, body)[0][1].rstrip(b"\0"), PDF)
        status, headers, body = self.vitrine.get(relative, "application/octet-stream")
        self.assertEqual((status, body.rstrip(b"\0")), (200, PDF))

    def test_uris_lead_to_the_public_url(self):
        dataset = pydicom.dcmread(io.BytesIO(pdf_file()))
        proxy = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "pacs.example"}
        _, _, body = self.get(f"{path_of(dataset)}/metadata", DICOM_JSON, headers=proxy)
        self.assertTrue(json.loads(body)[0]["00420011"]["BulkDataURI"].startswith("https://pacs.example/dicom-web/studies/"))
        _, _, body = self.get("studies", DICOM_JSON, headers=proxy)
        for study in json.loads(body):
            self.assertEqual(study["00081190"]["Value"],
                             [f"https://pacs.example/dicom-web/studies/{study['0020000D']['Value'][0]}"])

    def test_metadata_hold_all_attributes(self):
        expected = pydicom.dcmread(CT, stop_before_pixels=True)
        _, _, body = self.get(f"{path_of(expected)}/metadata", DICOM_JSON)
        [metadata] = json.loads(body)
        missing = [str(element.tag) for element in expected
                   if f"{element.tag.group:04X}{element.tag.elem:04X}" not in metadata]
        self.assertEqual(missing, [])

    def test_a_pdf_is_shown_as_it_is(self):
        path = f"{path_of(pydicom.dcmread(io.BytesIO(pdf_file())))}/rendered"
        for accept in (CHROMIUM_OBJECT, "application/pdf"):
            status, headers, body = self.get(path, accept)
            self.assertEqual((status, headers["Content-Type"]), (200, "application/pdf"))
            self.assertEqual(body, PDF)
        status, headers, _ = self.get(path, "image/jpeg")
        self.assertEqual((status, headers["Content-Type"]), (501, "application/problem+json"))

    def test_thumbnails_at_every_level(self):
        dataset = pydicom.dcmread(CT)
        series = f"studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"
        for level in (f"studies/{dataset.StudyInstanceUID}", series, path_of(dataset), f"{path_of(dataset)}/frames/1"):
            for resource, accept, side in (("thumbnail?viewport=64%2C64", "image/jpeg", 64),
                                           ("thumbnail?accept=image%2Fjpeg", OHIF_FRAMES, 256),
                                           ("thumbnail?accept=image/jpeg", CHROMIUM_IMAGE, 256),
                                           ("rendered?viewport=64%2C64", "image/jpeg", 64),
                                           ("rendered?accept=image%2Fjpeg", OHIF_FRAMES, 128)):
                with self.subTest(level, resource=resource):
                    status, headers, body = self.get(f"{level}/{resource}", accept)
                    self.assertEqual((status, headers["Content-Type"]), (200, "image/jpeg"), body[:300])
                    self.assertEqual(Image.open(io.BytesIO(body)).size, (side, side))

    def test_thumbnails_of_what_has_no_image(self):
        dataset = pydicom.dcmread(REPORT)
        self.assertEqual(self.get(f"studies/{dataset.StudyInstanceUID}/thumbnail", "image/jpeg")[0], 501)

    def test_rendered_series_as_several_pictures(self):
        dataset = pydicom.dcmread(RLE)
        status, headers, body = self.get(f"studies/{dataset.StudyInstanceUID}/rendered", 'multipart/related; type="image/png"')
        self.assertEqual(status, 200)
        self.assertEqual([Image.open(io.BytesIO(content)).size for _, content in parts_of(headers, body)], [(100, 100)] * 2)

    def test_wado_uri(self):
        dataset = pydicom.dcmread(CT)
        uids = f"studyUID={dataset.StudyInstanceUID}&seriesUID={dataset.SeriesInstanceUID}&objectUID={dataset.SOPInstanceUID}"
        for root in ("/wado", "/dicom-web/wado"):
            status, headers, body = self.vitrine.get(f"{root}?requestType=WADO&{uids}&contentType=application/dicom&transferSyntax=*")
            self.assertEqual((status, headers["Content-Type"]), (200, "application/dicom"))
            self.assert_same_dataset(body, dataset)
            status, headers, body = self.vitrine.get(f"{root}?requestType=WADO&{uids}&contentType=image%2Fpng&rows=50&windowCenter=40&windowWidth=400")
            self.assertEqual((status, headers["Content-Type"]), (200, "image/png"))
            self.assertEqual(Image.open(io.BytesIO(body)).size, (50, 50))
            self.assertEqual(self.vitrine.get(f"{root}?requestType=WADO&{uids[:-1]}x")[0], 400)

    def test_nothing_is_stored(self):
        for method in ("POST", "PUT", "DELETE"):
            status, headers, _ = self.get("studies", method=method)
            self.assertEqual(status, 405)
            self.assertIn("GET", headers["Allow"])

    def test_capabilities(self):
        status, headers, body = self.get("", method="OPTIONS")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/vnd.sun.wadl+xml"))
        self.assertIn(b"{SOPInstanceUID}/frames/{frameList}/rendered", body)

    # An archive's own way to bulk data must not lead to another study than the one that access was decided for.
    def test_no_path_leads_out_of_its_study(self):
        dataset = pydicom.dcmread(CT)
        other = pydicom.dcmread(J2K)
        for escape in ("../..", "%2e%2e/%2e%2e", "..%2f.."):
            status = self.get(f"studies/{dataset.StudyInstanceUID}/bulkdata/{escape}/studies/{other.StudyInstanceUID}")[0]
            self.assertIn(status, (400, 404))


class OverOrthanc(Stored, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.orthanc = Orthanc()
        cls.addClassCleanup(cls.orthanc.stop)
        cls.orthanc.upload(cls.contents())
        cls.vitrine = Vitrine(f"--archive=pacs={cls.orthanc.url}", "--renderer=cpu")
        cls.addClassCleanup(cls.vitrine.stop)


class OverAFolder(Stored, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        for index, content in enumerate(cls.contents()):
            (Path(cls.folder.name) / f"{index}.dcm").write_bytes(content)
        cls.vitrine = Vitrine(f"--archive=files=dir:{cls.folder.name}", "--renderer=cpu")
        cls.addClassCleanup(cls.vitrine.stop)

    # Frames by themselves are little endian.
    def test_frames_in_another_byte_order(self):
        syntax, [expected] = frames_of(BIG_ENDIAN)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.dcm").write_bytes(BIG_ENDIAN.read_bytes())
            with Vitrine(f"--archive=files=dir:{folder}", "--renderer=cpu") as vitrine:
                status, headers, body = vitrine.get(f"/dicom-web/{path_of(pydicom.dcmread(BIG_ENDIAN))}/frames/1", OHIF_FRAMES)
        [(part, content)] = parts_of(headers, body)
        self.assertEqual((status, content), (200, expected))
        self.assertIn(syntax, part["content-type"])

    def test_frames_that_need_converting_are_406(self):
        status, _, body = self.get(f"{path_of(pydicom.dcmread(J2K))}/frames/1", 'multipart/related; type="application/octet-stream"')
        self.assertEqual(status, 406)
        self.assertIn(b"1.2.840.10008.1.2.4.90", body)

    def test_frames_under_their_own_name(self):
        _, [expected] = frames_of(J2K)
        status, headers, body = self.get(f"{path_of(pydicom.dcmread(J2K))}/frames/1", "image/jp2")
        self.assertEqual((status, headers["Content-Type"], body.rstrip(b"\0")),
                         (200, "image/jp2; transfer-syntax=1.2.840.10008.1.2.4.90", expected.rstrip(b"\0")))


if __name__ == "__main__":
    junit.main()
