/**
 * Refuses what a call gives and nobody would heed yet: whoever asks for something hears that it will
 * not be so, rather than finding out.
 */
import { Problem } from "#base/problem.ts";

/** What is said of each parameter that cannot be heeded, given what it names first. */
const complaints = {
  container: (name: string) => `the cloud has no containers, such as "${name}"`,
  disks: () => "the cloud has no disks to add: a machine has the disk of its host",
  host: (name: string) => `a machine that is there already, such as "${name}", cannot be added yet`,
  "via-cidrs": (name: string) => `a relation cannot be restricted to "${name}" yet`,
} as const satisfies Readonly<Record<string, (name: string) => string>>;

type Given = { readonly [Name in keyof typeof complaints]?: unknown };

/** Throws `not supported` for the first of the parameters that says anything. */
export function refuseGiven(params: Given): void {
  for (const [name, value] of Object.entries(params)) {
    const [first] = namesIn(value);
    if (first === undefined) continue;
    throw new Problem("not supported", complaints[name as keyof Given](first));
  }
}

function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== "object" || value === null) return value ? [String(value)] : [];
  return Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [name]));
}
