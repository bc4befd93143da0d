/** The usual places of a host, for machines that share it, and what a script finds there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtempDisposable,
  readdir,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "#base/clock.ts";
import { exists } from "#base/files.ts";
import { logTo } from "#base/log.ts";
import { leavePlaces } from "#base/places.ts";
import { layoutOf } from "#release/layout.ts";
import { serveCommands } from "../command-server.ts";
import { localCommandNames } from "../local-command.ts";
import { HostPlaces } from "./host-places.ts";

const agentFolder = join(import.meta.dirname, "..");
const program = join(agentFolder, "..", "bin", "jumard.ts");
const log = logTo(() => {}, systemClock, "machine");

/** A host of its own, and machines on it whose agents tell what they are asked for. */
class Site implements AsyncDisposable {
  readonly root: string;
  readonly #scratch: AsyncDisposable;
  readonly #servers = new AsyncDisposableStack();

  private constructor(root: string, scratch: AsyncDisposable) {
    this.root = root;
    this.#scratch = scratch;
  }

  static async make(): Promise<Site> {
    const scratch = await mkdtempDisposable(join(tmpdir(), "jumar-host-"));
    return new Site(scratch.path, scratch);
  }

  at(path: string): string {
    return join(this.root, "host", path);
  }

  async machine(name: string, host = this.at("")) {
    const layout = layoutOf(join(this.root, name));
    await mkdir(join(layout.dataDir, "agents"), { recursive: true });
    await mkdir(layout.tools);
    const tool = join(layout.tools, "hook-tool");
    await copyFile(join(agentFolder, "hook-tool.pl"), tool);
    await chmod(tool, 0o755);
    for (const command of localCommandNames) await symlink(tool, join(layout.tools, command));
    const answer = await serveCommands(layout.commands, ({ command, caller }) => {
      caller.print("stdout", Buffer.from(`${name} ${command.unit} ${command.commands}\n`));
      caller.end(0);
    });
    this.#servers.use(answer);
    const conf = {
      ...{ tag: "machine-0", password: "", controller: "", model: "", apiAddresses: [] },
      ...{ caCertificate: "", addresses: [], binaries: "", host },
    };
    return { layout, places: new HostPlaces({ conf, layout, log }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#servers[Symbol.asyncDispose]();
    await this.#scratch[Symbol.asyncDispose]();
  }
}

async function call(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return await new Promise((resolve) => {
    execFile(command, args, { env }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

test("what a machine has is at the host's usual places, and goes with it", async () => {
  await using site = await Site.make();
  const { layout, places } = await site.machine("first");
  await places.keep(["mysql/0", "nrpe/1"]);
  const usual = site.at("var/lib/juju");
  assert.deepEqual((await readdir(join(usual, "agents"))).sort(), ["unit-mysql-0", "unit-nrpe-1"]);
  const target = join(layout.dataDir, "agents", "unit-mysql-0");
  assert.equal(await readlink(join(usual, "agents", "unit-mysql-0")), target);
  const agent = join(usual, "tools", "machine-0");
  assert.equal(await readlink(agent), join(layout.tools, "machine-0"));

  await places.keep(["mysql/0"]);
  assert.deepEqual(await readdir(join(usual, "agents")), ["unit-mysql-0"]);
  await leavePlaces(layout.places);
  assert.equal(await exists(agent), false);
  assert.deepEqual(await readdir(site.at("usr/bin")).catch(() => []), []);
});

test("who comes later takes what is free, and the rest when it becomes free", async () => {
  await using site = await Site.make();
  const [first, second] = [await site.machine("first"), await site.machine("second")];
  await first.places.keep(["mysql/0"]);
  await second.places.keep(["mysql/0", "wordpress/0"]);
  const agents = site.at("var/lib/juju/agents");
  const holder = async (tag: string) => readlink(join(agents, tag));
  assert.equal(await holder("unit-mysql-0"), join(first.layout.dataDir, "agents/unit-mysql-0"));
  assert.match(await holder("unit-wordpress-0"), /\/second\//);

  await leavePlaces(first.layout.places);
  await second.places.keep(["mysql/0", "wordpress/0"]);
  assert.match(await holder("unit-mysql-0"), /\/second\//);
  const command = join(site.at("usr/bin"), "juju-exec");
  assert.equal(await call(command, ["mysql/0", "hostname"]), "second mysql/0 hostname\n");
});

test("a script's command gets to the machine of the unit that it names", async () => {
  await using site = await Site.make();
  const [first, second] = [await site.machine("first"), await site.machine("second")];
  await first.places.keep(["mysql/0"]);
  await second.places.keep(["wordpress/3"]);
  const command = site.at("usr/bin/juju-run");
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["wordpress/3", "a"], "second wordpress/3 a\n"],
    [["unit-wordpress-3", "a"], "second wordpress/3 a\n"],
    [["mysql/0", "a"], "first mysql/0 a\n"],
    [["-r", "db:1", "--remote-unit", "mysql/0", "wordpress/3", "a"], "second wordpress/3 a\n"],
    [["--no-context", "uptime"], "first  uptime\n"],
    [["other/0", "a"], "first other/0 a\n"],
  ];
  for (const [args, told] of cases) assert.equal(await call(command, args), told, args.join(" "));

  const withoutPerl = ["--no-warnings", program, "hook-tool", "juju-run"];
  for (const [args, told] of cases.slice(3, 4)) {
    const env = { JUMAR_TOOL: command };
    assert.equal(
      await call(process.execPath, [...withoutPerl, ...args], env),
      told,
      args.join(" "),
    );
  }
});

test("a machine goes on without links when its disk keeps it from noting them", async () => {
  await using site = await Site.make();
  const { layout, places } = await site.machine("first");
  await writeFile(layout.places, "");
  await places.keep(["mysql/0"]);
  assert.equal(await exists(site.at("var")), false);

  await rm(layout.places);
  await places.keep(["mysql/0"]);
  assert.deepEqual(await readdir(site.at("var/lib/juju/agents")), ["unit-mysql-0"]);
});

test("nothing is written on a host that charms do not have to themselves", async () => {
  await using site = await Site.make();
  const { layout, places } = await site.machine("first", "");
  await places.keep(["mysql/0"]);
  assert.equal(await exists(layout.places), false);
});
