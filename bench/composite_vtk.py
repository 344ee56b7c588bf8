"""Volume rendering against vtkFixedPointVolumeRayCastMapper.

One series, one transfer function, the same cameras, lighting and distance between samples, default threads on both sides.
The processor time of a picture counts, and of VTK's only that of the ray casting: what an empty window takes is taken off.
"""

import glob
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

import numpy
import vtk
from vtk.util import numpy_support

from bench.table import Table

DATA = os.environ.get("VITRINE_TEST_DATA", "")
BENCH = "bazel-bin/bench/composite_bench"
SIZE = 512
STEP_MM = 0.5
REPETITIONS = 5


def processor_ms():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return 1e3 * (usage.ru_utime + usage.ru_stime)


def load(path, ours):
    """What composite_bench has read, as vtkImageData whose middle is the origin. The series is axial, so that the axes of
    the patient are those of the voxels."""
    volume = vtk.vtkImageData()
    volume.SetDimensions(*ours["size"])
    volume.SetSpacing(*ours["spacing"])
    volume.SetOrigin([-0.5 * (n - 1) * s for n, s in zip(ours["size"], ours["spacing"])])
    voxels = numpy.fromfile(path, dtype=numpy.int16)
    os.remove(path)
    volume.GetPointData().SetScalars(numpy_support.numpy_to_vtk(voxels, deep=True))
    return volume


def make_property(ours):
    colour = vtk.vtkColorTransferFunction()
    opacity = vtk.vtkPiecewiseFunction()
    for value, red, green, blue, of_1_mm in ours["points"]:
        colour.AddRGBPoint(value, red, green, blue)
        opacity.AddPoint(value, of_1_mm)
    ambient, diffuse, specular, power = ours["lighting"]
    properties = vtk.vtkVolumeProperty()
    properties.SetColor(colour)
    properties.SetScalarOpacity(opacity)
    properties.SetScalarOpacityUnitDistance(1)
    properties.SetInterpolationTypeToLinear()
    properties.ShadeOn()
    properties.SetAmbient(ambient)
    properties.SetDiffuse(diffuse)
    properties.SetSpecular(specular)
    properties.SetSpecularPower(power)
    return properties


class Display:
    """An X server without a screen: Debian's VTK draws nothing without one."""

    def __enter__(self):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x640x24", "-nolisten", "tcp"]
        self.server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as number:
            os.environ["DISPLAY"] = ":" + number.readline().strip()

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


class Peer:
    def __init__(self, volume, ours):
        self.mapper = vtk.vtkFixedPointVolumeRayCastMapper()
        self.mapper.SetInputData(volume)
        self.mapper.AutoAdjustSampleDistancesOff()
        self.mapper.SetSampleDistance(STEP_MM)
        self.mapper.SetImageSampleDistance(1)
        self.actor = vtk.vtkVolume()
        self.actor.SetMapper(self.mapper)
        self.actor.SetProperty(make_property(ours))
        self.renderer = vtk.vtkRenderer()
        self.renderer.AddVolume(self.actor)
        # Light from the eye, as ours.
        self.renderer.SetAutomaticLightCreation(True)
        self.window = vtk.vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self.window.SetMultiSamples(0)
        self.window.SetSize(SIZE, SIZE)
        self.window.AddRenderer(self.renderer)
        self.extent = ours["extent"]

    def look(self, view):
        camera = self.renderer.GetActiveCamera()
        camera.ParallelProjectionOn()
        camera.SetFocalPoint(0, 0, 0)
        camera.SetPosition(*[-1000 * f for f in view["forward"]])
        camera.SetViewUp(*view["up"])
        camera.SetParallelScale(self.extent / 2)
        self.renderer.ResetCameraClippingRange()

    def draw(self):
        """Milliseconds of processor time, and of the clock."""
        self.renderer.GetActiveCamera().Modified()
        before, start = processor_ms(), time.monotonic()
        self.window.Render()
        return processor_ms() - before, 1e3 * (time.monotonic() - start)

    def medians(self):
        self.draw()  # The first one prepares gradients and tables.
        return numpy.median([self.draw() for _ in range(REPETITIONS)], axis=0)

    def measure(self, view):
        """The picture; processor time and duration of its ray casting, without what an empty window takes."""
        self.look(view)
        self.actor.VisibilityOff()
        empty = self.medians()
        self.actor.VisibilityOn()
        cpu_ms, wall_ms = self.medians() - empty
        grabber = vtk.vtkWindowToImageFilter()
        grabber.SetInput(self.window)
        grabber.ReadFrontBufferOff()
        grabber.Update()
        pixels = numpy_support.vtk_to_numpy(grabber.GetOutput().GetPointData().GetScalars())
        return pixels.reshape(SIZE, SIZE, 3)[::-1], cpu_ms, wall_ms


def similarity(a, b):
    """Structural similarity of the brightness (Wang 2004) over blocks of 8x8, and the correlation of all pixels."""
    a, b = (picture.astype(float).mean(axis=2) for picture in (a, b))
    blocks = [p.reshape(SIZE // 8, 8, SIZE // 8, 8).swapaxes(1, 2).reshape(-1, 64) for p in (a, b)]
    mean = [p.mean(axis=1) for p in blocks]
    variance = [p.var(axis=1) for p in blocks]
    covariance = ((blocks[0] - mean[0][:, None]) * (blocks[1] - mean[1][:, None])).mean(axis=1)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ssim = ((2 * mean[0] * mean[1] + c1) * (2 * covariance + c2)) / (
        (mean[0] ** 2 + mean[1] ** 2 + c1) * (variance[0] + variance[1] + c2)
    )
    return ssim.mean(), numpy.corrcoef(a.ravel(), b.ravel())[0, 1]


def write_png(path, picture):
    image = vtk.vtkImageData()
    image.SetDimensions(picture.shape[1], picture.shape[0], 1)
    flipped = numpy.ascontiguousarray(picture[::-1]).reshape(-1, 3)
    image.GetPointData().SetScalars(numpy_support.numpy_to_vtk(flipped, deep=True))
    writer = vtk.vtkPNGWriter()
    writer.SetFileName(path)
    writer.SetInputData(image)
    writer.Write()


def compare(peer, ours, output, table):
    for view in ours["views"]:
        theirs, cpu_ms, wall_ms = peer.measure(view)
        path = os.path.join(output, f"ours-{view['name']}.rgb")
        picture = numpy.fromfile(path, dtype=numpy.uint8).reshape(SIZE, SIZE, 3)
        write_png(os.path.join(output, f"{view['name']}.png"), numpy.hstack([picture, theirs]))
        ssim, correlation = similarity(picture, theirs)
        table.add(
            f"{cpu_ms / view['cpu_ms']:.2f}",
            ">= 4",
            f"512x512 shaded, 0.5 mm, {view['name']} (SSIM {ssim:.2f}, correlation {correlation:.3f})",
            f"{view['cpu_ms']:.0f} ms CPU, {view['wall_ms']:.0f} ms",
            f"{cpu_ms:.0f} ms CPU, {wall_ms:.0f} ms",
        )


def main():
    folder = os.path.join(DATA, "ct_chest_lidc")
    if not glob.glob(os.path.join(folder, "*.dcm")):
        print("  left out: the chest CT is not here (VITRINE_TEST_DATA)")
        return 0
    output = tempfile.mkdtemp(prefix="vitrine-volume-rendering-")
    answer = subprocess.run(
        [BENCH, folder, "ct-bone", os.path.join(output, "ours")], check=True, capture_output=True, text=True
    )
    ours = json.loads(answer.stdout)
    table = Table()
    with Display():
        compare(Peer(load(os.path.join(output, "ours.voxels"), ours), ours), ours, output, table)
    for name, what, target in (("moving", "512x512 at the moving level", ">= 1"), ("small", "the same, 256x256", "-")):
        rate = 1e3 / ours[name]["wall_ms"]
        rate_text = f"{rate:.0f}, {ours[name]['cpu_ms']:.0f} ms CPU"
        table.add(f"{rate / 15:.2f}", target, f"pictures a second while turning, {what}", rate_text, "15")
    table.print()
    print(f"\nSide by side, ours left: {output}/*.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
