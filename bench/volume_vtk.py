"""Planes, slabs and projections against vtkImageReslice: one series, the same positions and the same interpolation, default
threads on both sides. The processor time of a picture counts, and only after both pictures have been found equal."""

import json
import os
import subprocess
import sys
import tempfile
import time

import numpy
import vtk
from vtk.util import numpy_support

from bench.table import Table

BENCH = "bazel-bin/bench/volume_bench"
SIZE = 512
ROUNDS = 9
ROUND_SECONDS = 0.06
TARGETS = {"oblique plane": ">= 8", "oblique maximum of 100": ">= 8", "oblique mean of 100": ">= 8"}


def make_peer(volume, view):
    """The same positions as Vitrine's: VTK centres a slab on its output slice."""
    origin = numpy.array(view["origin"])
    origin += (view["samples"] - 1) / 2 * view["spacing"][2] * numpy.array(view["axes"][2])
    axes = vtk.vtkMatrix4x4()
    for row in range(3):
        for column in range(3):
            axes.SetElement(row, column, view["axes"][column][row])
        axes.SetElement(row, 3, origin[row])
    reslice = vtk.vtkImageReslice()
    reslice.SetInputData(volume)
    reslice.SetResliceAxes(axes)
    reslice.SetOutputDimensionality(2)
    reslice.SetOutputOrigin(0, 0, 0)
    reslice.SetOutputSpacing(*view["spacing"])
    reslice.SetOutputExtent(0, SIZE - 1, 0, SIZE - 1, 0, 0)
    reslice.SetBackgroundLevel(-32768)
    reslice.SetSlabNumberOfSlices(view["samples"])
    if view["maximum"]:
        reslice.SetSlabModeToMax()
    else:
        reslice.SetSlabModeToMean()
    if view["cubic"]:
        reslice.SetInterpolationModeToCubic()
    else:
        reslice.SetInterpolationModeToLinear()
    return reslice


def draw(reslice):
    reslice.Modified()
    reslice.Update()


def measure(reslice):
    """Milliseconds of processor time and of the clock for one picture, medians."""
    draw(reslice)
    start = time.monotonic()
    draw(reslice)
    pictures = max(int(ROUND_SECONDS / (time.monotonic() - start)), 1)
    rounds = []
    for _ in range(ROUNDS):
        processor, start = time.process_time(), time.monotonic()
        for _ in range(pictures):
            draw(reslice)
        rounds.append([time.process_time() - processor, time.monotonic() - start])
    return 1e3 / pictures * numpy.median(rounds, axis=0)


def difference(reslice, path, shown):
    """The largest difference of two pictures in 1/255, away from the faces of the volume, where VTK counts half a pixel
    that we do not."""
    values = numpy_support.vtk_to_numpy(reslice.GetOutput().GetPointData().GetScalars()).reshape(SIZE, SIZE)
    theirs = numpy.clip((values - shown[0]) / (shown[1] - shown[0]), 0, 1) * 255
    ours = numpy.fromfile(path, dtype=numpy.uint8).reshape(SIZE, SIZE)
    return numpy.abs(ours - theirs)[values > -32768].max()


def load(path, size, spacing):
    volume = vtk.vtkImageData()
    volume.SetDimensions(*size)
    volume.SetSpacing(*spacing)
    volume.GetPointData().SetScalars(numpy_support.numpy_to_vtk(numpy.fromfile(path, dtype=numpy.int16), deep=True))
    return volume


def run(*arguments):
    return json.loads(subprocess.run([BENCH, *arguments], check=True, capture_output=True, text=True).stdout)


def compare(folder, table):
    with tempfile.TemporaryDirectory() as scratch:
        output = os.path.join(scratch, "ours")
        ours = run("series", folder, output)
        volume = load(output + ".voxels", ours["size"], ours["spacing"])
        for view in ours["views"]:
            reslice = make_peer(volume, view)
            cpu_ms, wall_ms = measure(reslice)
            worst = difference(reslice, f"{output}-{view['name']}.grey", ours["shown"])
            if worst > 1.5:
                raise SystemExit(f"{view['name']}: the pictures differ by {worst:.1f}/255")
            table.add(
                f"{cpu_ms / view['cpu_ms']:.1f}",
                TARGETS.get(view["name"], "none"),
                f"{SIZE}x{SIZE} {view['name']} (pictures within {worst:.1f}/255)",
                f"{view['cpu_ms']:.2f} ms CPU, {view['wall_ms']:.2f} ms",
                f"{cpu_ms:.2f} ms CPU, {wall_ms:.2f} ms",
            )


def main():
    table = Table()
    folder = os.path.join(os.environ.get("VITRINE_TEST_DATA", ""), "ct_chest_lidc")
    if os.path.isdir(folder):
        compare(folder, table)
    else:
        print("  left out: the chest CT is not here (VITRINE_TEST_DATA)")
    for view in run("sizes"):
        small, large = view["small"]["cpu_ms"], view["large"]["cpu_ms"]
        table.add(
            f"{large / small:.2f}",
            "<= 1.25",
            f"{SIZE}x{SIZE} {view['name']}, 1 GB against 64 MB",
            f"{large:.2f} ms CPU",
            f"{small:.2f} ms CPU (Vitrine)",
        )
    table.print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
