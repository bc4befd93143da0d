import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hook } from "../../hook.ts";
import { makeStage, Stage, wantedState } from "../../stage/testing.ts";
import { desiredRelation, desiredUnit, peerRelation, relationHook } from "../../testing.ts";

const script = "#!/bin/sh\nrelation-get -r 1 --app - mysql > seen 2>&1\ntrue\n";

test("a unit that does not lead reads what its application says among peers, and only there", async () => {
  assert.equal(await seenInRelation({ role: "peer", remote: "mysql" }), "greeting: hello\n");
  assert.equal(
    await seenInRelation({ role: "provider", remote: "wordpress" }),
    "ERROR permission denied: this unit is not the leader\n",
  );
});

const metadata = `
name: mysql
summary: a database
description: keeps data
provides: {db: mysql}
extra-bindings: {admin:}
`;

test("the tools know the names under which the charm can listen from its metadata", async () => {
  const names = ["db", "admin", "juju-info", "nosuch"];
  const hook = names.map((name) => `network-get ${name} --bind-address >>seen 2>&1`).join("\n");
  const ports = "open-port 80 --endpoints db,admin; open-port 81 --endpoints nosuch; true";
  const install = `#!/bin/sh\n${hook}\n${ports}\n`;
  await using stage = await Stage.open(
    await makeStage({ "metadata.yaml": metadata, "hooks/install": install }),
  );
  await stage.run({ kind: "install" });

  const address = "127.70.0.1\n";
  const refusal = 'ERROR no network config found for binding "nosuch"\n';
  assert.equal(await stage.read("seen"), `${address}${address}${address}${refusal}`);
  const [first] = await stage.commits();
  const web = { protocol: "tcp", from: 80, to: 80 };
  assert.deepEqual(first?.changes["open-ports"], [
    { endpoint: "db", ...web },
    { endpoint: "admin", ...web },
  ]);
});

test("a suspended relation is listed no more, and of one that is gone nothing is left to read", async () => {
  const broken = "#!/bin/sh\n{ relation-ids db; relation-get - wordpress/0; } >seen 2>&1\n";
  for (const [relations, seen] of [
    [[desiredRelation({ suspended: true })], "greeting: hello\n"],
    [[], "{}\n"],
  ] as const) {
    await using stage = await Stage.open(await makeStage({ "hooks/db-relation-broken": broken }));
    const hook = relationHook("relation-broken");
    await stage.run(hook, { ...wantedState(), unit: desiredUnit({ relations }) });
    assert.equal(await stage.read("seen"), seen);
  }
});

test("a unit has no relations before its charm is installed", async () => {
  const script = "#!/bin/sh\nrelation-ids db >>seen\nrelation-list -r 1 >>seen 2>&1\ntrue\n";
  await using stage = await Stage.open(
    await makeStage({ "hooks/install": script, "hooks/start": script }),
  );
  await stage.run({ kind: "install" });
  const refusal = 'ERROR invalid value "1" for option -r: relation not found\n';
  assert.equal(await stage.read("seen"), refusal);
  await stage.run({ kind: "start" });
  assert.equal(await stage.read("seen"), `${refusal}db:1\n`);
});

test("in a relation are those of whom the charm has heard, until it is broken", async () => {
  const list = "#!/bin/sh\n{ relation-ids db; relation-list; } >seen 2>&1\n";
  const kinds = ["relation-created", "relation-joined", "relation-departed"] as const;
  const files = Object.fromEntries(kinds.map((kind) => [`hooks/db-${kind}`, list]));
  const members = { "wordpress/0": 1, "wordpress/1": 1 };
  for (const life of ["alive", "dying"] as const) {
    await using stage = await Stage.open(await makeStage(files));
    const relations = [desiredRelation({ life, members })];
    const hear = async (kind: (typeof kinds)[number], remoteUnit: string) => {
      const wanted = { ...wantedState(), unit: desiredUnit({ relations }) };
      await stage.run(relationHook(kind, { remoteUnit }), wanted);
      return await stage.read("seen");
    };
    assert.equal(await hear("relation-created", ""), "db:1\n");
    assert.equal(await hear("relation-joined", "wordpress/1"), "db:1\nwordpress/1\n");
    const both = "db:1\nwordpress/0\nwordpress/1\n";
    assert.equal(await hear("relation-joined", "wordpress/0"), both);
    assert.equal(await hear("relation-departed", "wordpress/0"), "db:1\nwordpress/1\n");
  }
});

test("a relation that ends is there until everybody in it has departed, in every hook", async () => {
  const start = "#!/bin/sh\nrelation-ids db >>seen; relation-list -r 1 >>seen\n";
  const departed = "#!/bin/sh\nrelation-ids db >>seen\n";
  const files = { "hooks/start": start, "hooks/db-relation-departed": departed };
  for (const change of [{ life: "dying" }, { suspended: true }]) {
    await using stage = await Stage.open(await makeStage(files));
    const members = { "wordpress/0": 1 };
    const hear = async (hook: Hook, ending = {}) => {
      const relations = [desiredRelation({ members, ...ending })];
      await stage.run(hook, { ...wantedState(), unit: desiredUnit({ relations }) });
    };
    await hear(relationHook("relation-created"));
    await hear(relationHook("relation-joined", { remoteUnit: "wordpress/0" }));
    await hear({ kind: "start" }, change);
    assert.equal(await stage.read("seen"), "db:1\nwordpress/0\n");
    await hear(relationHook("relation-departed", { remoteUnit: "wordpress/0" }), change);
    assert.equal(await stage.read("seen"), "db:1\nwordpress/0\ndb:1\n");
    await hear({ kind: "start" }, change);
    await hear(relationHook("relation-broken"), change);
    await hear({ kind: "start" }, change);
    assert.equal(await stage.read("seen"), "db:1\nwordpress/0\ndb:1\n");
  }
});

test("a unit that goes has left a relation that is broken for it, and never one among peers", async () => {
  const stop = "#!/bin/sh\nrelation-ids db >>seen; relation-ids cluster >>seen\n";
  const files = { "hooks/stop": stop, "hooks/db-relation-broken": stop };
  await using stage = await Stage.open(await makeStage(files));
  const wanted = (life: string) => {
    const relations = [desiredRelation(), peerRelation()];
    return { ...wantedState(), unit: desiredUnit({ life, relations }) };
  };
  await stage.run(relationHook("relation-created"), wanted("alive"));
  await stage.run({ kind: "stop" }, wanted("dying"));
  assert.equal(await stage.read("seen"), "db:1\ncluster:0\n");
  await stage.run(relationHook("relation-broken"), wanted("dying"));
  await stage.run({ kind: "stop" }, wanted("dying"));
  assert.equal(await stage.read("seen"), "db:1\ncluster:0\ncluster:0\ncluster:0\n");
});

test("the tools know the payloads that the charm may have from its metadata", async () => {
  const install = `#!/bin/sh
payload-register kvm db c1 2>seen || payload-register docker web c1 2>>seen || true
`;
  const payloads = `${metadata}payloads: {db: {type: docker}}\n`;
  await using stage = await Stage.open(
    await makeStage({ "metadata.yaml": payloads, "hooks/install": install }),
  );
  await stage.run({ kind: "install" });
  const type = 'ERROR incorrect type "kvm" for payload "db", expected "docker"\n';
  const missing = 'ERROR payload "web" not found in metadata.yaml\n';
  assert.equal(await stage.read("seen"), type + missing);
});

test("what the leader tells is told at once, even by a hook that fails, and read back by it", async () => {
  const fails =
    "#!/bin/sh\nleader-get >seen\nleader-set host=a port=1\nleader-get >>seen\nexit 1\n";
  await using stage = await Stage.open(await makeStage({ "hooks/start": fails }));
  assert.equal((await stage.run({ kind: "start" })).step.kind, "failed");
  assert.equal(await stage.read("seen"), '{}\nhost: a\nport: "1"\n');
});

test("a hook hears at once of a port that conflicts with one that it or another hook has opened", async () => {
  const install = `#!/bin/sh
open-port 80-90
open-port 8000-8010/udp && open-port 8000-8010/udp
open-port 8005/udp 2>seen || true
`;
  const start = `#!/bin/sh
open-port 85 2>seen && exit 1
close-port 80-90 && open-port 85
opened-ports --format json --endpoints >opened
`;
  await using stage = await Stage.open(
    await makeStage({ "hooks/install": install, "hooks/start": start }),
  );
  await stage.run({ kind: "install" });
  const conflict = (wanted: string, present: string) =>
    `ERROR cannot open ${wanted} (unit "mysql/0"): conflicts with existing ${present}\n`;
  assert.equal(await stage.read("seen"), conflict("8005/udp", "8000-8010/udp"));

  await stage.run({ kind: "start" });
  assert.equal(await stage.read("seen"), conflict("85/tcp", "80-90/tcp"));
  const opened = '["85/tcp (*)","8000-8010/udp (*)"]\n';
  assert.equal(await stage.read("opened"), opened, "what the hook itself does counts");
  const written = (await stage.commits()).map(({ changes }) => [
    changes["close-ports"],
    changes["open-ports"],
  ]);
  const all = { endpoint: "", protocol: "tcp" };
  const web = { ...all, from: 80, to: 90 };
  assert.deepEqual(written, [
    [[], [web, { ...all, protocol: "udp", from: 8000, to: 8010 }]],
    [[web], [{ ...all, from: 85, to: 85 }]],
  ]);
});

test("a port closes for every endpoint, or for those that are named while it stays open for the others", async () => {
  const install = `#!/bin/sh
open-port 80 && close-port 80 --endpoints db
open-port 81 --endpoints db,admin && close-port 81
open-port 82 --endpoints db && open-port 82
open-port 83 && open-port 83 --endpoints db
close-port 83 --endpoints nosuch
`;
  await using stage = await Stage.open(
    await makeStage({ "metadata.yaml": metadata, "hooks/install": install }),
  );
  await stage.run({ kind: "install" });
  const [commit] = await stage.commits();
  const web = { protocol: "tcp", from: 80, to: 80 };
  assert.deepEqual(commit?.changes["open-ports"], [
    { endpoint: "admin", ...web },
    { endpoint: "", ...web, from: 82, to: 82 },
    { endpoint: "", ...web, from: 83, to: 83 },
  ]);
  assert.deepEqual(commit?.changes["close-ports"], []);
});

test("what an earlier hook has opened for some endpoints closes for every endpoint", async () => {
  await using stage = await Stage.open(
    await makeStage({
      "metadata.yaml": metadata,
      "hooks/install": "#!/bin/sh\nopen-port 80 --endpoints db,admin\n",
      "hooks/start": "#!/bin/sh\nclose-port 80\n",
    }),
  );
  await stage.run({ kind: "install" });
  await stage.run({ kind: "start" });
  const [opening, closing] = await stage.commits();
  assert.equal(closing?.changes["close-ports"].length, 2);
  assert.deepEqual(closing?.changes["close-ports"], opening?.changes["open-ports"]);
});

async function seenInRelation({ role, remote }: { role: string; remote: string }): Promise<string> {
  await using stage = await Stage.open(await makeStage({ "hooks/start": script }));
  await stage.follow("mysql/1");
  const relations = [desiredRelation({ role, "remote-application": remote })];
  await stage.run({ kind: "start" }, { ...wantedState(), unit: desiredUnit({ relations }) });
  return await stage.read("seen");
}

test("a setting of 64 bits arrives as it was given", async () => {
  const config = "options: {long: {type: int, default: 9223372036854775807}, text: {}}";
  const install = "#!/bin/sh\nconfig-get --format=json >seen\n";
  await using stage = await Stage.open(
    await makeStage({ "config.yaml": config, "hooks/install": install }),
  );
  const { state, unit, ...rest } = wantedState();
  const settings = { long: "9223372036854775806", text: "9223372036854775806" };
  await stage.run({ kind: "install" }, { ...rest, state, unit: { ...unit, config: settings } });

  assert.equal(
    await stage.read("seen"),
    '{"long":9223372036854775806,"text":"9223372036854775806"}\n',
  );
});
