import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBase } from "./base.ts";
import { type Charm, readCharm, supportedBases } from "./charm.ts";
import { metadata } from "./testing.ts";

function read(files: Readonly<Record<string, string>>): Promise<Charm> {
  const all: Readonly<Record<string, string>> = { "metadata.yaml": metadata, ...files };
  return readCharm({ read: async (path) => all[path] });
}

test("a charm is no more than its metadata, if it has nothing else", async () => {
  const { config, manifest, revision, version, actions } = await read({});

  assert.deepEqual(
    { config, manifest, revision, version, actions },
    { config: {}, manifest: null, revision: null, version: "", actions: null },
  );
});

test("a charm's other files say what they are for", async () => {
  const charm = await read({
    "config.yaml": "options: {title: {type: string}}",
    "manifest.yaml": 'bases: [{name: ubuntu, channel: "22.04", architectures: [amd64]}]',
    "actions.yaml": "backup: {description: Saves.}",
    revision: " 17\n",
    version: `revision-id: ${"v".repeat(120)}\nmore`,
  });

  assert.deepEqual(charm.config, { title: { type: "string", description: "", default: null } });
  assert.deepEqual(charm.manifest, {
    bases: [{ name: "ubuntu", channel: "22.04/stable", architectures: ["amd64"] }],
  });
  assert.deepEqual(charm.actions, { backup: { description: "Saves." } });
  assert.equal(charm.revision, 17);
  assert.equal(charm.version, "v".repeat(100));
  assert.deepEqual(JSON.parse(JSON.stringify(charm)), charm);
});

test("a charm's bases are those of its manifest, each once, or else its series", async () => {
  const bases = async (files: Readonly<Record<string, string>>) =>
    supportedBases(await read(files)).map(formatBase);
  const series = { "metadata.yaml": `${metadata}series: [jammy, kubernetes, xenial]` };
  const manifest = {
    "manifest.yaml":
      "bases: [{name: ubuntu, channel: 22.10}, {name: ubuntu, channel: 22.10, architectures: [arm64]}, {name: centos, channel: 7}]",
  };

  assert.deepEqual(await bases(series), ["ubuntu@22.04", "ubuntu@16.04"]);
  assert.deepEqual(await bases({ ...series, "manifest.yaml": "bases: []" }), [
    "ubuntu@22.04",
    "ubuntu@16.04",
  ]);
  assert.deepEqual(await bases({ ...series, ...manifest }), ["ubuntu@22.10", "centos@7"]);
  assert.deepEqual(await bases({}), []);
});

test("what only the second format of metadata has needs a manifest with bases", async () => {
  const assumes = { "metadata.yaml": `${metadata}assumes: [juju]` };
  const manifest = { "manifest.yaml": 'bases: [{name: ubuntu, channel: "24.04"}]' };

  assert.deepEqual((await read({ ...assumes, ...manifest })).metadata.assumes, ["juju"]);
  await assert.rejects(read(assumes), {
    code: "not valid",
    message: "assumes in metadata v1 not valid",
  });
  await assert.rejects(read({ "metadata.yaml": `${metadata}containers: {web: {}}` }), {
    code: "not valid",
    message: "metadata v2 without manifest.yaml not valid",
  });
});

test("a charm whose files are not valid is refused in one line", async () => {
  const refusals: readonly [string, string, string | RegExp][] = [
    ["revision", "12a", 'invalid revision file: "12a"'],
    ["revision", "", 'invalid revision file: ""'],
    ["actions.yaml", "- backup", "actions.yaml: expected map, got a list"],
    ["actions.yaml", "a: [", /^actions\.yaml: invalid YAML: [^\n]+$/],
    ["config.yaml", "", "invalid config: empty configuration"],
    ["manifest.yaml", "bases: ubuntu", 'manifest.yaml: bases: expected list, got "ubuntu"'],
    ["manifest.yaml", "bases: [ubuntu]", 'manifest.yaml: bases.0: expected map, got "ubuntu"'],
    [
      "manifest.yaml",
      "bases: [{channel: a}]",
      "manifest.yaml: bases.0.name: expected string, got nothing",
    ],
    [
      "manifest.yaml",
      "bases: [{name: ubuntu}]",
      "manifest.yaml: bases.0.channel: expected string, got nothing",
    ],
    [
      "manifest.yaml",
      "bases: [{name: ubuntu, channel: 22.04/wild}]",
      'manifest.yaml: bases.0: base "ubuntu@22.04/wild" not valid: expected a form like ubuntu@22.04',
    ],
  ];
  for (const [path, text, message] of refusals) {
    await assert.rejects(read({ [path]: text }), { code: "not valid", message }, text);
  }
  await assert.rejects(readCharm({ read: async () => undefined }), {
    code: "not valid",
    message: "charm has no metadata.yaml",
  });
});
