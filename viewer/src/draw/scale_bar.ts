// A round number of millimetres that is about `room` CSS pixels long.

export interface ScaleBar { millimetres: number; pixels: number; label: string }

export function scaleBar(pixelsPerMm: number, room: number): ScaleBar | undefined {
  if (!(pixelsPerMm > 0) || room < 40) return undefined;
  const most = room / pixelsPerMm;
  const power = 10 ** Math.floor(Math.log10(most));
  const millimetres = [5, 2, 1].map((step) => step * power).find((length) => length <= most)!;
  const label = millimetres >= 10 ? `${millimetres / 10} cm` : `${+millimetres.toPrecision(1)} mm`;
  return { millimetres, pixels: millimetres * pixelsPerMm, label };
}
