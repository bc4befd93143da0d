/**
 * Charm files as nobody writes them on purpose, and as somebody does who means harm: each is read, or
 * refused with a Problem in one bounded line that says which file or charm it is about. What is read
 * can be kept and sent.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isProblem } from "#base/problem.ts";
import { Chance } from "#base/testing.ts";
import { textBytesMax } from "./bounds.ts";
import { readCharm } from "./charm.ts";
import { decodeText } from "./zip.ts";

const seeds = Number(process.env.JUMAR_CHARM_SEEDS ?? 1500);
const messageLengthMax = 1000;

const files: Readonly<Record<string, string>> = {
  "metadata.yaml": `# Copyright
name: pretend-db
display-name: Pretend
summary: |
  A database
description: >
  Keeps data,
  and keeps it.
maintainers: [Jane <jane@example.com>]
tags: [databases, ops]
subordinate: false
assumes: [juju >= 3.1, {any-of: [k8s-api, juju < 9]}]
provides:
  db: mysql
  nrpe: {interface: nrpe-external-master, scope: container, limit: 3, optional: true}
requires: {certificates: {interface: tls-certificates, optional: yes}}
peers: {cluster: [pretend-ha]}
extra-bindings:
  public:
storage:
  data: {type: filesystem, location: /srv/data, multiple: {range: 1-}, minimum-size: 1.5G}
resources:
  core-snap: {type: file, filename: core.snap, description: "For sites without a store"}
terms: [licence/1]
`,
  "config.yaml": `options:
  port: {type: int, default: 0x1F90, description: 8080}
  long: {type: int, default: 9223372036854775807}
  ratio: {type: float, default: 1}
  debug: {type: boolean, default: off}
  key: {type: secret}
  motd:
    default: "caf\\u00e9 \\t"
    description: |
      Lines
  &anchor odd: &opt {type: string, default: 'yes'}
  again: {<<: *opt, description: later}
`,
  "actions.yaml": `backup:
  description: Keeps a copy.
  params: {target: {type: string, default: /tmp}, level: {type: integer, minimum: 1}}
  required: [target]
  additionalProperties: false
`,
  "manifest.yaml": `charmcraft-version: 2.5.4
bases:
- {name: ubuntu, channel: '22.04', architectures: [amd64]}
- {name: ubuntu, channel: 24.04/edge}
`,
  "lxd-profile.yaml": "config: {security.nesting: true}\ndevices: {tun: {type: unix-char}}\n",
  revision: "7\n",
  version: "v1.2-3-gabcdef-dirty\n",
};
const names = Object.keys(files);

/** What Juju's own texts begin with instead of a file's name. */
const jujuTexts =
  /^(?:charm "|subordinate charm "|invalid charm name |invalid config|invalid revision file|ambiguous metadata|metadata v2 |assumes in metadata v1 |option "|params\.|charm has no )/;

/** Pieces that mean something to YAML, or to those who read it. */
const pieces = [
  ...["- ", ": ", "? ", "{", "}", "[", "]", ",", "&a ", "*a", "*anchor", "!!binary ", "!x ", "|\n"],
  ...[
    ">-\n",
    "<<: ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "# ",
    '"',
    "'",
    "\\x",
    "~",
    "null",
    "=",
    "@",
  ],
  ...["\t", "\r", "\n", "\u2028", "\ufeff", "\0", "\u001b[31m", "\ud83d\ude00", "é"],
  ...["0x", "1e999", ".nan", "-.inf", "0o17", "1_000", "12:30:45", "2001-01-01", "yes", "NaN"],
  ...["99999999999999999999", "9007199254740993", "-1", "__proto__", "constructor", "toString"],
  ...["../../etc/passwd", "juju-info", "juju", "x".repeat(300), "interface", "scope", "range"],
];

/** Ways to spoil a text, which may give bytes that are no text any more. */
const ways: readonly ((text: string, chance: Chance) => string | Uint8Array)[] = [
  (text, chance) => splice(text, chance, chance.pick(pieces)),
  (text, chance) => splice(text, chance, ""),
  (text, chance) => splice(text, chance, chance.pick(pieces).repeat(chance.below(200))),
  (text, chance) => splice(text, chance, text.slice(0, chance.below(text.length))),
  (text, chance) => changeLine(text, chance, (line) => `${line}\n${line}`),
  (text, chance) => changeLine(text, chance, (line) => `${" ".repeat(chance.below(9))}${line}`),
  (text, chance) =>
    changeLine(text, chance, (line) => line.replace(/:.*/, `: ${chance.pick(pieces)}`)),
  (text, chance) => changeLine(text, chance, (line) => line.replaceAll(" ", "\t")),
  (text, chance) => text.replaceAll("\n", chance.pick(["\r", "\r\n", "\n\n", " "])),
  (text, chance) => text.slice(0, chance.below(text.length)),
  (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  (text) => Buffer.from(text.replaceAll("a", "\u00e9"), "latin1"),
  (text, chance) => flipByte(Buffer.from(text), chance),
];

function splice(text: string, chance: Chance, piece: string): string {
  const at = chance.below(text.length);
  return text.slice(0, at) + piece + text.slice(at + chance.below(12));
}

function changeLine(text: string, chance: Chance, change: (line: string) => string): string {
  const lines = text.split("\n");
  const at = chance.below(lines.length);
  return lines.with(at, change(lines[at] ?? "")).join("\n");
}

function flipByte(bytes: Buffer, chance: Chance): Uint8Array {
  const at = chance.below(bytes.length);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << chance.below(8)), at);
  return bytes;
}

/** The files with one of them spoiled a few times. */
function spoil(seed: number): Readonly<Record<string, string | Uint8Array>> {
  const chance = new Chance(seed);
  const name = chance.pick(names);
  let content: string | Uint8Array = files[name] ?? "";
  for (let left = 1 + chance.below(3); left > 0 && typeof content === "string"; left--) {
    if (content !== "") content = chance.pick(ways)(content, chance);
  }
  return { ...files, [name]: content };
}

function read(texts: Readonly<Record<string, string | Uint8Array>>) {
  return readCharm({
    async read(path) {
      const content = texts[path];
      return content === undefined ? undefined : decodeText(path, Buffer.from(content));
    },
  });
}

test("the files that are spoiled are good ones", async () => {
  const charm = await read(files);
  assert.equal(charm.config.long?.default, "9223372036854775807");
  assert.equal(charm.revision, 7);
});

test("a spoiled charm is read, or refused in one line that says what is wrong with which file", async () => {
  let isRead = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const texts = spoil(seed);
    try {
      JSON.stringify(await read(texts));
      isRead++;
    } catch (error) {
      assertKind(error, `seed ${seed}`);
    }
  }
  assert.ok(isRead > seeds / 10, "some are only odd");
  assert.ok(isRead < seeds * 0.9, "some are wrong");
});

function assertKind(error: unknown, story: string): void {
  if (!isProblem(error, "not valid")) throw new Error(story, { cause: error });
  const { message } = error;
  assert.ok(message.length <= messageLengthMax, `${story}: ${message.length} letters`);
  assert.doesNotMatch(message, /\p{Cc}/u, story);
  const isNamed = names.some((name) => message.includes(name)) || jujuTexts.test(message);
  assert.ok(isNamed, `${story}: ${message}`);
}

/** As large as a file may be. */
function fill(piece: string, { before = "", after = "" } = {}): string {
  const room = textBytesMax - before.length - after.length;
  return before + piece.repeat(Math.floor(room / Buffer.byteLength(piece))) + after;
}

/** Each once took minutes, or more room than there is, in some parser. */
const bombs: Readonly<Record<string, string>> = {
  "carriage returns": fill("\r"),
  spaces: fill(" "),
  "open lists": fill("["),
  "open maps": fill("{a: "),
  "nested dashes": fill("- "),
  "unended text": fill("a", { before: '"' }),
  escapes: fill("\\u0041", { before: 'a: "', after: '"' }),
  aliases: fill("*a,", { before: "a: &a [1]\nb: [", after: "]" }),
  "a long number": fill("9", { before: "a: " }),
  "a long key": fill("a", { after: ": {interface: [" }),
  documents: fill("---\n"),
  zeros: fill("\0"),
  "a billion laughs": `a0: &a0 [x, x]\n${Array.from({ length: 60 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join("")}`,
  "what contains itself": "a: &a [*a]\n",
  merges: `a: &a {${Array.from({ length: 900 }, (_, at) => `k${at}: 1`).join(", ")}}\n${"b: {<<: [*a, *a, *a]}\n".repeat(300)}`,
};

for (const [name, bomb] of Object.entries(bombs)) {
  test(`no file of ${name} keeps anybody busy for long`, { timeout: 60_000 }, async () => {
    for (const file of ["metadata.yaml", "config.yaml", "revision"]) {
      const outcome = await read({ ...files, [file]: bomb }).catch((error: unknown) => error);
      if (outcome instanceof Error) assertKind(outcome, `${name} in ${file}`);
    }
  });
}
