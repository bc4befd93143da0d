/** payload-register: tells of something that the charm has started. */
import { Problem } from "#base/problem.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Registers a payload of the charm, such as a container.",
  details: `
People see it with the command payloads. Its class is one of those in the charm's
metadata, with the type that the class has there; the id is whatever names the
payload. It is registered at once, as running.
`,
  options: {},
  positionals: ["type", "class", "id", "[tags...]"],

  async run({ type, class: kind, id, tags }, hook) {
    const classes = await hook.payloadClasses();
    const expected = Object.hasOwn(classes, kind) ? classes[kind] : undefined;
    if (expected === undefined) {
      throw new Problem("not found", `payload "${kind}" not found in metadata.yaml`);
    }
    if (expected !== type) {
      const reason = `expected "${expected}"`;
      throw new Problem("not valid", `incorrect type "${type}" for payload "${kind}", ${reason}`);
    }
    await hook.registerPayload({ class: kind, id, type, labels: tags });
  },
});
