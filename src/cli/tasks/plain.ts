/** What tasks have found and printed, as somebody reads it who has asked for nothing else. */
import { formatYaml } from "#base/yaml.ts";
import type { WireActionResult } from "#contract/action.ts";
import { receiverOf, toId } from "./document.ts";

export interface Plain {
  readonly stdout: string;
  readonly stderr: string;
}

/** Keys that are shown in another way, or not at all. */
const ownKeys: ReadonlySet<string> = new Set([
  "stdout",
  "stdout-encoding",
  "stderr",
  "stderr-encoding",
  "return-code",
]);

/** One task's output as it was printed; of several, each under the name of who has run it. */
export function toPlain(results: readonly WireActionResult[]): Plain {
  const [only, ...others] = results;
  if (only === undefined) return { stdout: "", stderr: "" };
  if (others.length === 0) return toOutput(only);
  const each = results.map((result) => [receiverOf(result), toEntry(result)] as const);
  return { stdout: formatYaml(Object.fromEntries(each)), stderr: "" };
}

function toEntry(result: WireActionResult): Readonly<Record<string, unknown>> {
  const { stdout, stderr } = toOutput(result);
  return {
    id: toId(result.action?.tag ?? ""),
    output: stdout + stderr,
    status: result.status,
  };
}

function toOutput(result: WireActionResult): Plain {
  const { output = {} } = result;
  const found = Object.entries(output).filter(([key]) => !ownKeys.has(key));
  const results = found.length === 0 ? "" : formatYaml(Object.fromEntries(found));
  return {
    stdout: withNewline(printed(output, "stdout")) + results + toRemark(result),
    stderr: withNewline(printed(output, "stderr")),
  };
}

function printed(output: Readonly<Record<string, unknown>>, name: string): string {
  const text = String(output[name] ?? "");
  const isEncoded = output[`${name}-encoding`] === "base64";
  return isEncoded ? Buffer.from(text, "base64").toString("utf8") : text;
}

/** How it ended, where what was printed does not say so. */
function toRemark({ action, status = "", message = "", output }: WireActionResult): string {
  if (status === "completed" && output !== undefined) return "";
  const reason = message === "" ? "" : `: ${message}`;
  return `Action id ${toId(action?.tag ?? "")} ${status}${reason}\n`;
}

function withNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
