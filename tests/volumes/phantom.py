"""A patient who gets brighter to the left, twice as much to posterior and four times as much to the head, written with
pydicom as it would be acquired in different ways. Linear, so that every interpolation shows it exactly."""

import math

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
PLANAR_MPR_STATE = "1.2.840.10008.5.1.4.1.1.11.6"
STUDY = "1.2.826.0.1.3680043.10.1"
SLOPE = np.array([8.0, 16.0, 32.0])  # Modality values a mm along x, y and z of LPS.
SIZE = 20  # Voxels of 2 mm each way, around the origin.
SPACING = 2.0

TILT = math.radians(12)
ANGLE = math.radians(20)
# Directions of columns (along a row), of rows (along a column) and from slice to slice.
ACQUISITIONS = {
    "axial": ([1, 0, 0], [0, 1, 0], [0, 0, 1]),
    "axial_feet_first": ([-1, 0, 0], [0, 1, 0], [0, 0, -1]),
    "axial_prone": ([-1, 0, 0], [0, -1, 0], [0, 0, 1]),
    "coronal": ([1, 0, 0], [0, 0, -1], [0, 1, 0]),
    "sagittal": ([0, 1, 0], [0, 0, -1], [-1, 0, 0]),
    "tilted_gantry": ([1, 0, 0], [0, math.cos(TILT), -math.sin(TILT)], [0, 0, 1]),
    "oblique": ([math.cos(ANGLE), math.sin(ANGLE), 0], [-math.sin(ANGLE), math.cos(ANGLE), 0], [0, 0, 1]),
}


def series_uid(name):
    return f"{STUDY}.{sorted(ACQUISITIONS).index(name) + 1}" if name in ACQUISITIONS else f"{STUDY}.99"


def instance_uid(name, number):
    return f"{series_uid(name)}.{number + 1}"


def _file(path, sop_class, series, instance):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, instance
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.is_little_endian, dataset.is_implicit_VR = True, False
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, instance
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = STUDY, series
    dataset.PatientName, dataset.PatientID, dataset.StudyID = "Phantom", "P", "1"
    dataset.FrameOfReferenceUID = f"{STUDY}.0"
    dataset.PatientPosition = "HFS"
    return dataset


def write_series(folder, name):
    """SIZE slices; instance numbers run against the positions, which alone count."""
    column, row, step = (np.array(direction, float) * SPACING for direction in ACQUISITIONS[name])
    centre = (SIZE - 1) / 2
    j, i = np.mgrid[0:SIZE, 0:SIZE]
    for k in range(SIZE):
        origin = -centre * (column + row) + (k - centre) * step
        positions = origin + i[..., None] * column + j[..., None] * row
        dataset = _file(folder / f"{name}-{k}.dcm", CT_STORAGE, series_uid(name), instance_uid(name, k))
        dataset.Modality, dataset.SeriesDescription = "CT", name
        dataset.InstanceNumber = SIZE - k
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        dataset.Rows = dataset.Columns = SIZE
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.BitsAllocated = dataset.BitsStored = 16
        dataset.HighBit, dataset.PixelRepresentation = 15, 0
        dataset.PixelSpacing = [SPACING, SPACING]
        dataset.SliceThickness = SPACING
        dataset.ImagePositionPatient = [f"{value:.10g}" for value in origin]
        dataset.ImageOrientationPatient = [f"{value / SPACING:.10g}" for value in (*column, *row)]
        dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = "1", "-1024", "HU"
        dataset.WindowCenter, dataset.WindowWidth = "1000", "2500"
        # 1000 HU in the origin; stored values are whole.
        values = np.floor(positions @ SLOPE + 0.5) + 2024
        dataset.PixelData = values.astype("<u2").tobytes()
        dataset.save_as(dataset.filename, write_like_original=False)


def write_presentation_state(folder):
    dataset = _file(folder / "state.dcm", PLANAR_MPR_STATE, series_uid("state"), instance_uid("state", 0))
    dataset.Modality, dataset.InstanceNumber = "PR", 1
    dataset.save_as(dataset.filename, write_like_original=False)
