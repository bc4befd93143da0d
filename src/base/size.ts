/** Sizes as Juju writes them, counted in MiB: `512M`, `1.5G`, `2TiB`; without a suffix it is MiB. */

const pattern = /^(\d+(?:\.\d+)?)([MGTPEZY]?)(?:i?B)?$/;

/** In whole MiB, rounded up. Undefined for what is no size, or beyond counting. */
export function parseMib(text: string): number | undefined {
  const [, amount, suffix] = pattern.exec(text) ?? [];
  if (amount === undefined || suffix === undefined) return undefined;
  const mib = Math.ceil(Number(amount) * 1024 ** Math.max("MGTPEZY".indexOf(suffix), 0));
  return Number.isSafeInteger(mib) ? mib : undefined;
}
