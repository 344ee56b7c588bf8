"""PNG files (ISO/IEC 15948) with all their bits."""

import struct
import zlib

import numpy as np

from tests.support.pictures import decoded

TRUECOLOUR = 2


def samples(content):
    """(rows, columns) or (rows, columns, 3). Pillow cuts 16-bit colour to 8 bits: that is read here."""
    bits, color = content[24], content[25]
    return wide_color(content) if (bits, color) == (16, TRUECOLOUR) else decoded(content)


def wide_color(content):
    width, height, bits, color, _, _, interlaced = struct.unpack(">LLBBBBB", content[16:29])
    assert (bits, color, interlaced) == (16, TRUECOLOUR, 0)
    stream = zlib.decompress(b"".join(data for kind, data in chunks(content) if kind == b"IDAT"))
    lines = np.frombuffer(stream, np.uint8).reshape(height, 1 + 6 * width)
    values = unfiltered(lines[:, 0], lines[:, 1:].reshape(height, width, 6))
    return np.ascontiguousarray(values).view(">u2").astype(np.int64)


def chunks(content):
    at = 8
    while at < len(content):
        (length,) = struct.unpack(">L", content[at : at + 4])
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length


def unfiltered(kinds, lines):
    """Clause 9.2. A pixel needs those to its left, above and above left: all of a diagonal are done at once."""
    height, width, size = lines.shape
    pixels = np.zeros((height + 1, width + 1, size), np.int32)  # With what lies outside, which is 0.
    for diagonal in range(height + width - 1):
        y = np.arange(max(0, diagonal - width + 1), min(height, diagonal + 1))
        x = diagonal - y
        left, up, corner = pixels[y + 1, x], pixels[y, x + 1], pixels[y, x]
        by_left, by_up, by_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
        nearest = np.where((by_left <= by_up) & (by_left <= by_corner), left, np.where(by_up <= by_corner, up, corner))
        predictions = np.stack([np.zeros_like(left), left, up, (left + up) // 2, nearest])
        pixels[y + 1, x + 1] = (lines[y, x] + predictions[kinds[y], np.arange(len(y))]) % 256
    return pixels[1:, 1:].astype(np.uint8)
