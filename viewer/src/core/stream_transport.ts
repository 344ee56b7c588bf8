// Pictures by WebSocket (/v1/stream): updates out, frames in. The server lets the latest win; here an update is held back
// only while the line itself is clogged.

import { failureFrom } from './failure';
import type { RenderedFrame, StreamError, ViewUpdate } from './messages';
import type { Transport, TransportEvents, Wish } from './transport';

const cloggedBytes = 64 * 1024;
const firstRetryMs = 250;
const lastRetryMs = 4000;
const idleClose = 1001;   // No update for too long: the next one opens the line again.

// 4 bytes, big-endian: the length of the JSON header; the header; the picture.
export function splitFrame(message: ArrayBuffer): { header: RenderedFrame; picture: Uint8Array } {
  const length = new DataView(message).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length))) as RenderedFrame;
  return { header, picture: new Uint8Array(message, 4 + length) };
}

export class StreamTransport implements Transport {
  readonly name = 'stream';
  private socket?: WebSocket;
  private last?: { sequence: number; wish: Wish };
  private everOpen = false;
  private closed = false;
  private isAsleep = false;
  private retryMs = firstRetryMs;
  private timer = 0;

  // unavailable: the service has never answered on this address as a stream.
  constructor(private readonly url: string, private readonly events: TransportEvents, private readonly unavailable: () => void) {
    this.connect();
  }

  show(sequence: number, wish: Wish): void {
    this.last = { sequence, wish };
    if (this.isAsleep) this.connect();
    else this.send();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close(1000);
  }

  private connect(): void {
    this.isAsleep = false;
    const socket = new WebSocket(this.url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.everOpen = true;
      this.send();
    };
    socket.onmessage = ({ data }) => (typeof data === 'string' ? this.readError(data) : this.readFrame(data as ArrayBuffer));
    socket.onclose = ({ code }) => this.onClose(code);
    this.socket = socket;
  }

  private send(): void {
    const socket = this.socket;
    if (!this.last || socket?.readyState !== WebSocket.OPEN) return;
    clearTimeout(this.timer);
    if (socket.bufferedAmount > cloggedBytes) {
      this.timer = window.setTimeout(() => this.send(), 20);
      return;
    }
    const { sequence, wish } = this.last;
    const { view, output, moving, cine } = wish;
    const update: ViewUpdate = { sequence: String(sequence), view, output, moving, ...(cine && { cine }) };
    socket.send(JSON.stringify(update));
  }

  private readFrame(message: ArrayBuffer): void {
    this.retryMs = firstRetryMs;
    const { header, picture } = splitFrame(message);
    const sequence = Number(header.sequence ?? 0);
    if (header.progress !== undefined && picture.length === 0) {
      this.events.progressed(sequence, header.progress);
      return;
    }
    this.events.answered({
      sequence,
      picture: new Blob([picture as Uint8Array<ArrayBuffer>], { type: header.picture?.mediaType ?? 'image/jpeg' }),
      ...(header.view && { view: header.view }),
      lossy: header.picture?.lossy ?? false,
      preliminary: header.preliminary ?? false,
      partial: header.partial ?? false,
      ...(header.timings && { timings: header.timings }),
    });
  }

  private readError(message: string): void {
    const error = JSON.parse(message) as StreamError;
    this.events.failed(Number(error.sequence ?? 0), failureFrom(error.message ?? '', error.retryable ?? false));
  }

  private onClose(code: number): void {
    if (this.closed) return;
    if (code === idleClose) {
      this.isAsleep = true;
      return;
    }
    if (!this.everOpen) {
      this.unavailable();
      return;
    }
    this.events.lost();
    this.timer = window.setTimeout(() => this.connect(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, lastRetryMs);
  }
}
