// The letters at the edges of a picture: where in the patient one looks to.

import { add, scale, type Vec3 } from '../core/vector';
import type { Scene } from '../model/scene';
import type { Screen } from '../model/screen';

const minor = 0.25;   // Smaller components get no letter.

// 'L', 'P', 'H' and their opposites, the largest component first.
export function directionLetters(direction: Vec3): string {
  const letters: [string, string][] = [['L', 'R'], ['P', 'A'], ['H', 'F']];
  return direction
    .map((value, axis) => ({ size: Math.abs(value), letter: letters[axis]![value > 0 ? 0 : 1]! }))
    .filter(({ size }) => size > minor)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join('');
}

export interface EdgeLetters { right: string; left: string; bottom: string; top: string }

export function edgeLetters(scene: Scene, screen: Screen): EdgeLetters | undefined {
  const { right, down } = scene;
  if (!right || !down) return undefined;
  const patient = (x: number, y: number): string => {
    const [u, v] = screen.turnBack([x, y]);
    return directionLetters(add(scale(right, u), scale(down, v)));
  };
  return { right: patient(1, 0), left: patient(-1, 0), bottom: patient(0, 1), top: patient(0, -1) };
}
