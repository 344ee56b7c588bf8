// Where the page is: '#/' with the search, or '#/study/UID?link'.

import type { StudyQuery } from '../core/service';

export type Route = { page: 'studies'; query: StudyQuery } | { page: 'study'; study: string; link: string };

export const pageSize = 25;

const emptyQuery: StudyQuery = { name: '', id: '', from: '', to: '', modality: '', limit: pageSize, offset: 0 };

export function readRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const study = /^\/study\/([0-9.]{1,64})$/.exec(path)?.[1];
  if (study) return { page: 'study', study, link: decodeURIComponent(search) };
  const params = new URLSearchParams(search);
  const text = (name: string): string => params.get(name) ?? '';
  return {
    page: 'studies',
    query: {
      ...emptyQuery,
      name: text('name'), id: text('id'), from: text('from'), to: text('to'), modality: text('modality'),
      offset: Math.max(0, Number(text('offset')) || 0),
    },
  };
}

export function studiesHash(query: StudyQuery): string {
  const params = new URLSearchParams();
  for (const name of ['name', 'id', 'from', 'to', 'modality'] as const) if (query[name]) params.set(name, query[name]);
  if (query.offset) params.set('offset', String(query.offset));
  const search = params.toString();
  return search ? `#/?${search}` : '#/';
}

// The link's own signs are all allowed in a fragment.
export const studyHash = (study: string, link = ''): string => `#/study/${study}${link && `?${link}`}`;
