/** Bounds: how much of a controller everybody together, and each by themselves, may take up. */
import { archiveBytesMax } from "#charm/bounds.ts";
import { bundleBytesMax } from "#release/bundle.ts";

export interface Bounds {
  /** Of every kind, those that have not said anything yet included. */
  readonly connectionsMax: number;
  /** Plain requests under way at a time. */
  readonly exchangesMax: number;
  /** A plain request in which nothing moves for so long has ended. */
  readonly silenceMaxMs: number;
  /** Those who read logs, at a time. */
  readonly logStreamsMax: number;
  readonly charmBytesMax: number;
  readonly binaryBytesMax: number;
  readonly resourceBytesMax: number;
}

const resourceBytesMax = 4 * 1024 ** 3;

export const usualBounds: Bounds = {
  connectionsMax: 20_000,
  exchangesMax: 64,
  silenceMaxMs: 120_000,
  logStreamsMax: 100,
  charmBytesMax: archiveBytesMax,
  binaryBytesMax: bundleBytesMax,
  resourceBytesMax,
};
