/** agent.conf: who an agent is, where its controllers are, and how it proves itself to them. */
import { Problem } from "#base/problem.ts";
import { formatYaml, parseYaml } from "#base/yaml.ts";

export interface AgentConf {
  /** As in `machine-0`. */
  readonly tag: string;
  readonly controller: string;
  readonly model: string;
  /** As in `10.0.0.5:17070`. */
  readonly apiAddresses: readonly string[];
  /** PEM. */
  readonly caCertificate: string;
  readonly password: string;
  /** The agent's own machine, where it cannot find out by itself. */
  readonly addresses: readonly string[];
  /** A folder of unpacked binaries that the machines of a host share; empty where there is none. */
  readonly binaries: string;
  /** The root of the host, where charms may have it to themselves; empty where they may not. */
  readonly host: string;
}

const header = "# format 2.0\n";

export function formatAgentConf(conf: AgentConf): string {
  return (
    header +
    formatYaml({
      tag: conf.tag,
      controller: `controller-${conf.controller}`,
      model: `model-${conf.model}`,
      apiaddresses: conf.apiAddresses,
      cacert: conf.caCertificate,
      apipassword: conf.password,
      addresses: conf.addresses,
      binaries: conf.binaries,
      host: conf.host,
    })
  );
}

/** Throws `not valid` when something is missing; the password is never part of a message. */
export function parseAgentConf(text: string): AgentConf {
  const fields = parseYaml(text);
  if (typeof fields !== "object" || fields === null) throw notValid("it is not a map");
  const { tag, controller, model, apiaddresses, cacert, apipassword, addresses, binaries, host } =
    fields as Readonly<Record<string, unknown>>;
  return {
    tag: toText("tag", tag),
    controller: toText("controller", controller).replace(/^controller-/, ""),
    model: toText("model", model).replace(/^model-/, ""),
    apiAddresses: toTexts("apiaddresses", apiaddresses),
    caCertificate: toText("cacert", cacert),
    password: toText("apipassword", apipassword),
    addresses: toTexts("addresses", addresses),
    binaries: typeof binaries === "string" ? binaries : "",
    host: typeof host === "string" ? host : "",
  };
}

function toText(key: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw notValid(`"${key}" is missing`);
  return value;
}

function toTexts(key: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw notValid(`"${key}" is not a list`);
  return value.map(String);
}

function notValid(reason: string): Problem {
  return new Problem("not valid", `agent.conf cannot be used: ${reason}`);
}
