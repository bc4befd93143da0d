/** What the agent says of a unit while it runs its hooks, in the words of Juju. */
import { formatSecretUri } from "#charm/secret.ts";
import { describeHook, type Hook, hookName, isRelationHook, isSecretHook } from "./hook.ts";
import type { UnitSetting } from "./setting.ts";
import type { UnitState } from "./state.ts";

/** A check-up is nothing to tell anybody about. */
const quietHooks: readonly string[] = ["update-status", "collect-metrics"];

/** The workload's status where the charm says nothing of it, by the hook that begins. */
const workloadAtBeginning: Readonly<Record<string, string>> = {
  install: "installing charm software",
  stop: "stopping charm software",
  remove: "cleaning up prior to charm deletion",
};

/** A unit that has just come to its machine: what is shown until its charm has something to say. */
export async function arriving({ controller }: UnitSetting): Promise<void> {
  for (const info of ["installing agent", "agent initialising"]) {
    void quietly(controller.setStatus({ scope: "workload", status: "waiting", info }));
  }
}

export async function beginning(
  { controller }: UnitSetting,
  { hasSetStatus }: UnitState,
  hook: Hook,
): Promise<void> {
  const info = workloadAtBeginning[hook.kind];
  const isOurs = info !== undefined && (hook.kind !== "install" || !hasSetStatus);
  if (isOurs)
    void quietly(controller.setStatus({ scope: "workload", status: "maintenance", info }));
  if (quietHooks.includes(hook.kind)) return;
  const executing = { status: "executing", info: `running ${describeHook(hook)}` };
  void quietly(controller.setStatus({ scope: "agent", ...executing }));
}

export async function runningTask(
  { controller }: UnitSetting,
  { name }: { readonly name: string },
): Promise<void> {
  const said = { status: "executing", info: `running action ${name}` };
  void quietly(controller.setStatus({ scope: "agent", ...said }));
}

export async function runningCommands({ controller }: UnitSetting): Promise<void> {
  const said = { status: "executing", info: "running commands" };
  void quietly(controller.setStatus({ scope: "agent", ...said }));
}

export async function ending(
  { controller }: UnitSetting,
  { hasSetStatus }: UnitState,
  { kind }: Hook,
): Promise<void> {
  const workload = (status: string) =>
    controller.setStatus({ scope: "workload", status, info: "" });
  if (kind === "start" && !hasSetStatus) void quietly(workload("unknown"));
  if (kind === "stop") void quietly(workload("maintenance"));
  if (kind === "remove") void quietly(workload("terminated"));
}

export async function failure({ controller }: UnitSetting, hook: Hook): Promise<void> {
  await controller.setStatus({
    ...{ scope: "agent", status: "error", info: `hook failed: "${hookName(hook)}"` },
    data: { hook: hookName(hook), ...whatIsAbout(hook) },
  });
}

export async function rebooting({ controller }: UnitSetting): Promise<void> {
  await quietly(controller.setStatus({ scope: "agent", status: "rebooting", info: "" }));
}

function whatIsAbout(hook: Hook): Record<string, unknown> {
  if (isRelationHook(hook)) {
    const remote = hook.remoteUnit === "" ? {} : { "remote-unit": hook.remoteUnit };
    return { "relation-id": hook.relation, ...remote };
  }
  if (!isSecretHook(hook)) return {};
  return { "secret-uri": formatSecretUri(hook.secret), "secret-label": hook.label };
}

/** What is said of a status is said in its order; nobody waits for it to be heard. */
async function quietly(saying: Promise<void>): Promise<void> {
  await saying.catch(() => {});
}
