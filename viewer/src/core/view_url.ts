// A view as the address of a rendered resource (docs/conformance.md, Parameters).

import type { Camera, Output, Projection, Vector3, View, VolumeInput } from './messages';

const numbers = (...values: (number | undefined)[]): string => values.map((value) => +(value ?? 0).toFixed(4)).join(',');
const vector = (value: Vector3): string => numbers(value.x, value.y, value.z);

const methods: Record<Projection, string> = {
  MAXIMUM_INTENSITY: 'maximum_ip',
  MINIMUM_INTENSITY: 'minimum_ip',
  AVERAGE_INTENSITY: 'average_ip',
  VOLUME_RENDERED: 'volume_rendered',
};

function setCamera(params: Map<string, string>, camera: Camera): void {
  params.set('viewpointposition', vector(camera.position));
  params.set('viewpointlookat', vector(camera.lookAt));
  params.set('viewpointup', vector(camera.up));
  params.set('vitrine-fov', String(+camera.fieldOfViewMm.toFixed(4)));
}

function setInput(params: Map<string, string>, input?: VolumeInput): void {
  const reference = input?.referenceSopInstanceUid;
  if (reference) params.set('volumeinputreference', [reference, input.referenceFrameNumber].filter(Boolean).join(','));
  for (const [name, value] of Object.entries(input?.match ?? {})) params.set(name, value);
}

// dicomWeb is the root of the archive, without a slash at the end.
export function viewUrl(dicomWeb: string, view: View, output: Output): string {
  const { target, frame, slice, volume, window } = view;
  const params = new Map<string, string>();
  let path = `${dicomWeb}/studies/${target.studyInstanceUid}/series/${target.seriesInstanceUid}`;
  let box = `${output.width},${output.height}`;
  if (frame) {
    path += `/instances/${target.sopInstanceUid}/frames/${frame.frameNumber ?? 1}/rendered`;
    const region = frame.sourceRegion;
    if (region) box += `,${numbers(region.left, region.top, region.width, region.height)}`;
    if (frame.invert) params.set('vitrine-invert', 'yes');
  } else if (slice) {
    path += '/renderedmpr';
    setInput(params, slice.input);
    setCamera(params, slice.camera);
    if (slice.slabThicknessMm) params.set('mprslab', String(slice.slabThicknessMm));
    if (slice.slabThicknessMm && slice.projection) params.set('renderingmethod', methods[slice.projection]);
    if (slice.invert) params.set('vitrine-invert', 'yes');
  } else if (volume) {
    path += '/rendered3d';
    setInput(params, volume.input);
    setCamera(params, volume.camera);
    if (volume.projection) params.set('renderingmethod', methods[volume.projection]);
    if (volume.preset) params.set('vitrine-preset', volume.preset);
    if (volume.moving) params.set('vitrine-moving', 'yes');
  }
  params.set('viewport', box);
  if (window) params.set('window', `${numbers(window.center, window.width)},${(window.function ?? 'LINEAR').toLowerCase().replace('_', '-')}`);
  if (output.format !== 'PNG' && output.quality) params.set('quality', String(output.quality));
  return `${path}?${[...params].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}
