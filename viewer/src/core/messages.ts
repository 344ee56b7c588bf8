// The proto3 JSON of vitrine.v1 (proto/vitrine/v1/*.proto says what the fields mean): what is sent and received here.

export interface Vector3 { x?: number; y?: number; z?: number }
export interface Window { center: number; width: number; function?: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID' }

export interface Target {
  archive?: string;
  studyInstanceUid: string;
  seriesInstanceUid?: string;
  sopInstanceUid?: string;
}

export interface SourceRegion { left: number; top: number; width: number; height: number }
export interface FrameView { frameNumber?: number; sourceRegion?: SourceRegion; invert?: boolean }

export interface Camera { position: Vector3; lookAt: Vector3; up: Vector3; fieldOfViewMm: number }
export interface VolumeInput { referenceSopInstanceUid?: string; referenceFrameNumber?: number; match?: Record<string, string> }
export type Projection = 'MAXIMUM_INTENSITY' | 'MINIMUM_INTENSITY' | 'AVERAGE_INTENSITY' | 'VOLUME_RENDERED';

export interface SliceView {
  input?: VolumeInput;
  camera: Camera;
  slabThicknessMm?: number;
  projection?: Projection;
  invert?: boolean;
}

export interface VolumeView { input?: VolumeInput; camera: Camera; projection?: Projection; preset?: string; moving?: boolean }

export interface View { target: Target; frame?: FrameView; slice?: SliceView; volume?: VolumeView; window?: Window }
export interface Output { format?: 'JPEG' | 'PNG'; quality?: number; width: number; height: number }

// Frames that the server sends by the clock: of the view's instance, or the instances named.
export interface Cine { instances?: { sopInstanceUids: string[] }; rate?: number }

export interface ViewUpdate { sequence: string; view: View; output: Output; moving?: boolean; targetRate?: number; cine?: Cine }

export interface Timings { queueMs?: number; fetchMs?: number; decodeMs?: number; renderMs?: number; encodeMs?: number }

// The header of a binary message: a RenderedFrame without its picture's bytes.
export interface RenderedFrame {
  sequence?: string;
  picture?: { mediaType?: string; width?: number; height?: number; lossy?: boolean };
  view?: View;
  preliminary?: boolean;
  partial?: boolean;
  progress?: number;
  timings?: Timings;
}

export interface StreamError { sequence?: string; category?: string; message?: string; retryable?: boolean }

export interface WindowPreset { window: Window; explanation?: string }

export interface InstanceDescription {
  sopInstanceUid: string;
  instanceNumber?: number;
  rows?: number;
  columns?: number;
  numberOfFrames?: number;
  photometricInterpretation?: string;
  rowSpacingMm?: number;
  columnSpacingMm?: number;
  imagePosition?: Vector3;
  rowDirection?: Vector3;
  columnDirection?: Vector3;
  windows?: WindowPreset[];
  frameTimeMs?: number;
  notRenderable?: string;
}

export interface VolumeDescription {
  input?: VolumeInput;
  columns: number;
  rows: number;
  slices: number;
  columnSpacingMm: number;
  rowSpacingMm: number;
  sliceSpacingMm: number;
  origin: Vector3;
  columnDirection: Vector3;
  rowDirection: Vector3;
  sliceDirection: Vector3;
}

export interface SeriesDescription {
  modality?: string;
  seriesDescription?: string;
  instances?: InstanceDescription[];
  volumes?: VolumeDescription[];
  leftOut?: string[];
}

export type ShapeKind = 'POINT' | 'LENGTH' | 'ANGLE' | 'RECTANGLE' | 'ELLIPSE';
export interface MeasureShape { kind: ShapeKind; points: Vector3[] }

export interface Statistics {
  samples?: number;
  mean?: number;
  standardDeviation?: number;
  minimum?: number;
  maximum?: number;
  areaMm2?: number;
}

export interface MeasureResult {
  value?: number;
  lengthMm?: number;
  lengthPixels?: number;
  angleDegrees?: number;
  statistics?: Statistics;
  spacingSource?: string;
}

export interface MeasureResponse { results?: MeasureResult[]; unit?: string }
