// The configuration of a viewer: where the service is and how to ask it. Read at run time from app-config.js or given to
// Vitrine.install(); OHIF's shapes (servers.dicomWeb[0], dataSources[0].configuration) are understood as well.

export interface Configuration {
  service: string;   // The service's root, with a slash at the end.
  dicomWeb: string;  // The DICOMweb root of the archive, without a slash at the end.
  archive: string;   // Its name; '': the default one.
  lossless: boolean; // At rest, pictures are PNG.
  stream: boolean;   // WebSocket where the service has it; otherwise plain HTTP only.
  authorization(): string; // The Authorization header, or ''.
}

interface DicomWebSource { qidoRoot?: string; wadoRoot?: string; requestOptions?: { auth?: unknown } }

export interface RawConfiguration {
  service?: string;
  archive?: string;
  lossless?: boolean;
  stream?: boolean;
  authorization?: string | (() => string);
  servers?: { dicomWeb?: DicomWebSource[] };
  dataSources?: { configuration?: DicomWebSource }[];
}

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

function sourceOf(raw: RawConfiguration): DicomWebSource | undefined {
  return raw.servers?.dicomWeb?.[0] ?? raw.dataSources?.find((source) => source.configuration?.wadoRoot)?.configuration;
}

function authorizationOf(raw: RawConfiguration, source: DicomWebSource | undefined): () => string {
  const given = raw.authorization;
  if (typeof given === 'function') return given;
  const auth = source?.requestOptions?.auth;
  const fixed = given ?? (typeof auth === 'string' && auth ? `Basic ${btoa(auth)}` : '');
  return () => fixed;
}

// `base` is the address against which relative ones are resolved: where the page or the script came from.
export function readConfiguration(raw: RawConfiguration, base: string): Configuration {
  const source = sourceOf(raw);
  const root = source?.wadoRoot ?? source?.qidoRoot;
  const common = { lossless: raw.lossless ?? false, stream: raw.stream ?? true, authorization: authorizationOf(raw, source) };
  if (root && !raw.service) {
    const dicomWeb = new URL(root, base).href.replace(/\/$/, '');
    const archive = raw.archive ?? decodeURIComponent(/\/archives\/([^/]+)\/dicom-web$/.exec(dicomWeb)?.[1] ?? '');
    const service = withSlash(dicomWeb.replace(/\/(archives\/[^/]+\/)?dicom-web$/, ''));
    return { service, dicomWeb, archive, ...common };
  }
  const service = withSlash(new URL(raw.service ?? '.', base).href);
  const archive = raw.archive ?? '';
  const dicomWeb = `${service}${archive ? `archives/${encodeURIComponent(archive)}/` : ''}dicom-web`;
  return { service, dicomWeb, archive, ...common };
}
