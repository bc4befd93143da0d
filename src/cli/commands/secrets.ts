/** secrets: the secrets of a model. */

import { findSecretId } from "#charm/secret.ts";
import { type ListedSecret, Secrets } from "#contract/secrets.ts";
import { toTag } from "#contract/tags.ts";
import { command, text } from "../command.ts";
import { ofModel, ownerOf, toDocument } from "../secrets.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "Lists secrets available in the model.",
  details: `
Shows those that charms keep and those that users do, whose owner is <model>; never what they hold.
`,
  examples: ["jumar secrets", "jumar secrets --owner mysql", "jumar secrets --format yaml"],
  seeAlso: ["show-secret", "add-secret"],
  positionals: [],
  options: { owner: text("Only those of this application or unit, or of the model: <model>") },
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ owner }, context) {
    await using connection = await context.connectModel();
    const { uuid } = await context.model();
    const filter = owner === undefined ? {} : { "owner-tag": toOwnerTag(owner, uuid) };
    const request = { "show-secrets": false, filter };
    const { results } = await connection.facade(Secrets).ListSecrets(request);
    if (results.length === 0 && context.format === "tabular") context.out.note("No secrets yet.");
    const document = toDocument(results, { hasRevisions: false });
    const now = context.clock.now();
    await context.show(document, () => (results.length === 0 ? "" : formatList(results, now)));
  },
});

function toOwnerTag(owner: string, model: string): string {
  if (owner === ofModel || owner === "model" || owner === model) return toTag("model", model);
  return toTag(owner.includes("/") ? "unit" : "application", owner);
}

function formatList(secrets: readonly ListedSecret[], now: Temporal.Instant): string {
  const rows = secrets.map((secret) => [
    findSecretId(secret.uri) ?? secret.uri,
    (ownerOf(secret) === ofModel && secret.label) || "-",
    ownerOf(secret),
    secret["rotate-policy"] ?? "never",
    `${secret["latest-revision"]}`,
    formatAgo(secret["update-time"], now),
  ]);
  return formatTable(["ID", "Name", "Owner", "Rotation", "Revision", "Last updated"], rows);
}

const units = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;
const longAgoSeconds = 7 * 86_400;

/** `3 hours ago`; what is longer ago than a week has its date. */
function formatAgo(time: string, now: Temporal.Instant): string {
  const instant = Temporal.Instant.from(time);
  const seconds = Math.floor(instant.until(now).total("seconds"));
  if (seconds >= longAgoSeconds) return instant.toString().slice(0, "2026-01-01".length);
  const [name, length] = units.find(([, each]) => seconds >= each) ?? ["second", 1];
  const count = Math.floor(seconds / length);
  return count <= 0 ? "just now" : `${count} ${name}${count === 1 ? "" : "s"} ago`;
}
