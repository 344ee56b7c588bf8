// The pictures of one viewport: chooses the transport, numbers the wishes, keeps the figures.

import type { Failure } from './failure';
import type { Service } from './service';
import { HttpTransport } from './http_transport';
import { StreamTransport } from './stream_transport';
import type { Answer, Transport, TransportEvents, Wish } from './transport';

export interface FeedEvents {
  pictured(answer: Answer): void;
  progressed(fraction: number): void;
  failed(failure: Failure): void;
  lost(): void;
}

export interface Figures {
  transport: string;
  latencyMs: number;       // From the latest answered wish to its picture.
  rate: number;            // Pictures in the last second.
  bytes: number;           // Of the last picture.
  bytesPerSecond: number;
  totalBytes: number;
  serverMs: number;        // As far as the server tells.
}

// Services found to have no stream, so that the next viewport does not try again.
const withoutStream = new Set<string>();

const streamUrl = (service: string): string => `${service.replace(/^http/, 'ws')}v1/stream`;

export class Feed implements TransportEvents {
  private transport: Transport;
  private isClosed = false;
  private sequence = 0;
  private answeredSequence = 0;
  private lastWish?: Wish;
  private readonly askedAt = new Map<number, number>();
  private readonly recent: { at: number; bytes: number }[] = [];
  private latencyMs = 0;
  private lastBytes = 0;
  private totalBytes = 0;
  private serverMs = 0;

  constructor(private readonly service: Service, private readonly events: FeedEvents) {
    this.transport = this.open();
  }

  // Returns the wish's number, which its pictures bear.
  show(wish: Wish): number {
    this.lastWish = wish;
    this.sequence += 1;
    this.askedAt.set(this.sequence, performance.now());
    this.transport.show(this.sequence, wish);
    return this.sequence;
  }

  // Asks for the last wish once more.
  retry(): void {
    if (this.lastWish && !this.isClosed) this.transport.show(this.sequence, this.lastWish);
  }

  close(): void {
    this.isClosed = true;
    this.transport.close();
  }

  figures(): Figures {
    this.forget(performance.now());
    return {
      transport: this.transport.name,
      latencyMs: this.latencyMs,
      rate: this.recent.length,
      bytes: this.lastBytes,
      bytesPerSecond: this.recent.reduce((sum, { bytes }) => sum + bytes, 0),
      totalBytes: this.totalBytes,
      serverMs: this.serverMs,
    };
  }

  answered(answer: Answer): void {
    if (answer.sequence < this.answeredSequence) return;
    this.answeredSequence = answer.sequence;
    const now = performance.now();
    const asked = this.askedAt.get(answer.sequence);
    if (asked !== undefined) this.latencyMs = now - asked;
    for (const sequence of this.askedAt.keys()) if (sequence <= answer.sequence) this.askedAt.delete(sequence);
    this.lastBytes = answer.picture.size;
    this.totalBytes += this.lastBytes;
    this.serverMs = Object.values(answer.timings ?? {}).reduce((sum: number, ms: number | undefined) => sum + (ms ?? 0), 0);
    this.recent.push({ at: now, bytes: this.lastBytes });
    this.forget(now);
    this.events.pictured(answer);
  }

  progressed(sequence: number, fraction: number): void {
    if (sequence === this.sequence || sequence > this.answeredSequence) this.events.progressed(fraction);
  }

  failed(sequence: number, failure: Failure): void {
    if (sequence === this.sequence || sequence === 0) this.events.failed(failure);
  }

  lost(): void {
    this.events.lost();
  }

  private forget(now: number): void {
    while (this.recent[0] && this.recent[0].at < now - 1000) this.recent.shift();
  }

  private open(): Transport {
    const { service, stream } = this.service.configuration;
    if (!stream || withoutStream.has(service)) return new HttpTransport(this.service, this);
    return new StreamTransport(streamUrl(service), this, () => this.fallBack(service));
  }

  // No stream was ever there: a proxy that does not let it pass, or a service that is down, which plain HTTP will tell.
  private fallBack(service: string): void {
    withoutStream.add(service);
    this.transport = new HttpTransport(this.service, this);
    this.retry();
  }
}
