"""The service's PNG pictures of every real file within reach against an independent computation (reference.py).

Files: those of python3-pydicom, and the folders under VITRINE_TEST_DATA where that is set. Every file is either compared
or expected to be refused with the status that EXPECTED_REFUSALS names.
"""

import concurrent.futures
import json
import os
import tempfile
import unittest
import warnings
from pathlib import Path

import numpy as np

from tests.conformance import png, reference, stored
from tests.conformance.corpus import EXPECTED_REFUSALS, NOT_COMPARED, Corpus
from tests.support import junit
from tests.support.processes import Vitrine

warnings.simplefilter("ignore")  # pydicom's, about the files' values.
EGL_EVERY = 12  # Where EGL has no GPU it draws in software.
FUNCTIONS = {"LINEAR": "linear", "LINEAR_EXACT": "linear-exact", "SIGMOID": "sigmoid"}


def explicit_windows(image):
    """One for each function, inside the frame's values, so that every branch of the formulas is met."""
    values = reference.modality_values(image, 1)
    low, high = values.min(), values.max()
    center, width = float(f"{(low + high) / 2:.5g}"), float(f"{(high - low) / 2:.5g}")
    yield reference.Window(center, max(1.0, width), "LINEAR")
    if width > 0:
        yield reference.Window(center, width, "LINEAR_EXACT")
        yield reference.Window(center, width, "SIGMOID")


def difference(answer, image, frame, window, bits):
    """Nothing, or what is wrong with an answer."""
    status, headers, body = answer
    if status != 200:
        return f"status {status}: {body[:200]}"
    if headers["Content-Type"] != "image/png":
        return f"content type {headers['Content-Type']}"
    actual = png.samples(body)
    low, high = reference.bounds(image, frame, window, bits)
    if actual.shape != low.shape:
        return f"shape {actual.shape} instead of {low.shape}"
    wrong = (actual < low) | (actual > high)
    if not wrong.any():
        return None
    at = tuple(int(index[0]) for index in np.nonzero(wrong))
    return f"{wrong.sum()} of {wrong.size} samples; at {at}: {actual[at]}, allowed {low[at]:.0f} to {high[at]:.0f}"


def requests_for(image, briefly):
    """(frame, window, bits): defaults of the first and last frame, 16 bits, explicit windows; or the default alone."""
    yield 1, None, 8
    if briefly:
        return
    if image.frames > 1:
        yield image.frames, None, 8
    yield 1, None, 16
    if image.model not in ("MONOCHROME1", "MONOCHROME2"):
        return
    for window in explicit_windows(image):
        yield 1, window, 8


def check(get, entry, briefly):
    """Every disagreement about one file."""
    expected = EXPECTED_REFUSALS.get(entry.name, 200 if entry.has_pixels else 501)
    if entry.name in NOT_COMPARED:
        expected = 200
    if expected != 200 or entry.name in NOT_COMPARED:
        status, _, body = get(entry.rendered(1), "image/png")
        return [] if status == expected else [f"status {status} instead of {expected}: {body[:200]}"]
    image = stored.Image(entry.path)
    problems = []
    for frame, window, bits in requests_for(image, briefly):
        query = f"?vitrine-bits={bits}"
        if window:
            query += f"&window={window.center:.10g},{window.width:.10g},{FUNCTIONS[window.function]}"
        problem = difference(get(entry.rendered(frame) + query, "image/png"), image, frame, window, bits)
        if problem:
            problems.append(f"frame {frame} {query}: {problem}")
    return problems


class ConformanceTest(unittest.TestCase):
    longMessage = False

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.corpus = Corpus(Path(cls.folder.name), os.environ.get("VITRINE_TEST_DATA"))
        cls.archives = [f"--archive={name}=dir:{path}" for name, path in cls.corpus.archives()]
        cls.vitrine = Vitrine("--renderer=cpu", *cls.archives)
        cls.addClassCleanup(cls.vitrine.stop)

    def test_every_file(self):
        self.compare(self.vitrine, self.corpus.entries)

    def test_a_sample_of_the_files_through_egl(self):
        with Vitrine("--renderer=egl", *self.archives) as vitrine:
            self.compare(vitrine, [entry for entry in self.corpus.entries if not entry.is_repetition][::EGL_EVERY])

    def compare(self, vitrine, entries):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = pool.map(lambda entry: self.result(vitrine, entry), entries)
            for entry, problems in zip(entries, results):
                with self.subTest(entry.name):
                    self.assertEqual(problems, [], "\n".join(problems))

    @staticmethod
    def result(vitrine, entry):
        try:
            return check(vitrine.get, entry, briefly=entry.is_repetition)
        except Exception as error:  # Of the reference: the other files are still compared.
            return [f"reference failed: {error!r}"]

    def test_files_that_are_not_dicom_are_left_out(self):
        """What the corpus could not parse must not have become an instance."""
        found = set()
        for name, _ in self.corpus.archives():
            status, _, body = self.vitrine.get(f"/archives/{name}/dicom-web/instances?limit=100000")
            self.assertEqual(status, 200)
            found |= {(name, instance["00080018"]["Value"][0]) for instance in json.loads(body or b"[]")}
        refused = {name for name, status in EXPECTED_REFUSALS.items() if status in (400, 404)}
        expected = {(entry.archive, entry.uids[2]) for entry in self.corpus.entries if entry.name not in refused}
        self.assertEqual(found, expected)

    def test_refusals_are_of_files_that_exist(self):
        names = {entry.name for entry in self.corpus.entries}
        missing = {name for name in {**EXPECTED_REFUSALS, **NOT_COMPARED} if name not in names}
        if "VITRINE_TEST_DATA" not in os.environ:
            missing = {name for name in missing if name.startswith("pydicom/")}
        self.assertEqual(missing, set())


if __name__ == "__main__":
    junit.main()
