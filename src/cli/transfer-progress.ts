/** Says how far a transfer has come. */
import type { Out } from "./out.ts";

export function showTransfer(out: Out, what: string, size: number): (bytes: number) => void {
  return (bytes) => out.progress(`${what}: ${toMegabytes(bytes)} of ${toMegabytes(size)} MB`);
}

function toMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
