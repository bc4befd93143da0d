import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { shop } from "#controller/testing.ts";
import * as status from "#domain/status/status.ts";
import { now } from "#domain/testing.ts";
import { Desk } from "../testing.ts";

const metadata = `
name: mysql
summary: A database
description: A database
provides: {server: {interface: mysql}}
peers: {cluster: {interface: mysql-ha}}
`;

test("a unit whose upgrade-charm has failed is named by a refresh that it does not follow", async () => {
  await using desk = await Desk.open();
  const { store } = await desk.withController();
  await mkdir(join(desk.folder, "mysql"));
  await desk.file("mysql/metadata.yaml", metadata);
  const entity = status.entities.unitAgent("mysql/1");
  const said = { status: "error", message: "", data: { hook: "upgrade-charm" }, now };
  await store.write(shop, (tx) => status.set(tx, { entity, ...said }));
  const advice =
    'mysql/1: waits, for its upgrade-charm has failed: run "resolved", or refresh again with --force-units\n';

  const { status: code, stderr } = await desk.run("refresh mysql --path ./mysql");
  assert.equal(code, 0, stderr);
  assert.ok(stderr.endsWith(advice), stderr);
  const { stdout } = await desk.run("rollouts 1");
  assert.match(stdout, /^mysql\/1 +upgrading .* waits, for its upgrade-charm has failed: /m);
  const forced = await desk.run("refresh mysql --path ./mysql --force-units");
  assert.equal(forced.status, 0, forced.stderr);
  assert.ok(!forced.stderr.includes("waits"), forced.stderr);
});
