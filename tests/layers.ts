/**
 * The table of layers: what each may import, and which packages it may use.
 *
 * It is the architecture. Each layer's `tsconfig.json` repeats its row as references, so that the
 * compiler refuses what `architecture.test.ts` would refuse later; ARCHITECTURE.md draws it.
 */

interface Layer {
  readonly purpose: string;
  readonly imports: readonly string[];
  readonly packages?: readonly string[];
}

const belowController = [
  "base",
  "contract",
  "rpc",
  "charm",
  "release",
  "rollout",
  "store",
  "domain",
];

export const layers: Readonly<Record<string, Layer>> = {
  base: {
    purpose: "nothing of Juju: problems, clock, files, log, secrets, certificates",
    imports: [],
    packages: ["@peculiar/x509", "js-yaml", "reflect-metadata"],
  },
  contract: {
    purpose: "the wire, written once: facades, access, schemas, tags",
    imports: ["base"],
    packages: ["zod/mini"],
  },
  charm: {
    purpose: "the charm format: metadata, config, bases, archives",
    imports: ["base"],
    packages: ["yauzl", "yazl"],
  },
  rollout: { purpose: "plans and advances an upgrade; pure", imports: ["base"] },
  release: {
    purpose: "agent binaries: versions, bundles, manifests",
    imports: ["base"],
    packages: ["tar"],
  },
  store: {
    purpose: "transactions, migrations, change feed, blobs",
    imports: ["base"],
    packages: ["kysely", "kysely/migration", "pg"],
  },
  rpc: {
    purpose: "JSON-RPC over a websocket, both ends",
    imports: ["base", "contract"],
    packages: ["ws", "zod/mini"],
  },
  domain: {
    purpose: "what the words mean: one folder for each noun",
    imports: ["base", "charm", "release", "rollout", "store"],
    packages: ["ajv-draft-04", "kysely"],
  },
  providers: { purpose: "one folder for each cloud", imports: ["base"] },
  client: {
    purpose: "a typed client of the contract, and the client's files",
    imports: ["base", "contract", "rpc"],
    packages: ["zod/mini"],
  },
  controller: {
    purpose: "serves the contract; workers make the world match the store",
    imports: [...belowController, "providers"],
    packages: ["ws", "zod/mini"],
  },
  agent: {
    purpose: "runs on machines: units, hooks, upgrades",
    imports: ["base", "contract", "charm", "release", "client"],
    packages: ["zod/mini"],
  },
  cli: {
    purpose: "the command line: one file for each command",
    imports: ["base", "contract", "charm", "client", "release", "providers"],
  },
  bin: {
    purpose: "the programs, a few lines each",
    imports: ["agent", "base", "cli", "client", "controller", "providers", "release", "store"],
  },
};
