/**
 * FullStatus of large models, through a real server, against a JSON round trip of the same answer;
 * and of ten times the units against ten times the time.
 */
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addUnits } from "#domain/deployment/deployment.ts";
import { migrations } from "#domain/schema.ts";
import { deployApp, now, runAll } from "#domain/testing.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import {
  password,
  shop,
  startTestController,
  type TestController,
} from "../../src/controller/testing.ts";
import { type Figure, type Measure, timeInTurns } from "../measure.ts";

const rounds = 7;
const unitsOfApplication = 500;
const small = 1_000;
const large = 10_000;
const bytesPerMiB = 2 ** 20;
const login = {
  ...{ facade: "Admin", version: 3, method: "Login", id: "" },
  params: { "auth-tag": "user-boss", credentials: password, nonce: "", "client-version": "3.6.14" },
};

export const fullStatus: Measure = {
  title: `FullStatus of ${small} and ${large} units`,

  async run() {
    await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-bench-"));
    const open = () => Store.open(openSqlite(join(folder.path, "jumar.db")), migrations);
    await using controller = await startTestController(open);
    const before = await measure(controller, { from: 0, to: small });
    const after = await measure(controller, { from: small, to: large });
    const times = large / small;
    return [
      before.time,
      after.time,
      {
        name: `FullStatus, time of ${large} units / ${times} × that of ${small}`,
        ...{ value: after.time.value, unit: "ms", baseline: times * before.time.value },
      },
      {
        name: `FullStatus, size of ${large} units / ${times} × that of ${small}`,
        ...{ value: after.size, unit: "MiB", baseline: times * before.size },
      },
    ];
  },
};

/** Lets the model grow, and asks for its status. */
async function measure(
  controller: TestController,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<{ readonly time: Figure; readonly size: number }> {
  const { store } = controller;
  for (let units = from; units < to; units += unitsOfApplication) {
    const name = `app${units}`;
    await deployApp(store, shop, { name, units: 0 });
    const more = { count: unitsOfApplication, placement: [], now };
    await store.write(shop, (tx) => addUnits(tx, name, more));
  }
  await runAll(store, shop);
  await using rpc = await controller.open(shop);
  await rpc.call(login);
  const request = { facade: "Client", version: 8, method: "FullStatus", id: "" };
  const ask = () => rpc.call({ ...request, params: { patterns: [] } });
  const answer = await ask();
  const times = await timeInTurns(rounds, ask, () => JSON.parse(JSON.stringify(answer)));
  const size = Buffer.byteLength(JSON.stringify(answer)) / bytesPerMiB;
  return {
    time: { name: `FullStatus of ${to} units / a JSON round trip of it`, unit: "ms", ...times },
    size,
  };
}
