// The description of a series from its metadata: stacks of images, no volumes.

import type { DicomJson } from './dicom_json';
import type { SeriesDescription, Vector3 } from './messages';

const numbers = (dataset: DicomJson, tag: string): number[] => (dataset[tag]?.Value ?? []).map(Number);

function vector(values: number[], first: number): Vector3 | undefined {
  return values.length >= first + 3 ? { x: values[first]!, y: values[first + 1]!, z: values[first + 2]! } : undefined;
}

export function describeMetadata(datasets: DicomJson[]): SeriesDescription {
  const text = (dataset: DicomJson, tag: string): string => String(dataset[tag]?.Value?.[0] ?? '');
  const instances = datasets.map((dataset) => {
    const spacing = numbers(dataset, '00280030');
    const orientation = numbers(dataset, '00200037');
    const centers = numbers(dataset, '00281050');
    const widths = numbers(dataset, '00281051');
    const frameTime = numbers(dataset, '00181063')[0];
    const position = vector(numbers(dataset, '00200032'), 0);
    const rowDirection = vector(orientation, 0);
    const columnDirection = vector(orientation, 3);
    return {
      sopInstanceUid: text(dataset, '00080018'),
      instanceNumber: numbers(dataset, '00200013')[0] ?? 0,
      rows: numbers(dataset, '00280010')[0] ?? 0,
      columns: numbers(dataset, '00280011')[0] ?? 0,
      numberOfFrames: numbers(dataset, '00280008')[0] || 1,
      photometricInterpretation: text(dataset, '00280004'),
      ...(spacing.length === 2 && { rowSpacingMm: spacing[0]!, columnSpacingMm: spacing[1]! }),
      ...(position && { imagePosition: position }),
      ...(rowDirection && columnDirection && { rowDirection, columnDirection }),
      windows: centers.flatMap((center, index) => (widths[index] ? [{ window: { center, width: widths[index] } }] : [])),
      ...(frameTime && { frameTimeMs: frameTime }),
      notRenderable: numbers(dataset, '00280010')[0] ? '' : 'The instance holds no image.',
    };
  });
  instances.sort((a, b) => a.instanceNumber - b.instanceNumber);
  return { modality: text(datasets[0] ?? {}, '00080060'), seriesDescription: text(datasets[0] ?? {}, '0008103E'), instances };
}
