/** Says how far a transfer has come. */
import type { Out } from "./out.ts";

const units = [
  { name: "MB", bytes: 1e6, digits: 1 },
  { name: "kB", bytes: 1e3, digits: 0 },
  { name: "bytes", bytes: 1, digits: 0 },
] as const;

export function showTransfer(out: Out, what: string, size: number): (bytes: number) => void {
  return (bytes) => out.progress(`${what}: ${formatShare(bytes, size)}`);
}

/** As in `2 of 4 kB`, in the largest unit of which the whole has at least one. */
export function formatShare(bytes: number, size: number): string {
  const unit = units.find((each) => size >= each.bytes) ?? units[2];
  const [share, whole] = [bytes, size].map((each) => (each / unit.bytes).toFixed(unit.digits));
  return `${share} of ${whole} ${unit.name}`;
}
