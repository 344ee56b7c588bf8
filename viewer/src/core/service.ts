// The service's resources as functions.

import type { Configuration } from './config';
import { asFailure, failureOf, unreachable } from './failure';
import type { MeasureResponse, MeasureShape, SeriesDescription, Target, View } from './messages';
import { studyOf, seriesOf, type DicomJson, type Series, type Study } from './dicom_json';

export interface StudyQuery {
  name: string;
  id: string;
  from: string;      // YYYY-MM-DD, or ''.
  to: string;
  modality: string;
  limit: number;
  offset: number;
}

const studyFields = ['00081030', '00080061', '00100010', '00100020', '00080020', '00201206', '00201208', '00080050'];
const seriesFields = ['0008103E', '00200011', '00201209', '00080060'];

const includeFields = (tags: string[]): string => tags.map((tag) => `includefield=${tag}`).join('&');

function dateRange(from: string, to: string): string {
  const compact = (date: string): string => date.replaceAll('-', '');
  return from || to ? `${compact(from)}-${compact(to)}` : '';
}

export class Service {
  constructor(readonly configuration: Configuration) {}

  // A GET or POST with the configured credentials; throws a Failure for whatever is no success.
  async fetch(url: string, options: RequestInit = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    const authorization = this.configuration.authorization();
    if (authorization) headers.set('Authorization', authorization);
    let response: Response;
    try {
      response = await fetch(url, { ...options, headers });
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw unreachable();
    }
    if (!response.ok) throw await failureOf(response);
    return response;
  }

  async searchStudies(query: StudyQuery, signal?: AbortSignal): Promise<Study[]> {
    const params = new URLSearchParams();
    const name = query.name.trim();
    if (name) params.set('PatientName', name.includes('*') ? name : `*${name}*`);
    if (query.id.trim()) params.set('PatientID', query.id.trim());
    if (query.modality) params.set('ModalitiesInStudy', query.modality);
    const dates = dateRange(query.from, query.to);
    if (dates) params.set('StudyDate', dates);
    params.set('limit', String(query.limit));
    params.set('offset', String(query.offset));
    return (await this.search(`studies?${params}&${includeFields(studyFields)}`, signal)).map(studyOf);
  }

  async study(uid: string): Promise<Study | undefined> {
    const found = await this.search(`studies?StudyInstanceUID=${uid}&${includeFields(studyFields)}`);
    return found[0] && studyOf(found[0]);
  }

  async series(study: string): Promise<Series[]> {
    const found = await this.search(`studies/${study}/series?${includeFields(seriesFields)}`);
    return found.map(seriesOf).sort((a, b) => a.number - b.number);
  }

  thumbnailUrl(study: string, series: string): string {
    return `${this.configuration.dicomWeb}/studies/${study}/series/${series}/thumbnail?viewport=160,160&accept=image/jpeg`;
  }

  target(study: string, series: string, instance?: string): Target {
    const { archive } = this.configuration;
    return {
      ...(archive && { archive }),
      studyInstanceUid: study,
      seriesInstanceUid: series,
      ...(instance && { sopInstanceUid: instance }),
    };
  }

  describeSeries(target: Target): Promise<SeriesDescription> {
    return this.call('describeSeries', { target });
  }

  measure(view: View, shapes: MeasureShape[]): Promise<MeasureResponse> {
    return this.call('measure', { view, shapes });
  }

  private async search(path: string, signal?: AbortSignal): Promise<DicomJson[]> {
    const response = await this.fetch(`${this.configuration.dicomWeb}/${path}`, {
      headers: { Accept: 'application/dicom+json' },
      ...(signal && { signal }),
    });
    return response.status === 204 ? [] : ((await response.json()) as DicomJson[]);
  }

  private async call<T>(method: string, body: unknown): Promise<T> {
    const response = await this.fetch(`${this.configuration.service}v1/${method}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw asFailure(error);
    }
  }
}
