// A viewport's stack while the service plays it: where it was begun, or the hand has gone to since, and where it is.

import type { Cine, View } from '../core/messages';
import type { SeriesContent } from '../model/series_content';
import { cineOf, indexOf } from '../model/stack_cine';

export class StackPlay {
  private from = 0;
  private at = -1;     // Below 0: nothing plays.

  get isOn(): boolean {
    return this.at >= 0;
  }

  // What is to be asked for with the picture at `index`; rate: undefined where nothing is to play.
  cine(content: SeriesContent, index: number, rate?: number): Cine | undefined {
    if (rate === undefined) this.at = -1;
    else if (index !== this.at) this.from = this.at = index;
    return rate === undefined ? undefined : cineOf(content, this.from, rate);
  }

  // A view in words that do not change while the frame moves by itself.
  identity(view: View): unknown {
    return this.isOn ? { ...view, target: this.from, frame: { ...view.frame, frameNumber: 0 } } : view;
  }

  // The place in the stack of a view that the service shows; undefined where that is not what plays.
  follow(content: SeriesContent | undefined, view: View | undefined): number | undefined {
    const index = this.isOn && content && view ? indexOf(content, view) : undefined;
    if (index !== undefined) this.at = index;
    return index;
  }
}
