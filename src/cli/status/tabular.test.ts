import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { FullStatus } from "#contract/client.ts";
import { emptyNote, formatTabular } from "./tabular.ts";
import { application, fullStatus, machine, model, said, samples, unit } from "./testing.ts";

const options = { controller: "prod", zone: "UTC", showRelations: false, color: false };

/** The table that begins with that title, row by row. */
function table(title: string, status: FullStatus, more: Partial<typeof options> = {}): string[] {
  const tables = formatTabular(status, { ...options, ...more }).split("\n\n");
  return tables.find((text) => text.startsWith(title))?.split("\n") ?? [];
}

/** An application's status with units that have those agents' statuses. */
function withAgents(...agents: readonly string[]): FullStatus {
  const units = agents.map((agent, at) => [`a/${at}`, unit({ "agent-status": said(agent) })]);
  return fullStatus({ applications: { a: application({ units: Object.fromEntries(units) }) } });
}

function withUnit(more: Parameters<typeof unit>[0]): FullStatus {
  return fullStatus({ applications: { a: application({ units: { "a/0": unit(more) } }) } });
}

function lastCell(rows: readonly string[], column: string): string {
  return rows.at(-1)?.slice(rows[0]?.indexOf(column)) ?? "";
}

test("the whole status has Juju's layout, to the letter", () => {
  const zone = "Asia/Bangkok";

  assert.equal(
    formatTabular(samples.worked, { ...options, zone }),
    `\
Model  Controller  Cloud/Region   Version  SLA          Timestamp       Notes
web    prod        aws/us-east-1  3.6.3    unsupported  15:04:05+07:00  upgrade available: 3.6.5

App        Version  Status   Scale  Charm      Channel        Rev  Exposed  Message
mysql      8.0.36   active     1/2  mysql      8.0/stable     240  no       Primary
wordpress           waiting    0/1  wordpress  latest/stable   12  yes      installing agent

Unit          Workload  Agent       Machine  Public address  Ports       Message
mysql/0*      active    idle        0        10.0.0.5        3306/tcp    Primary
mysql/1       unknown   lost        1        10.0.0.6                    agent lost, see 'juju show-status-log mysql/1'
wordpress/0*  waiting   allocating  2        10.0.0.7        80,443/tcp  installing agent

Machine  State    Address   Inst id  Base          AZ          Message
0        started  10.0.0.5  i-0a1    ubuntu@22.04  us-east-1a  running
1        down     10.0.0.6  i-0a2    ubuntu@22.04  us-east-1b  running
2        started  10.0.0.7  i-0a3    ubuntu@22.04  us-east-1c  running

`,
  );
});

test("of an empty model there is only the model, without a column of notes", () => {
  assert.equal(
    formatTabular(samples.empty, { ...options, showRelations: true }),
    `\
Model  Controller  Cloud/Region   Version  SLA          Timestamp
web    prod        aws/us-east-1  3.6.3    unsupported  08:04:05Z

`,
  );
});

test("an empty model is noted under its owner's name, and any content is not empty", () => {
  const hosted = fullStatus({ model: model({ name: "hosted" }) });

  const all = { owner: "admin", patterns: [] };
  assert.equal(emptyNote(hosted, all), 'Model "admin/hosted" is empty.');
  assert.equal(emptyNote(fullStatus({ machines: { "0": machine("0") } }), all), undefined);
  assert.equal(emptyNote(fullStatus({ applications: { a: application() } }), all), undefined);
  assert.equal(emptyNote(fullStatus({ "remote-applications": { a: {} } }), all), undefined);
  assert.equal(emptyNote(fullStatus({ offers: { a: {} } }), all), undefined);
});

test("a model is not called empty where only nothing in it was what somebody asked for", () => {
  const note = (...patterns: readonly string[]) =>
    emptyNote(fullStatus({}), { owner: "admin", patterns });

  assert.equal(note("mysql"), "Nothing matched specified filter.");
  assert.equal(note("mysql", "active"), "Nothing matched specified filters.");
});

test("during an upgrade the notes say how far it is, and hooks stand before messages", () => {
  assert.equal(
    formatTabular(samples.upgrading, { ...options, zone: "Asia/Kolkata" }),
    `\
Model  Controller  Cloud/Region   Version  SLA          Timestamp       Notes
web    prod        aws/us-east-1  3.6.5    unsupported  13:34:05+05:30  upgrading to 3.6.5: 1 of 2 machines done

App    Version  Status  Scale  Charm  Channel     Rev  Exposed  Message
mysql           active      2  mysql  8.0/stable  241  no       

Unit      Workload     Agent      Machine  Public address  Ports  Message
mysql/0*  active       idle       0        10.0.0.5               
mysql/1   maintenance  executing  1        10.0.0.5               (upgrade-charm) restarting

Machine  State    Address   Inst id  Base          AZ          Message
0        started  10.0.0.0  i-0a0    ubuntu@22.04  us-east-1a  running
1        started  10.0.0.1  i-0a1    ubuntu@22.04  us-east-1a  running

`,
  );
});

test("what is dying is shown by its status, and its relations as broken", () => {
  assert.equal(
    formatTabular(samples.dying, { ...options, showRelations: true }),
    `\
Model  Controller  Cloud/Region   Version  SLA          Timestamp
web    prod        aws/us-east-1  3.6.3    unsupported  08:04:05Z

App      Version  Status   Scale  Charm    Channel  Rev  Exposed  Message
greeter           unknown      1  greeter             3  no       

Unit       Workload    Agent      Machine  Public address  Ports  Message
greeter/0  terminated  executing  0        10.0.0.5               (stop) 

Machine  State    Address   Inst id  Base          AZ          Message
0        stopped  10.0.0.0  i-0a0    ubuntu@22.04  us-east-1a  running

Integration provider  Requirer       Interface  Type  Message
greeter:peers         greeter:peers  mysql      peer  broken

`,
  );
});

test("relations are shown when they are asked for, subordinates and containers always", () => {
  const text = formatTabular(samples.related, { ...options, showRelations: true });

  assert.equal(
    text.slice(text.indexOf("App ")),
    `\
App      Version  Status  Scale  Charm  Channel     Rev  Exposed  Message
app               active      1  mysql  8.0/stable  240  no       
db                active      0  mysql  8.0/stable  240  no       
logs              active      1  mysql  8.0/stable  240  no       
probe             active    0/1  mysql  8.0/stable  240  no       
standby           active      0  mysql  8.0/stable  240  no       

Unit       Workload  Agent       Machine  Public address  Ports  Message
app/0      active    idle        0        10.0.0.5               
  logs/0*  active    idle                 10.0.0.5               
  probe/1  active    allocating           10.0.0.5               

Machine   State    Address    Inst id  Base          AZ          Message
0         started  10.0.0.0   i-0a0    ubuntu@22.04  us-east-1a  running
0/lxd/2   started  10.0.0.2   i-0a2    ubuntu@22.04              running
0/lxd/10  started  10.0.0.10  i-0a10   ubuntu@22.04  us-east-1a  running

Integration provider  Requirer    Interface  Type         Message
app:juju-info         logs:info   juju-info  subordinate  
db:cluster            db:cluster  mysql      peer         
db:db                 app:store   mysql      regular      
standby:db            app:store   mysql      regular      

`,
  );
  assert.deepEqual(table("Integration", samples.related), []);
});

test("a relation that is not joined says why", () => {
  const [first] = samples.related.relations;
  assert.ok(first);
  const status = fullStatus({ relations: [{ ...first, status: said("suspended: on holiday") }] });
  const rows = table("Integration", status, { showRelations: true });

  assert.equal(lastCell(rows, "Message"), "suspended - on holiday");
});

test("ten units and more are in the order of their numbers", () => {
  const rows = table("Unit", withAgents(...Array.from({ length: 12 }, () => "idle")));
  const names = rows.slice(1).map((row) => row.split(" ")[0]);

  assert.deepEqual(
    names,
    Array.from({ length: 12 }, (_, at) => `a/${at}`),
  );
});

test("only units whose agents are idle or at work are counted as ready", () => {
  const scale = (...agents: readonly string[]) => {
    const [, row = ""] = table("App", withAgents(...agents));
    return row.split(/ +/)[2];
  };

  assert.equal(scale("idle", "executing", "running"), "3");
  assert.equal(scale("idle", "error", "lost", "failed", "rebooting", "allocating"), "1/6");
  assert.equal(scale(), "0");
});

test("scales and revisions end at the same place, be they as wide as they may", () => {
  const charm = "ch:amd64/jammy/mysql-12345";
  const applications = { ...withAgents("idle").applications, b: application({ charm }) };

  assert.deepEqual(table("App", fullStatus({ applications })), [
    "App  Version  Status  Scale  Charm  Channel       Rev  Exposed  Message",
    "a             active      1  mysql  8.0/stable    240  no       ",
    "b             active      0  mysql  8.0/stable  12345  no       ",
  ]);
});

test("a version of more than 15 letters is cut to 15", () => {
  const version = (text: string) => {
    const applications = { a: application({ "workload-version": text }) };
    return table("App", fullStatus({ applications }))[1]?.split(/ +/)[1];
  };

  assert.equal(version("8.0.36-ubuntu.1"), "8.0.36-ubuntu.1");
  assert.equal(version("8.0.36-ubuntu.12"), "8.0.36-ubunt...");
});

test("notes and messages of more than 120 letters are cut to 120", () => {
  const long = "x".repeat(121);
  const shown = `${"x".repeat(117)}...`;
  const status = fullStatus({
    model: model({ "model-status": said(`available: ${long}`) }),
    machines: { "0": machine("0", { "instance-status": said(`running: ${long}`) }) },
    applications: {
      a: application({
        status: said(`active: ${long}`),
        units: { "a/0": unit({ "workload-status": said(`active: ${long}`) }) },
      }),
    },
  });

  assert.equal(lastCell(table("Model", status), "Notes"), shown);
  assert.equal(lastCell(table("App", status), "Message"), shown);
  assert.equal(lastCell(table("Unit", status), "Message"), shown);
  assert.equal(lastCell(table("Machine", status), "Message"), shown);
});

test("a message of 120 letters is shown as a whole, and a long one shows the hook", () => {
  const message = "x".repeat(120);
  const whole = withUnit({ "workload-status": said(`active: ${message}`) });
  const executing = { "agent-status": said("executing: running start hook") };
  const hooked = withUnit({ "workload-status": said(`active: ${message}`), ...executing });

  assert.equal(lastCell(table("Unit", whole), "Message"), message);
  assert.equal(lastCell(table("Unit", hooked), "Message"), `(start) ${"x".repeat(109)}...`);
});

test("the hook or action that an agent executes stands before the message", () => {
  const message = (agent: string) => {
    const more = { "agent-status": said(agent), "workload-status": said("active: ready") };
    return lastCell(table("Unit", withUnit(more)), "Message");
  };

  assert.equal(message("executing: running config-changed hook"), "(config-changed) ready");
  const joined = "running db-relation-joined hook for mysql/0";
  assert.equal(message(`executing: ${joined}`), "(db-relation-joined) ready");
  assert.equal(message("executing: running action backup"), "(backup) ready");
  assert.equal(message("executing"), "ready");
  assert.equal(message("idle: running config-changed hook"), "ready");
});

test("a machine whose modification failed is in error and says why", () => {
  const failed = machine("0", { "modification-status": said("error: no such profile") });
  const [, row = ""] = table("Machine", fullStatus({ machines: { "0": failed } }));

  assert.match(row, /^0 {8}error {2}/);
  assert.match(row, / {2}no such profile$/);
});

test("what has been said of how much is used stands after the units, and nothing where nothing has", () => {
  const meters = {
    "a/10": { color: "red", message: "pay up" },
    "a/2": { color: "amber", message: "" },
  };
  const units = { "a/2": unit({}), "a/10": unit({}) };
  const status = fullStatus({
    applications: { a: application({ units, "meter-statuses": meters }) },
    machines: { "0": machine("0") },
  });
  const titles = formatTabular(status, options)
    .split("\n\n")
    .map((text) => text.split(" ")[0]);

  assert.deepEqual(table("Entity", status), [
    "Entity  Meter status  Message",
    "a/2     amber         ",
    "a/10    red           pay up",
  ]);
  assert.deepEqual(titles, ["Model", "App", "Unit", "Entity", "Machine", ""]);
  assert.deepEqual(table("Entity", samples.worked), []);
});

test("a cloud without regions is shown by its name", () => {
  const status = fullStatus({ model: model({ "cloud-tag": "cloud-manual", region: "" }) });

  assert.equal(table("Model", status)[1]?.split(/ +/)[2], "manual");
});

test("colours are on the statuses alone, and change nothing else", () => {
  const text = formatTabular(samples.worked, { ...options, color: true });
  const painted = text.split("\u001b[").filter((part) => /^3[0-8]/.test(part));

  assert.deepEqual(
    new Set(painted),
    new Set([
      ...["32mactive", "32midle", "32mstarted", "31mlost", "31mdown"],
      ...["33mwaiting", "33mallocating", "33munknown"],
    ]),
  );
  assert.equal(stripVTControlCharacters(text), formatTabular(samples.worked, options));
});

test("an empty status has no colour", () => {
  const silent = withUnit({ "workload-status": said(""), "agent-status": said("") });
  const [, row = ""] = table("Unit", silent, { color: true });

  assert.equal(row, "a/0                    0        10.0.0.5               ");
});

test("without colours there is nothing but text", () => {
  const text = formatTabular(samples.worked, options);

  assert.equal(text, stripVTControlCharacters(text));
});
