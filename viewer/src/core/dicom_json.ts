// The DICOM JSON model (PS3.18 Annex F), as far as search results go.

interface Element { vr?: string; Value?: unknown[] }
export type DicomJson = Record<string, Element | undefined>;

export interface Study {
  uid: string;
  patientName: string;
  patientId: string;
  date: string;          // YYYY-MM-DD, or ''.
  description: string;
  modalities: string[];
  seriesCount: number;   // 0: unknown.
  instanceCount: number;
}

export interface Series {
  uid: string;
  modality: string;
  description: string;
  number: number;
  instanceCount: number; // 0: unknown.
}

function values(dataset: DicomJson, tag: string): string[] {
  return (dataset[tag]?.Value ?? []).map((value) => {
    if (value === null || value === undefined) return '';
    return typeof value === 'object' ? ((value as { Alphabetic?: string }).Alphabetic ?? '') : String(value);
  });
}

const text = (dataset: DicomJson, tag: string): string => values(dataset, tag)[0] ?? '';
const count = (dataset: DicomJson, tag: string): number => Number(text(dataset, tag)) || 0;

// FAMILY^GIVEN^MIDDLE^PREFIX^SUFFIX as people write it.
export function personName(name: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = name.split('^').map((part) => part.trim());
  const first = [prefix, given, middle].filter(Boolean).join(' ');
  return [[family, first].filter(Boolean).join(', '), suffix].filter(Boolean).join(' ');
}

export function studyOf(dataset: DicomJson): Study {
  return {
    uid: text(dataset, '0020000D'),
    patientName: personName(text(dataset, '00100010')),
    patientId: text(dataset, '00100020'),
    date: text(dataset, '00080020').replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
    description: text(dataset, '00081030'),
    modalities: values(dataset, '00080061').filter(Boolean),
    seriesCount: count(dataset, '00201206'),
    instanceCount: count(dataset, '00201208'),
  };
}

export function seriesOf(dataset: DicomJson): Series {
  return {
    uid: text(dataset, '0020000E'),
    modality: text(dataset, '00080060'),
    description: text(dataset, '0008103E'),
    number: count(dataset, '00200011'),
    instanceCount: count(dataset, '00201209'),
  };
}
