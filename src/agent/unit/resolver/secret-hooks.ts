/**
 * Secret hooks: what a charm has not heard yet of secrets.
 *
 * What it has been told is written down with when, or as what, so that news that the controller has
 * not taken back yet is not told twice. That a secret is to be rotated and that a revision has ended
 * is said again as long as the charm does nothing about it, as in Juju.
 */
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { SecretHook } from "../hook.ts";
import type { UnitState } from "../state.ts";

type Owned = DesiredUnit["secrets"]["owned"][number];

/** How long a charm has to do something about it. */
const tellAgain = Temporal.Duration.from({ minutes: 5 });
/** How much is remembered of what the charm has been told. */
const toldMax = 5000;

interface Circumstances {
  readonly now: Temporal.Instant;
  readonly isLeader: boolean;
}

/** A hook that is to be run, from then on. */
interface Due {
  readonly hook: SecretHook;
  readonly at: Temporal.Instant;
}

/** The first thing that the charm has not heard, or undefined when it has heard everything. */
export function nextSecretNews(
  state: UnitState,
  desired: DesiredUnit,
  circumstances: Circumstances,
): SecretHook | undefined {
  const isDue = ({ at }: Due) => Temporal.Instant.compare(at, circumstances.now) <= 0;
  return listDue(state, desired, circumstances).find(isDue)?.hook;
}

/** When there will be something to tell even if nothing changes. */
export function nextSecretTime(
  state: UnitState,
  desired: DesiredUnit,
  circumstances: Circumstances,
): Temporal.Instant | undefined {
  const times = listDue(state, desired, circumstances).map(({ at }) => at);
  return times.toSorted((a, b) => Temporal.Instant.compare(a, b)).at(0);
}

/** What its leader hears of an application's secret, nobody else does. */
function listDue(
  { secretsTold: told }: UnitState,
  { secrets: { owned, read } }: DesiredUnit,
  { now, isLeader }: Circumstances,
): Due[] {
  const own = owned.filter(({ application }) => isLeader || !application);
  const hooks = [
    ...own.flatMap((secret) => toRotate(secret)),
    ...own.flatMap((secret) => secret.expiring.map((each) => toExpire(secret, each))),
    ...own.flatMap((secret) => secret.obsolete.map((each) => toRemove(secret, each))),
    ...read.map(({ id, label, revision }) =>
      hookOf("secret-changed", { id, label, application: false }, { revision }),
    ),
  ];
  return hooks.flatMap((hook) => {
    const at = timeOf(hook, told[keyOf(hook)], now);
    return at === undefined ? [] : [{ hook, at }];
  });
}

function toRotate(secret: Owned): SecretHook[] {
  const { rotates: due, revision } = secret;
  return due === "" ? [] : [hookOf("secret-rotate", secret, { revision, due })];
}

function toExpire(secret: Owned, { revision, at: due }: Owned["expiring"][number]): SecretHook {
  return hookOf("secret-expired", secret, { revision, due });
}

function toRemove(secret: Owned, revision: number): SecretHook {
  return hookOf("secret-remove", secret, { revision });
}

function hookOf(
  kind: SecretHook["kind"],
  { id: secret, label, application }: Pick<Owned, "id" | "label" | "application">,
  rest: { readonly revision: number; readonly due?: string },
): SecretHook {
  return { kind, secret, label, ofApplication: application, due: "", ...rest };
}

/** From when on it is to be told, if at all. */
function timeOf(
  { kind, due }: SecretHook,
  before: string | undefined,
  now: Temporal.Instant,
): Temporal.Instant | undefined {
  if (kind === "secret-changed" || kind === "secret-remove")
    return before === undefined ? now : undefined;
  return before === undefined
    ? Temporal.Instant.from(due)
    : Temporal.Instant.from(before).add(tellAgain);
}

/** The same for the same news. */
function keyOf({ kind, secret, revision, due }: SecretHook): string {
  return kind === "secret-rotate" ? `${kind} ${secret} ${due}` : `${kind} ${secret}/${revision}`;
}

/** The unit's state once its charm has heard that. */
export function afterSecretHook(
  state: UnitState,
  hook: SecretHook,
  now: Temporal.Instant,
): UnitState {
  const key = keyOf(hook);
  const { [key]: _, ...others } = state.secretsTold;
  const all = [...Object.entries(others), [key, now.toString()] as const];
  return { ...state, secretsTold: Object.fromEntries(all.slice(-toldMax)) };
}
