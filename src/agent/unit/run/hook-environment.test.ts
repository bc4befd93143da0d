/** What hooks are given, as their processes see it. */
import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Hook } from "../hook.ts";
import { makeStage, modelUuid, Stage, systemPath, wantedState } from "../stage/testing.ts";
import { relationHook } from "../testing.ts";

/** The shell adds variables to its own copy; what it was given is here. */
const showEnvironment = "#!/bin/sh\ntr '\\0' '\\n' </proc/$$/environ >environment\n";

async function environmentOf(hook: Hook, wanted = wantedState()) {
  await using stage = await Stage.open(await makeStage({ dispatch: showEnvironment }));
  await stage.run(hook, wanted);
  const lines = (await stage.read("environment")).trimEnd().split("\n");
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  assert.equal(
    new Set(pairs.map(([name]) => name)).size,
    pairs.length,
    "a variable is there twice",
  );
  const { JUJU_CONTEXT_ID: context = "", ...rest } = Object.fromEntries(pairs);
  return { context, rest, paths: stage.paths };
}

test("a hook gets exactly Juju's variables, and nothing of the agent's own", async () => {
  process.env.AGENT_SECRET = "not for charms";
  const { context, rest, paths } = await environmentOf({ kind: "install" });
  delete process.env.AGENT_SECRET;

  assert.match(context, /^mysql\/0-install-[0-9a-f]{32}$/);
  assert.deepEqual(rest, {
    APT_LISTCHANGES_FRONTEND: "none",
    CHARM_DIR: paths.charm,
    CLOUD_API_VERSION: "",
    DEBIAN_FRONTEND: "noninteractive",
    JUJU_AGENT_SOCKET_ADDRESS: paths.socket,
    JUJU_AGENT_SOCKET_NETWORK: "unix",
    JUJU_API_ADDRESSES: "10.0.0.5:17070 10.0.0.6:17070",
    JUJU_AVAILABILITY_ZONE: "",
    JUJU_CHARM_DIR: paths.charm,
    JUJU_CHARM_FTP_PROXY: "",
    JUJU_CHARM_HTTPS_PROXY: "",
    JUJU_CHARM_HTTP_PROXY: "",
    JUJU_CHARM_NO_PROXY: "",
    JUJU_DISPATCH_PATH: "hooks/install",
    JUJU_HOOK_NAME: "install",
    JUJU_MACHINE_ID: "3",
    JUJU_METER_INFO: "not set",
    JUJU_METER_STATUS: "AMBER",
    JUJU_MODEL_NAME: "shop",
    JUJU_MODEL_UUID: modelUuid,
    JUJU_PRINCIPAL_UNIT: "",
    JUJU_SLA: "unsupported",
    JUJU_UNIT_NAME: "mysql/0",
    JUJU_VERSION: "3.6.100",
    LANG: "C.UTF-8",
    PATH: `${paths.tools}:${systemPath}`,
    TERM: "tmux-256color",
  });
});

test("a relation's hook is told of what and of whom it is, and who departs only when somebody does", async () => {
  const unit = { remoteUnit: "wordpress/0" };
  const expected = {
    JUJU_RELATION: "db",
    JUJU_RELATION_ID: "db:1",
    JUJU_REMOTE_APP: "wordpress",
  };
  const rows = [
    [relationHook("relation-created"), { JUJU_REMOTE_UNIT: "" }],
    [relationHook("relation-joined", unit), { JUJU_REMOTE_UNIT: "wordpress/0" }],
    [relationHook("relation-changed", unit), { JUJU_REMOTE_UNIT: "wordpress/0" }],
    [relationHook("relation-changed"), { JUJU_REMOTE_UNIT: "" }],
    [
      relationHook("relation-departed", { ...unit, departingUnit: "wordpress/0" }),
      { JUJU_REMOTE_UNIT: "wordpress/0", JUJU_DEPARTING_UNIT: "wordpress/0" },
    ],
    [relationHook("relation-broken"), { JUJU_REMOTE_UNIT: "" }],
  ] as const;
  const { rest: common } = await environmentOf({ kind: "start" });
  for (const [hook, own] of rows) {
    const { context, rest } = await environmentOf(hook);
    const name = `db-${hook.kind}`;
    assert.match(context, new RegExp(`^mysql/0-${name}-[0-9a-f]{32}$`));
    assert.equal(rest.JUJU_HOOK_NAME, name);
    assert.equal(rest.JUJU_DISPATCH_PATH, `hooks/${name}`);
    const added = Object.entries(rest).filter(([variable]) => !(variable in common));
    assert.deepEqual(Object.fromEntries(added), { ...expected, ...own }, name);
  }
});

test("charms hear of the model's proxies, and programs of those that are for everything", async () => {
  const config = {
    "juju-http-proxy": "http://charms:1",
    "juju-https-proxy": "http://charms:2",
    "juju-ftp-proxy": "http://charms:3",
    "juju-no-proxy": "10.0.0.0/8",
    "http-proxy": "http://all:1",
    "no-proxy": "localhost",
    "ftp-proxy": "",
  };
  const { rest } = await environmentOf({ kind: "start" }, wantedState({ config }));

  const proxies = Object.entries(rest).filter(([name]) => /proxy/i.test(name));
  assert.deepEqual(Object.fromEntries(proxies), {
    JUJU_CHARM_HTTP_PROXY: "http://charms:1",
    JUJU_CHARM_HTTPS_PROXY: "http://charms:2",
    JUJU_CHARM_FTP_PROXY: "http://charms:3",
    JUJU_CHARM_NO_PROXY: "10.0.0.0/8",
    http_proxy: "http://all:1",
    HTTP_PROXY: "http://all:1",
    no_proxy: "localhost",
    NO_PROXY: "localhost",
  });
});

test("where there is no proxy, no program is told who needs none", async () => {
  const config = { "http-proxy": "", "no-proxy": "127.0.0.1,localhost,::1" };
  const { rest } = await environmentOf({ kind: "start" }, wantedState({ config }));

  assert.deepEqual(
    Object.keys(rest).filter((name) => /^(?:http|https|ftp|no)_proxy$/i.test(name)),
    [],
  );
});

test("a subordinate's hook is told whose it is", async () => {
  const wanted = wantedState({ principal: "ubuntu/7" });
  const { rest } = await environmentOf({ kind: "start" }, wanted);

  assert.equal(rest.JUJU_PRINCIPAL_UNIT, "ubuntu/7");
});

test("a hook runs in the charm's folder and is sent nothing", async () => {
  const script = "#!/bin/sh\npwd >place; wc -c >input; readlink /proc/self/fd/0 >stdin\n";
  await using stage = await Stage.open(await makeStage({ "hooks/start": script }));
  await stage.run({ kind: "start" });

  assert.equal(await stage.read("place"), `${stage.paths.charm}\n`);
  assert.equal((await stage.read("input")).trim(), "0");
  assert.equal(await stage.read("stdin"), "/dev/null\n");
});

test("what a hook makes is for others to read, whatever the agent's umask", async () => {
  const script = "#!/bin/sh\numask >mask; mkdir ../.venv && touch ../.venv/file\n";
  await using stage = await Stage.open(await makeStage({ "hooks/start": script }));
  const before = process.umask(0o077);
  try {
    await stage.run({ kind: "start" });
  } finally {
    process.umask(before);
  }

  assert.equal(await stage.read("mask"), "0022\n");
  assert.equal(stage.state.isStarted, true, "the folder above the charm can be written to");
});

test("hooks call each other, and their children find the tools", async () => {
  await using stage = await Stage.open(
    await makeStage({
      "hooks/start": '#!/bin/sh\nbase=$(dirname "$0")\nexec "$base/config-changed"\n',
      "hooks/config-changed": "#!/bin/bash\npwd >place\n(bash -c 'state-set called=yes')\n",
    }),
  );
  await stage.run({ kind: "start" });

  assert.equal(await stage.read("place"), `${stage.paths.charm}\n`);
  assert.deepEqual((await stage.commits())[0]?.changes.state, { called: "yes" });
});

test("a charm that charmcraft has packed runs its dispatcher, once, and no link to it", async () => {
  const dispatch = '#!/bin/sh\necho "$JUJU_DISPATCH_PATH" >>ran\n';
  await using stage = await Stage.open(await makeStage({ dispatch }));
  const hooks = join(stage.paths.charm, "hooks");
  await mkdir(hooks);
  for (const name of ["install", "start"]) await symlink("../dispatch", join(hooks, name));
  await stage.run({ kind: "start" });
  await stage.run({ kind: "update-status" });

  assert.equal(await stage.read("ran"), "hooks/start\nhooks/update-status\n");
});

test("a hook has none of its agent's files open", async () => {
  const script = "#!/bin/sh\nexec 9</dev/null\nreadlink /proc/$$/fd/* >open\n";
  await using stage = await Stage.open(await makeStage({ "hooks/start": script }));
  await stage.run({ kind: "start" });

  const files = (await stage.read("open")).trim().split("\n");
  assert.ok(files.includes("/dev/null"));
  const own = files.filter((file) => file.startsWith(stage.folder));
  assert.deepEqual(
    own.filter((file) => !file.startsWith(stage.paths.charm)),
    [],
  );
});

test("a tool's output may be cut short, and a daemon that has closed its own still changes something", async () => {
  const script = `#!/bin/bash
head -c 300000 /dev/zero | tr '\\0' x | sed 's/^/long: /' | state-set --file -
state-get long | head -c 1 >/dev/null
echo "\${PIPESTATUS[0]}" >cut
state-set word=hello <&- >&- 2>&-
echo $? >closed
`;
  await using stage = await Stage.open(await makeStage({ "hooks/start": script }));
  await stage.run({ kind: "start" });

  assert.equal(await stage.read("cut"), "141\n");
  assert.equal(await stage.read("closed"), "0\n");
  assert.equal((await stage.commits())[0]?.changes.state?.word, "hello");
  assert.deepEqual(stage.logged("WARNING", "unit.mysql/0.start"), []);
});
