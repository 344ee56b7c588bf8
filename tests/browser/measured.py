"""What shapes on an image measure, by numpy and the formulas of geometry; points are pixels, from the image's outer corner."""

import json

import numpy


class Measured:
    def __init__(self, dataset):
        self.values = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
        self.spacing = numpy.array([float(dataset.PixelSpacing[1]), float(dataset.PixelSpacing[0])])

    def answers(self):
        return {"length": self.length, "angle": self.angle, "rectangle": self.rectangle, "ellipse": self.ellipse, "value": self.value}

    def length(self, *words):
        a, b = _points(words)
        return json.dumps(float(numpy.linalg.norm((a - b) * self.spacing)))

    def angle(self, *words):
        a, vertex, b = _points(words)
        u, v = (a - vertex) * self.spacing, (b - vertex) * self.spacing
        return json.dumps(float(numpy.degrees(numpy.arccos(u @ v / numpy.linalg.norm(u) / numpy.linalg.norm(v)))))

    def rectangle(self, *words):
        a, b = _points(words)
        x, y = self._centres()
        return self._statistics((x >= min(a[0], b[0])) & (x <= max(a[0], b[0])) & (y >= min(a[1], b[1])) & (y <= max(a[1], b[1])),
                                numpy.prod(numpy.abs(a - b) * self.spacing))

    def ellipse(self, *words):
        a, b = _points(words)
        x, y = self._centres()
        middle, half = (a + b) / 2, numpy.abs(a - b) / 2
        return self._statistics(((x - middle[0]) / half[0]) ** 2 + ((y - middle[1]) / half[1]) ** 2 <= 1, numpy.pi * numpy.prod(half * self.spacing))

    def value(self, *words):
        (x, y), = _points(words)
        return json.dumps(float(self.values[int(y), int(x)]))

    def _centres(self):
        rows, columns = numpy.indices(self.values.shape)
        return columns + 0.5, rows + 0.5

    def _statistics(self, inside, area):
        values = self.values[inside]
        return json.dumps({"mean": values.mean(), "sd": values.std(), "minimum": values.min(), "maximum": values.max(), "area": float(area)})


def _points(words):
    return numpy.array(words, dtype=float).reshape(-1, 2)
