// How a wish for a view becomes a picture. Latest wins: a wish that comes while another waits replaces it.

import type { Failure } from './failure';
import type { Cine, Output, Timings, View } from './messages';

export interface Wish {
  view: View;
  output: Output;
  moving: boolean;  // The hand is moving: smaller and lossier pictures are welcome.
  cine?: Cine;      // Plays from the view on. Plain HTTP shows the view alone.
}

export interface Answer {
  sequence: number;
  picture: Blob;
  view?: View;      // What was applied, after defaults, where the transport tells.
  lossy: boolean;
  preliminary: boolean;
  partial: boolean;    // Of a volume that is still loading: of few of its slices.
  timings?: Timings;
}

export interface TransportEvents {
  answered(answer: Answer): void;
  progressed(sequence: number, fraction: number): void;
  failed(sequence: number, failure: Failure): void;
  // The line is down; the transport goes on trying and repeats the last wish by itself.
  lost(): void;
}

export interface Transport {
  readonly name: 'stream' | 'http';
  // sequence ascends.
  show(sequence: number, wish: Wish): void;
  close(): void;
}
