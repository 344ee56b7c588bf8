"""Pictures of answers as numpy arrays."""

import io

import numpy as np
from PIL import Image

Image.MAX_IMAGE_PIXELS = None


def decoded(content):
    """Samples of a PNG or JPEG: (rows, columns) or (rows, columns, 3). Pillow has no 16-bit RGB: it is cut to 8 bits."""
    return np.array(Image.open(io.BytesIO(content))).astype(np.int64)


def rounded(display):
    """Half up, as renderers round."""
    return np.floor(display + 0.5).astype(np.int64)
