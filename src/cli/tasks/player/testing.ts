/** Plays the agent of a machine: does at once, in the way that the test says, what is asked of its units. */
import type { Connection } from "#client/connection.ts";
import { type DesiredUnit, MachineAgent } from "#contract/machine-agent.ts";
import type { TaskDetails, TaskEnding } from "#contract/task.ts";
import { UnitAgent } from "#contract/unit-agent.ts";
import { shop, type TestController } from "#controller/testing.ts";

export interface Played {
  readonly says?: readonly string[];
  readonly ending: Omit<TaskEnding, "id">;
}

type Play = (task: TaskDetails) => Played | undefined;

/** Until it is disposed of. Tasks for which `play` returns nothing are begun and not ended. */
export async function playAgent(
  { connect }: Pick<TestController, "connect">,
  machine: string,
  play: Play,
): Promise<AsyncDisposable> {
  const connection = await connect(`machine-${machine}`, shop);
  const facade = connection.facade(MachineAgent);
  const work = async () => {
    for (let revision = 0; ; ) {
      const state = await facade.Next({ revision });
      for (const unit of state.units) await playUnit(connection, unit, play);
      revision = state.revision;
    }
  };
  const working = work().catch(() => {}); // the connection ends while it asks
  return {
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]();
      await working;
    },
  };
}

async function playUnit(
  connection: Connection,
  { name: unit, tasks }: DesiredUnit,
  play: Play,
): Promise<void> {
  const facade = connection.facade(UnitAgent);
  for (const { id } of tasks.filter(({ status }) => status === "pending")) {
    const played = play(await facade.BeginTask({ unit, task: id }));
    if (played === undefined) continue;
    for (const message of played.says ?? []) await facade.LogTask({ unit, task: id, message });
    await facade.FinishTask({ unit, ending: { id, ...played.ending } });
  }
}
