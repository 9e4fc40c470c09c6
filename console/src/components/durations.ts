import { NO_BREAK } from './numbers';

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** `90` as `1 min 30 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${seconds}${NO_BREAK}s`;
  let rest = seconds;
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${NO_BREAK}${name}`);
  }
  return parts.join(' ');
}
