// Registers the elements, once, however many scripts of ours a page loads.

import { Pane } from './pane';
import { Viewer } from './viewer';

export function defineElements(): void {
  if (!customElements.get('vitrine-pane')) customElements.define('vitrine-pane', Pane);
  if (!customElements.get('vitrine-viewer')) customElements.define('vitrine-viewer', Viewer);
}
