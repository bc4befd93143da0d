/** In which order texts stand, by what their letters are counted as: the same everywhere. */

export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Of what `Object.entries` has made. */
export function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return byText(a, b);
}
