"""Stored samples of a frame, decoded by others: pydicom's parser, DCMTK's tools, opj_decompress, zlib; PackBits by hand.

Nothing here knows Vitrine. Samples are what Pixel Data holds (PS3.5 8.1), before any colour conversion.
"""

import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pydicom
from pydicom import encaps

JPEG_DCT = {f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 53, 55)}
JPEG_LOSSLESS = {f"1.2.840.10008.1.2.4.{n}" for n in (57, 70)}
JPEG_LS = {f"1.2.840.10008.1.2.4.{n}" for n in (80, 81)}
JPEG_2000 = {f"1.2.840.10008.1.2.4.{n}" for n in (90, 91, 201, 202, 203)}
RLE = "1.2.840.10008.1.2.5"
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"


class Image:
    """A PS3.10 file; `frame(n)` gives stored samples (rows, columns[, 3]), sign-extended, and their colour model."""

    def __init__(self, path):
        self.dataset = pydicom.dcmread(path, force=True)
        self.transfer_syntax = str(self.dataset.file_meta.get("TransferSyntaxUID", ""))
        self.frames = int(self.dataset.get("NumberOfFrames") or 1)
        # A DCT codestream does not determine its samples to the last bit (ITU-T T.83 allows decoders to differ by 1).
        self.inexact = self.transfer_syntax in JPEG_DCT
        self.model = str(self.dataset.get("PhotometricInterpretation", ""))
        self._native = None
        self._frames = {}
        if self.transfer_syntax in JPEG_DCT | JPEG_LOSSLESS | JPEG_LS and "PixelData" in self.dataset:
            self._native = decompressed_by_dcmtk(self.dataset, self.transfer_syntax)
            if self.model not in ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"):
                self.model = jpeg_color_model(codestreams(self.dataset, self.frames)[0], self.model)
        elif self.transfer_syntax in JPEG_2000 and self.model in ("YBR_ICT", "YBR_RCT"):
            self.model = "RGB"  # The decoder inverts the multiple component transform (PS3.5 8.2.4).

    @property
    def is_float(self):
        return "FloatPixelData" in self.dataset or "DoubleFloatPixelData" in self.dataset

    @property
    def is_signed(self):
        return self.is_float or int(self.dataset.get("PixelRepresentation") or 0) == 1

    @property
    def bits_stored(self):
        return int(self.dataset.get("BitsStored") or self.dataset.BitsAllocated)

    def frame(self, number):
        """Frame `number` from 1 on."""
        if number not in self._frames:
            self._frames[number] = self._decode(number)
        return self._frames[number]

    def _decode(self, number):
        if self.is_float:
            return float_frame(self.dataset, number)
        if self._native is not None:
            containers = native_frame(self._native, number)
        elif self.transfer_syntax in JPEG_2000:
            containers, precision = decompressed_by_openjpeg(codestreams(self.dataset, self.frames)[number - 1])
            return self._significant(containers, precision)
        elif self.transfer_syntax == RLE:
            containers = rle_frame(self.dataset, codestreams(self.dataset, self.frames)[number - 1])
        elif self.transfer_syntax == DEFLATED_FRAME:
            inflated = zlib.decompressobj(-15).decompress(codestreams(self.dataset, self.frames)[number - 1])
            containers = shaped(self.dataset, np.frombuffer(inflated, np.uint8), 1)
        else:
            containers = native_frame(self.dataset, number)
        return self._significant(containers)

    def _significant(self, containers, precision=None):
        """The bits from High Bit downwards, sign-extended; fewer where the codestream has fewer (PS3.5 8.2.4)."""
        stored = min(self.bits_stored, precision or 64)
        high = stored - 1 if precision else int(self.dataset.get("HighBit") or stored - 1)
        if int(self.dataset.BitsAllocated) == 1:
            return containers.astype(np.int64)
        values = (containers.astype(np.int64) >> (high + 1 - stored)) & ((1 << stored) - 1)
        return np.where(values >= 1 << (stored - 1), values - (1 << stored), values) if self.is_signed else values


def float_frame(dataset, number):
    double = "DoubleFloatPixelData" in dataset
    data = np.frombuffer(dataset.DoubleFloatPixelData if double else dataset.FloatPixelData, "<f8" if double else "<f4")
    return shaped(dataset, data, number).astype(np.float64)


def native_frame(dataset, number):
    """Frame `number` of uncompressed pixel data, as unsigned containers."""
    big_endian = not dataset.is_little_endian
    data = np.frombuffer(dataset.PixelData, np.uint8)
    allocated = int(dataset.BitsAllocated)
    if big_endian and allocated <= 8 and dataset["PixelData"].VR == "OW":
        data = data[: len(data) // 2 * 2].reshape(-1, 2)[:, ::-1].ravel()  # Bytes inside words (PS3.5 7.3).
    if allocated > 8:
        data = data[: len(data) // (allocated // 8) * (allocated // 8)].view(f"{'>' if big_endian else '<'}u{allocated // 8}")
    return shaped(dataset, data, number)


def shaped(dataset, data, number):
    """Frame `number` of samples that follow each other without padding; Bits Allocated 1 is unpacked."""
    rows, columns, samples = int(dataset.Rows), int(dataset.Columns), int(dataset.get("SamplesPerPixel") or 1)
    if int(dataset.get("BitsAllocated") or 0) == 1:
        data = np.unpackbits(data, bitorder="little")
    count = rows * columns * samples
    frames = int(dataset.get("NumberOfFrames") or 1)
    if dataset.get("PhotometricInterpretation") == "YBR_FULL_422" and len(data) < count * frames:
        return halved_chroma(data[rows * columns * 2 * (number - 1) : rows * columns * 2 * number], rows, columns)
    frame = data[count * (number - 1) : count * number]
    if samples == 1:
        return frame.reshape(rows, columns)
    if int(dataset.get("PlanarConfiguration") or 0) == 1:
        return np.moveaxis(frame.reshape(samples, rows, columns), 0, -1)
    return frame.reshape(rows, columns, samples)


def halved_chroma(data, rows, columns):
    """Y Y Cb Cr for two pixels (PS3.3 C.7.6.3.1.2)."""
    pairs = data.reshape(rows, columns // 2, 4)
    frame = np.empty((rows, columns, 3), data.dtype)
    frame[:, 0::2, 0], frame[:, 1::2, 0] = pairs[..., 0], pairs[..., 1]
    frame[..., 1:] = np.repeat(pairs[..., 2:], 2, axis=1)
    return frame


def codestreams(dataset, frames):
    """One codestream a frame. Without offset table, fragments are joined up to the end of a JPEG image."""
    try:
        streams = list(encaps.generate_pixel_data_frame(dataset.PixelData, frames))
        if len(streams) == frames:
            return streams
    except ValueError:
        pass
    streams = [b""]
    for fragment in encaps.generate_pixel_data_fragment(pydicom.filebase.DicomBytesIO(items_only(dataset.PixelData))):
        streams[-1] += fragment
        if streams[-1].rstrip(b"\0").endswith(b"\xff\xd9"):
            streams.append(b"")
    return streams[:-1]


def items_only(data):
    """Encapsulated pixel data without its offset table item."""
    return data[8 + struct.unpack("<L", data[4:8])[0] :]


def decompressed_by_dcmtk(dataset, transfer_syntax):
    """The data set after dcmdjpeg or dcmdjpls, without colour conversion."""
    tool = ["dcmdjpls"] if transfer_syntax in JPEG_LS else ["dcmdjpeg", "--conv-never"]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "native.dcm"
        try:
            subprocess.run([*tool, dataset.filename, str(output)], check=True, capture_output=True)
        except subprocess.CalledProcessError:  # Implicit VR in spite of its transfer syntax: pydicom puts that right.
            copy, source = pydicom.dcmread(dataset.filename), Path(folder) / "source.dcm"
            list(copy.iterall())  # Reads the elements, with their VRs.
            copy.save_as(source)
            subprocess.run([*tool, str(source), str(output)], check=True, capture_output=True)
        return pydicom.dcmread(output)


def decompressed_by_openjpeg(codestream):
    """Containers from opj_decompress' raw output, and their bits."""
    is_jp2 = codestream[4:8] == b"jP  "
    size = codestream.index(b"\xff\x4f\xff\x51") + 2  # SIZ (ISO/IEC 15444-1 A.5.1).
    columns, rows, left, top = struct.unpack(">4L", codestream[size + 6 : size + 22])
    components, precision = struct.unpack(">HB", codestream[size + 38 : size + 41])
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / ("a.jp2" if is_jp2 else "a.j2k"), Path(folder) / "a.rawl"
        source.write_bytes(codestream)
        subprocess.run(["opj_decompress", "-i", str(source), "-o", str(output)], check=True, capture_output=True)
        planes = np.frombuffer(output.read_bytes(), "<u1" if (precision & 0x7F) < 8 else "<u2")
    planes = planes.reshape(components, rows - top, columns - left)
    return planes[0] if components == 1 else np.moveaxis(planes, 0, -1), (precision & 0x7F) + 1


def rle_frame(dataset, codestream):
    """PS3.5 G: one segment a byte of a sample, most significant first."""
    header = struct.unpack("<16L", codestream[:64])
    ends = [*header[2 : header[0] + 1], len(codestream)]
    segments = [unpacked(codestream[begin:end]) for begin, end in zip(header[1:], ends)]
    if int(dataset.BitsAllocated) == 1:
        return shaped(dataset, np.frombuffer(segments[0], np.uint8), 1)
    rows, columns, samples = int(dataset.Rows), int(dataset.Columns), int(dataset.get("SamplesPerPixel") or 1)
    size = int(dataset.BitsAllocated) // 8
    planes = [np.frombuffer(segment[: rows * columns], np.uint8).astype(np.uint64) for segment in segments]
    frame = np.zeros((rows * columns, samples), np.uint64)
    for index, plane in enumerate(planes):
        frame[:, index // size] |= plane << np.uint64(8 * (size - 1 - index % size))
    return frame.reshape(rows, columns) if samples == 1 else frame.reshape(rows, columns, samples)


def unpacked(segment):
    """PackBits (PS3.5 G.3.2)."""
    output, at = bytearray(), 0
    while at + 1 < len(segment):
        count = segment[at]
        if count < 128:
            output += segment[at + 1 : at + 2 + count]
            at += 2 + count
        elif count > 128:
            output += segment[at + 1 : at + 2] * (257 - count)
            at += 2
        else:
            at += 1
    return bytes(output)


def jpeg_color_model(codestream, declared):
    """What the components of a JPEG codestream are, by what it says itself, then by the data set (PS3.5 8.2.1)."""
    at, jfif, transform, factors = 2, False, None, (1, 1, 1)
    while at + 4 <= len(codestream):
        marker, length = struct.unpack(">HH", codestream[at : at + 4])
        body = codestream[at + 4 : at + 2 + length]
        if marker == 0xFFE0 and body.startswith(b"JFIF\0"):
            jfif = True
        elif marker == 0xFFEE and body.startswith(b"Adobe") and len(body) >= 12:
            transform = body[11]
        elif marker in (0xFFC3, 0xFFF7):
            return declared  # Lossless processes transform nothing.
        elif 0xFFC0 <= marker <= 0xFFC2:
            if bytes(body[6::3][:3]) == b"RGB":
                return "RGB"
            factors = [(factor >> 4) * (factor & 15) for factor in body[7::3]]
            break
        at += 2 + length
    if jfif:
        return "YBR_FULL"
    if transform is not None:
        return "RGB" if transform == 0 else "YBR_FULL"
    # Fewer samples are chroma. SC_rgb_jpeg_lossy_gdcm.dcm claims RGB, and has the colours of SC_rgb_rle.dcm only so.
    return "YBR_FULL" if len(factors) == 3 and factors[0] > max(factors[1:]) else declared
