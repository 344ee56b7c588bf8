"""The files of the conformance test, laid out as folder archives."""

import shutil
from collections import namedtuple
from pathlib import Path

import pydicom
import pydicom.data

# Refused with this status. Objects without pixel data are not listed: they are expected to get 501.
EXPECTED_REFUSALS = {
    # Not PS3.10 files (no "DICM"): a folder archive passes over them.
    "pydicom/test_files/ExplVR_BigEndNoMeta.dcm": 404,
    "pydicom/test_files/ExplVR_LitEndNoMeta.dcm": 404,
    "pydicom/test_files/rtstruct.dcm": 404,
    "data/pydicom_data/OT-PAL-8-face.dcm": 404,
    # Breaks off inside the header, so that no archive could index it.
    "pydicom/test_files/rtplan_truncated.dcm": 404,
    # Its UIDs are hexadecimal digests.
    "data/pydicom_data/bad_sequence.dcm": 400,
    # The file ends inside the pixel data.
    "pydicom/test_files/MR_truncated.dcm": 502,
    # Number of Frames is "1A".
    "pydicom/test_files/badVR.dcm": 502,
    # Four bytes of the codestream, its tile size among them, are overwritten; opj_decompress refuses it too.
    "pydicom/test_files/JPEG2000-embedded-sequence-delimiter.dcm": 502,
    # The SOS header's spectral selection breaks ITU-T T.81 B.2.3; JPGExtended.dcm is the corrected file.
    "pydicom/test_files/JPEG-lossy.dcm": 502,
}

# Rendered, and not compared, because no other program here decodes it.
NOT_COMPARED = {
    "data/pydicom_data/JLSL_08_07_0_1F.dcm": "JPEG-LS of 7 bits, which dcmdjpls refuses",
    "data/pydicom_data/emri_small_jpeg_2k_lossless_too_short.dcm": "its last frame is cut off, so pydicom sees none",
}

UID_KEYWORDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
# Series of hundreds of like slices: all are compared, but all views only of some of them.
SERIES = {"ct_chest_lidc", "ct_head_phantom"}
VIEWED_EVERY = 32


class Entry(namedtuple("Entry", "name path archive uids has_pixels is_repetition")):
    def rendered(self, frame):
        study, series, instance = self.uids
        return (f"/archives/{self.archive}/dicom-web/studies/{study}/series/{series}/instances/{instance}"
                f"/frames/{frame}/rendered")


def source_files(data):
    """(name, path, whether it is a repetition) of everything there is."""
    packaged = Path(pydicom.data.__file__).parent
    yield from ((f"pydicom/{path.relative_to(packaged)}", path, False) for path in below(packaged))
    if data is None:
        return
    for folder in sorted(Path(data).iterdir()):
        for i, path in enumerate(below(folder) if folder.is_dir() else []):
            yield f"data/{path.relative_to(data)}", path, folder.name in SERIES and i % VIEWED_EVERY != 0


def below(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def encoded(dataset):
    """A PS3.10 file; dcmwrite() refuses transfer syntaxes that are new to it."""
    file = pydicom.filebase.DicomBytesIO()
    file.is_little_endian, file.is_implicit_VR = True, False
    file.write(b"\0" * 128 + b"DICM")
    pydicom.filewriter.write_file_meta_info(file, dataset.file_meta, enforce_standard=False)
    file.is_little_endian, file.is_implicit_VR = dataset.is_little_endian, dataset.is_implicit_VR
    pydicom.filewriter.write_dataset(file, dataset)
    return file.getvalue()


class Corpus:
    """Copies every file below `root` into folders in which no SOP Instance UID occurs twice."""

    def __init__(self, root, data):
        self.root = root
        self.entries = []
        self._uids = []  # Of each folder.
        for name, path, is_repetition in source_files(data):
            self._add(name, path, is_repetition)

    def archives(self):
        return [(f"a{i}", self.root / f"a{i}") for i in range(len(self._uids))]

    def _add(self, name, path, is_repetition):
        dataset = pydicom.dcmread(path, force=True)
        uids = [str(dataset.get(keyword) or "") for keyword in UID_KEYWORDS]
        # Images without UIDs get some; other data sets without them are no instances and cannot be asked for.
        is_instance = all(uids) or "Rows" in dataset
        index = next((i for i, used in enumerate(self._uids) if uids[2] not in used), len(self._uids))
        if index == len(self._uids):
            self._uids.append(set())
            (self.root / f"a{index}").mkdir()
        copy = self.root / f"a{index}" / f"{len(self.entries)}_{path.name}"
        if is_instance and not all(uids):
            uids = [uid or pydicom.uid.generate_uid(entropy_srcs=[name, key]) for uid, key in zip(uids, UID_KEYWORDS)]
            for keyword, uid in zip(UID_KEYWORDS, uids):
                setattr(dataset, keyword, uid)
            copy.write_bytes(encoded(dataset))
        else:
            shutil.copyfile(path, copy)
        if is_instance:
            self._uids[index].add(uids[2])
            has_pixels = any(keyword in dataset for keyword in PIXELS)
            self.entries.append(Entry(name, copy, f"a{index}", tuple(uids), has_pixels, is_repetition))
