// Pictures by plain HTTP: one request at a time, the newest wish next.

import { asFailure } from './failure';
import type { Output, View } from './messages';
import type { Service } from './service';
import type { Transport, TransportEvents, Wish } from './transport';
import { viewUrl } from './view_url';

const movingBox = 640;     // Pixels along the wider side.
const movingQuality = 70;
const retryMs = 1500;

// What is asked for while the hand moves.
function lighter({ view, output }: Wish): { view: View; output: Output } {
  const factor = Math.min(1, movingBox / Math.max(output.width, output.height));
  return {
    view: view.volume ? { ...view, volume: { ...view.volume, moving: true } } : view,
    output: {
      format: 'JPEG',
      quality: movingQuality,
      width: Math.max(1, Math.round(output.width * factor)),
      height: Math.max(1, Math.round(output.height * factor)),
    },
  };
}

export class HttpTransport implements Transport {
  readonly name = 'http';
  private waiting?: { sequence: number; wish: Wish };
  private busy = false;
  private readonly abort = new AbortController();

  constructor(private readonly service: Service, private readonly events: TransportEvents) {}

  show(sequence: number, wish: Wish): void {
    this.waiting = { sequence, wish };
    if (!this.busy) void this.run();
  }

  close(): void {
    this.waiting = undefined;
    this.abort.abort();
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const { sequence, wish } = this.waiting;
      this.waiting = undefined;
      try {
        await this.fetchPicture(sequence, wish);
      } catch (error) {
        if (this.abort.signal.aborted) return;
        const failure = asFailure(error);
        if (failure.status === 0) {
          this.events.lost();
          await new Promise((resolve) => setTimeout(resolve, retryMs));
          if (this.abort.signal.aborted) return;
          this.waiting ??= { sequence, wish };
        } else {
          this.events.failed(sequence, failure);
        }
      }
    }
    this.busy = false;
  }

  private async fetchPicture(sequence: number, wish: Wish): Promise<void> {
    const { view, output } = wish.moving ? lighter(wish) : wish;
    const response = await this.service.fetch(viewUrl(this.service.configuration.dicomWeb, view, output), {
      headers: { Accept: output.format === 'PNG' ? 'image/png' : 'image/jpeg' },
      signal: this.abort.signal,
    });
    const picture = await response.blob();
    this.events.answered({ sequence, picture, lossy: picture.type !== 'image/png', preliminary: wish.moving, partial: false });
  }
}
