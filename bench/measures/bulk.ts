/** A hook that calls its tools two hundred times, against spawning `/bin/true` as often from it. */
import type { Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, findUnit, writeRecorder } from "../../tests/journeys/cloud.ts";
import type { Measure } from "../measure.ts";

const calls = 200;
/** In turns, as a charm would: it asks, it writes, and it says what it does. */
const tools = [
  "config-get word",
  "relation-set -r $relation key=$call",
  "relation-get -r $relation - $JUJU_UNIT_NAME",
  "is-leader",
  "juju-log -l DEBUG done",
];
const microsPerMs = 1000;

const script = `
[ "$hook" = start ] || exit 0
relation=$(relation-ids ring)
begin=$EPOCHREALTIME
for ((call = 0; call < ${calls / tools.length}; call++)); do
${tools.map((tool) => `  ${tool} >/dev/null`).join("\n")}
done
middle=$EPOCHREALTIME
for ((call = 0; call < ${calls}; call++)); do /bin/true; done
end=$EPOCHREALTIME
status-set active "$((\${middle/./} - \${begin/./})) $((\${end/./} - \${middle/./}))"
`;

export const bulk: Measure = {
  title: "a hook with two hundred calls of tools",

  async run() {
    await using scratch = await bootstrapped();
    const files = { "config.yaml": "options:\n  word:\n    type: string\n    default: Hello\n" };
    const metadata = "peers:\n  ring:\n    interface: ring\n";
    const charm = await writeRecorder(scratch, { name: "busy", files, metadata, script });
    await scratch.jumar(`deploy ${charm}`);
    const said = await scratch.until("busy/0 has its figures", () => findMessage(scratch));
    const [value = 0, baseline = 0] = said.split(" ").map((micros) => Number(micros) / microsPerMs);
    const name = `${calls} tools in a hook / ${calls} times /bin/true`;
    return [{ name, value, unit: "ms", baseline }];
  },
};

async function findMessage(scratch: Scratch): Promise<string | undefined> {
  const unit = findUnit(await scratch.status(), "busy/0");
  const { current, message } = unit?.["workload-status"] ?? {};
  return current === "active" ? message : undefined;
}
