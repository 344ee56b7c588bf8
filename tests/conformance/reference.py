"""The picture that a rendered resource must show, computed from the standard's formulas with numpy.

PS3.4 N.2: Modality LUT, VOI LUT, inversion; PS3.3 C.7.6.3 for colour. Where the standard leaves the choice to the
service, proto/vitrine/v1/view.proto says what it chose (View.window). Only views of a frame at its own size.
"""

from collections import namedtuple

import numpy as np

Window = namedtuple("Window", "center width function")  # function: LINEAR, LINEAR_EXACT or SIGMOID.

# PS3.4 N.2.1.2: there, the Modality LUT leads back to X-ray intensities and is not for display.
FLUOROSCOPY = {f"1.2.840.10008.5.1.4.1.1.12.{n}" for n in ("1", "1.1", "2", "2.1", "3")}


def picture(image, number, window=None, bits=8):
    """Display values of frame `number` of a stored.Image, not yet rounded: (rows, columns[, 3]) from 0 to 2^bits - 1."""
    samples = image.frame(number)
    if image.model == "PALETTE COLOR":
        display = palette_color(image, samples)
    elif samples.ndim == 3:
        display = true_color(image, samples)
    else:
        display = grey(image, samples, number, window)
    return display * (2**bits - 1)


def bounds(image, number, window=None, bits=8):
    """Lowest and highest allowed value of every sample: 1 about the picture, and what an inexact codestream adds.

    Decoders of a DCT codestream may differ by 1 in each stored sample. In grey images that is put through the curve; in
    colour images the conversion adds a luma and a chroma difference (at most 1 + 1.772), chroma interpolation another.
    """
    exact = picture(image, number, window, bits)
    low, high = exact, exact
    if image.inexact and exact.ndim == 2:
        samples = image.frame(number)
        near = [grey(image, samples, number, window, offset) * (2**bits - 1) for offset in (-1, 1)]
        low, high = np.minimum.reduce([exact, *near]), np.maximum.reduce([exact, *near])
    elif image.inexact:
        low, high = exact - 4 * (2**bits - 1) / 255, exact + 4 * (2**bits - 1) / 255
    elif image.model.startswith("YBR") and bits > 8:
        # The conversion to RGB rounds to the bits of the source.
        step = (2**bits - 1) / (2**image.bits_stored - 1)
        low, high = exact - step / 2, exact + step / 2
    return np.floor(low + 0.5) - 1, np.floor(high + 0.5) + 1


def modality_values(image, number):
    """The values that windows refer to, padding left out: for choosing a window to ask for."""
    samples = image.frame(number)
    values = modality(image, samples, number)[~is_padding(image, samples)]
    values = values[np.isfinite(values)]
    return values if values.size else np.array([0.0, 1.0])


def grey(image, samples, number, window, offset=0):
    """`offset` is added to every stored value, for bounds(); the default range stays that of `samples`."""
    values = modality(image, samples + offset, number)
    display = np.clip(voi(image, samples, values, number, window), 0, 1)
    inverse = image.model == "MONOCHROME1" or image.dataset.get("PresentationLUTShape") == "INVERSE"
    display = 1 - display if inverse else display
    return np.where(is_padding(image, samples) | np.isnan(samples), 0, display)


# Functional groups: the frame's own, then the shared ones, then the data set (PS3.3 C.7.6.16.2).


def places(image, number, group):
    dataset = image.dataset
    holders = []
    if len(dataset.get("PerFrameFunctionalGroupsSequence") or []) >= number:
        holders.append(dataset.PerFrameFunctionalGroupsSequence[number - 1])
    holders += list(dataset.get("SharedFunctionalGroupsSequence") or [])[:1]
    return [holder.get(group)[0] for holder in holders if holder.get(group)] + [dataset]


def modality(image, samples, number):
    """PS3.3 C.11.1."""
    values = np.asarray(samples, np.float64)
    dataset = image.dataset
    if dataset.get("SOPClassUID") in FLUOROSCOPY and dataset.get("PixelIntensityRelationship") in ("LOG", "DISP"):
        return values
    for place in places(image, number, "PixelValueTransformationSequence"):
        if place.get("ModalityLUTSequence"):
            entries, first, _ = lookup_table(image, place.ModalityLUTSequence[0], image.is_signed)
            return entries[np.clip(values - first, 0, len(entries) - 1).astype(int)].astype(np.float64)
        if place.get("RescaleSlope") is not None or place.get("RescaleIntercept") is not None:
            return values * float(place.get("RescaleSlope", 1)) + float(place.get("RescaleIntercept", 0))
    return values


def voi(image, samples, values, number, window):
    """PS3.3 C.11.2; not yet clipped."""
    if window is not None:
        return windowed(values, window)
    for place in places(image, number, "FrameVOILUTSequence"):
        if place.get("VOILUTSequence"):
            lowest = modality(image, np.array(possible_range(image)), number).min()  # A slope may be negative.
            entries, first, bits = lookup_table(image, place.VOILUTSequence[0], lowest < 0)
            return entries[np.clip(np.rint(values) - first, 0, len(entries) - 1).astype(int)] / (2.0**bits - 1)
        for own in windows(place):
            return windowed(values, own)
    low, high = default_range(image, samples, number)
    return (values - low) / (high - low)


def windows(place):
    """The windows of the data set that C.11.2.1.2 allows."""
    function = place.get("VOILUTFunction") or "LINEAR"
    for center, width in zip(listed(place.get("WindowCenter")), listed(place.get("WindowWidth"))):
        if float(width) >= 1 or (function != "LINEAR" and float(width) > 0):
            yield Window(float(center), float(width), function)


def windowed(x, window):
    c, w, function = window
    if function == "SIGMOID":
        return 1 / (1 + np.exp(-4 * (x - c) / w))
    if function == "LINEAR_EXACT":
        return np.where(x <= c - w / 2, 0, np.where(x > c + w / 2, 1, (x - c) / w + 0.5))
    inside = (x - (c - 0.5)) / (w - 1) + 0.5 if w > 1 else np.zeros_like(x)
    return np.where(x <= c - 0.5 - (w - 1) / 2, 0, np.where(x > c - 0.5 + (w - 1) / 2, 1, inside))


def possible_range(image):
    half = 2.0 ** (image.bits_stored - 1) if not image.is_float else 0
    return (-half, half - 1) if image.is_signed else (0, 2 * half - 1)


def default_range(image, samples, number):
    """View.window's default: all possible values up to 8 bits, those of the frame above.

    A Modality LUT need not be monotonic: every value between the lowest and the highest counts.
    """
    segmentation = image.dataset.get("SegmentationType")
    if segmentation == "FRACTIONAL":
        stored = np.array([0, int(image.dataset.MaximumFractionalValue)])
    elif not image.is_float and image.bits_stored <= 8 and segmentation != "LABELMAP":
        stored = np.array(possible_range(image))
    else:
        stored = samples[~is_padding(image, samples) & np.isfinite(samples)]
        if stored.size == 0:
            return 0.0, 1.0
    if not image.is_float and image.bits_stored <= 16:
        stored = np.arange(stored.min(), stored.max() + 1)
    values = modality(image, stored, number)
    low, high = values.min(), values.max()
    return (low, high) if low < high else (low, low + 1)


def is_padding(image, samples):
    """PS3.3 C.7.5.1.1.2."""
    dataset = image.dataset
    prefix = "" if not image.is_float else "DoubleFloat" if "DoubleFloatPixelData" in dataset else "Float"
    value = dataset.get(f"{prefix}PixelPaddingValue")
    if value is None:
        return np.zeros(samples.shape, bool)
    limit = dataset.get(f"{prefix}PixelPaddingRangeLimit")
    ends = [v if image.is_float else as_16_bits(v, image.is_signed) for v in (value, value if limit is None else limit)]
    return (samples >= min(ends)) & (samples <= max(ends))


# Colour.


def true_color(image, samples):
    full = 2.0**image.bits_stored - 1
    if image.model == "RGB":
        return samples / full
    if image.model not in ("YBR_FULL", "YBR_FULL_422"):
        raise NotImplementedError(image.model)
    y, cb, cr = np.moveaxis(samples.astype(np.float64), -1, 0)
    middle = 2.0 ** (image.bits_stored - 1)
    red, blue = y + 1.402 * (cr - middle), y + 1.772 * (cb - middle)
    green = (y - 0.299 * red - 0.114 * blue) / 0.587  # C.7.6.3.1.2 defines Y = 0.299 R + 0.587 G + 0.114 B.
    return np.clip(np.stack([red, green, blue], -1), 0, full) / full


def palette_color(image, samples):
    """PS3.3 C.7.6.3.1.5 and C.7.9. Entries of 8 bits in 16-bit words are met: then 255 is the brightest."""
    channels = [palette_channel(image, color) for color in ("Red", "Green", "Blue")]
    wide = max(entries.max() for entries, _ in channels) > 255
    display = [entries[np.clip(samples - first, 0, len(entries) - 1)] for entries, first in channels]
    return np.stack(display, -1) / (65535.0 if wide else 255.0)


def palette_channel(image, color):
    count, first, bits = image.dataset.get(f"{color}PaletteColorLookupTableDescriptor")
    first = as_16_bits(first, image.is_signed)
    count = as_16_bits(count, False) or 65536
    keyword = f"Segmented{color}PaletteColorLookupTableData"
    if image.dataset.get(keyword) is not None:
        element = image.dataset[keyword]
        units = packed_bytes(element, image) if bits == 8 else np.frombuffer(element.value, word_type(image))
        return np.array(segments(units)[:count]), first
    return table_entries(image.dataset[f"{color}PaletteColorLookupTableData"], count, bits, image), first


def segments(units, start=0, limit=None, entries=None):
    """C.7.9.2: the entries that `limit` segments from `start` on append."""
    entries, at, executed, width = [] if entries is None else entries, start, 0, units.itemsize
    while at + 1 < len(units) and executed != limit:
        opcode, length = int(units[at]), int(units[at + 1])
        executed += 1
        if opcode == 0:
            entries += [int(unit) for unit in units[at + 2 : at + 2 + length]]
            at += 2 + length
        elif opcode == 1:
            begin, end = entries[-1], int(units[at + 2])
            entries += [round(begin + (end - begin) * i / length) for i in range(1, length + 1)]
            at += 3
        else:
            digits = units[at + 2 : at + 2 + 4 // width]
            offset = sum(int(digit) << (8 * width * i) for i, digit in enumerate(digits))
            segments(units, offset // width, length, entries)
            at += 2 + 4 // width
    return entries


# Lookup tables.


def lookup_table(image, item, signed_first):
    """Entries, first input value, bits."""
    count, first, bits = item.LUTDescriptor
    entries = table_entries(item["LUTData"], as_16_bits(count, False) or 65536, bits, image)
    return entries, as_16_bits(first, signed_first), bits


def table_entries(element, count, bits, image):
    """US values, or OW bytes with one entry a word, or two 8-bit entries a word."""
    value = element.value
    if not isinstance(value, (bytes, bytearray)):
        return np.asarray(value, np.int64)[:count] & 0xFFFF
    if bits <= 8 and len(value) < 2 * count:
        return packed_bytes(element, image)[:count].astype(np.int64)
    return np.frombuffer(value, word_type(image))[:count].astype(np.int64)


def packed_bytes(element, image):
    """8-bit entries, the first in the low byte of a word (PS3.3 C.7.6.3.1.5): in OW, big endian has them swapped."""
    if element.VR == "OB":
        return np.frombuffer(element.value, np.uint8)
    return np.frombuffer(element.value, word_type(image)).astype("<u2").view(np.uint8)


def word_type(image):
    return "<u2" if image.dataset.is_little_endian else ">u2"


def as_16_bits(value, is_signed):
    """US and SS share their bits; which of them is meant does not follow from the VR."""
    value = int(value) & 0xFFFF
    return value - 0x10000 if is_signed and value >= 0x8000 else value


def listed(value):
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (list, tuple)) or hasattr(value, "append") else [value]
