// The archive's studies: search, pages, and the way into a study.

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Study } from '../core/dicom_json';
import { asFailure } from '../core/failure';
import type { Service, StudyQuery } from '../core/service';
import { pageSize, studiesHash, studyHash } from './route';
import { studyListStyle } from './study_list_style';

const modalities = ['CT', 'MR', 'US', 'XA', 'DX', 'CR', 'MG', 'PT', 'NM', 'RF', 'OT'];
const typingMs = 300;

export class StudyList extends LitElement {
  static override styles = studyListStyle;

  @property({ attribute: false }) service!: Service;
  @property({ attribute: false }) query!: StudyQuery;
  @state() private studies?: Study[];
  @state() private hasMore = false;
  @state() private problem = '';
  private asked = '';
  private abort?: AbortController;
  private typingTimer = 0;

  override willUpdate(): void {
    const text = JSON.stringify(this.query);
    if (text !== this.asked) {
      this.asked = text;
      void this.search();
    }
  }

  override render(): TemplateResult {
    return html`<header><h1>Studies</h1><form role="search" @submit=${(event: Event) => event.preventDefault()} @input=${() => this.onInput()}>
        ${this.field('name', 'Patient name', 'search')}${this.field('id', 'Patient ID', 'search')}
        ${this.field('from', 'From', 'date')}${this.field('to', 'To', 'date')}
        <label><span>Modality</span><select name="modality"><option value="">Any</option>${modalities.map((name) =>
          html`<option value=${name} ?selected=${name === this.query.modality}>${name}</option>`)}</select></label>
      </form></header>
      <main aria-busy=${this.studies || this.problem ? 'false' : 'true'}>${this.body()}</main>`;
  }

  private field(name: 'name' | 'id' | 'from' | 'to', label: string, type: string): TemplateResult {
    return html`<label><span>${label}</span><input name=${name} type=${type} .value=${this.query[name]} autocomplete="off" spellcheck="false"></label>`;
  }

  private body(): unknown {
    if (this.problem) return html`<div class="empty" role="alert"><p>${this.problem}</p><button @click=${() => void this.search()}>Try again</button></div>`;
    if (!this.studies) return html`<div class="empty" role="status">Searching …</div>`;
    if (this.studies.length === 0) return html`<div class="empty" role="status">${this.isFiltered() ? 'No study matches.' : 'The archive holds no studies.'}</div>`;
    const { offset } = this.query;
    return html`<ul class="studies" aria-label="Studies">${this.studies.map((study) => this.row(study))}</ul>
      ${offset > 0 || this.hasMore ? html`<nav class="pages" aria-label="Pages">
        <button ?disabled=${offset === 0} @click=${() => this.go(offset - pageSize)}>Previous</button>
        <span>${offset + 1} – ${offset + this.studies.length}</span>
        <button ?disabled=${!this.hasMore} @click=${() => this.go(offset + pageSize)}>Next</button></nav>` : nothing}`;
  }

  private row(study: Study): TemplateResult {
    const counts = [study.seriesCount && `${study.seriesCount} series`, study.instanceCount && `${study.instanceCount} ${study.instanceCount === 1 ? 'image' : 'images'}`].filter(Boolean);
    return html`<li><a href=${studyHash(study.uid)}>
      <span class="modalities">${study.modalities.map((name) => html`<b>${name}</b>`)}</span>
      <span class="name">${study.patientName || 'No name'}</span><span class="id">${study.patientId}</span>
      <span class="what">${study.description}</span><span class="date">${study.date}</span><span class="counts">${counts.join(' · ')}</span>
    </a></li>`;
  }

  private isFiltered(): boolean {
    const { name, id, from, to, modality } = this.query;
    return Boolean(name || id || from || to || modality);
  }

  private onInput(): void {
    clearTimeout(this.typingTimer);
    this.typingTimer = window.setTimeout(() => {
      const fields = Object.fromEntries([...new FormData(this.renderRoot.querySelector('form')!)].map(([name, value]) => [name, String(value)]));
      location.hash = studiesHash({ ...this.query, ...fields, offset: 0 });
    }, typingMs);
  }

  private go(offset: number): void {
    location.hash = studiesHash({ ...this.query, offset: Math.max(0, offset) });
  }

  // Asks for one more than fits, to know whether there is a next page.
  private async search(): Promise<void> {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.problem = '';
    this.studies = undefined;
    try {
      const found = await this.service.searchStudies({ ...this.query, limit: pageSize + 1 }, abort.signal);
      this.hasMore = found.length > pageSize;
      this.studies = found.slice(0, pageSize);
    } catch (error) {
      if (!abort.signal.aborted) this.problem = asFailure(error).message;
    }
  }
}

