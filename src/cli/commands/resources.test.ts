import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Desk } from "../testing.ts";

const metadata = `
name: app
summary: An application
description: An application
resources:
  data: {filename: data.txt}
  image: {type: oci-image}
`;

/** A desk with a controller, a charm in ./app, and files. */
async function open(): Promise<Desk> {
  const desk = await Desk.open();
  await desk.withController();
  await mkdir(join(desk.folder, "app"));
  await desk.file("app/metadata.yaml", metadata);
  await desk.file("data.txt", "one");
  await desk.file("data.zip", "one");
  return desk;
}

test("files are given to a deployment, a refresh and an application that is there", async () => {
  await using desk = await open();
  const deployed = await desk.run("deploy ./app --resource data=./data.txt -n 0");
  assert.equal(deployed.status, 0, deployed.stderr);
  const listed = await desk.run("resources app --format json");
  const { resources } = JSON.parse(listed.stdout) as { resources: Record<string, unknown>[] };
  assert.deepEqual(
    resources.map(({ name, size, username }) => [name, size, username]),
    [
      ["data", 3, "anna"],
      ["image", 0, undefined],
    ],
  );

  await desk.file("data.txt", "another");
  assert.equal((await desk.run("attach app data=data.txt")).status, 0);
  const sizes = async () => {
    const { stdout } = await desk.run("list-resources app --format json");
    const shown = JSON.parse(stdout) as { resources: Record<string, unknown>[] };
    return shown.resources.map(({ size }) => size);
  };
  assert.deepEqual(await sizes(), [7, 0]);

  await desk.file("app/metadata.yaml", `${metadata}  more: {filename: more.txt}\n`);
  const missing = await desk.run("refresh app --path ./app");
  assert.equal(missing.status, 1);
  assert.match(
    missing.stderr,
    /^ERROR new resource "more" was missing, please provide it via --resource$/m,
  );
  await desk.file("more.txt", "m");
  const refreshed = await desk.run("refresh app --path ./app --resource more=more.txt");
  assert.equal(refreshed.status, 0, refreshed.stderr);
  assert.deepEqual(await sizes(), [7, 0, 1]);
  const image = await desk.run("attach-resource app image=data.txt");
  assert.equal(
    image.stderr,
    'ERROR resource "image" is of type "oci-image", which machines cannot be given\n',
  );
  await desk.file("data.zip", "not a text");
  const { stderr: archive } = await desk.run("attach-resource app data=data.zip");
  assert.equal(
    archive,
    'ERROR incorrect extension on resource upload "data.zip", expected ".txt"\n',
  );
  const images = `${metadata}  more: {filename: more.txt}\n  other: {type: oci-image}\n`;
  await desk.file("app/metadata.yaml", images);
  const imaged = await desk.run("refresh app --path ./app");
  assert.equal(imaged.status, 0, imaged.stderr);
  const { stdout } = await desk.run("resources app");
  assert.match(stdout, /^Resource +Supplied by +Revision\ndata +anna +\d{4}-/);
});

test("what cannot be given is refused before the charm is sent", async () => {
  await using desk = await open();
  const refusals = [
    ["nosuch=data.txt", 'unrecognized resource "nosuch"'],
    ["data=data.zip", 'incorrect extension on resource upload "data.zip", expected ".txt"'],
    ["data=nofile", 'file for resource "data" not found: there is no file "nofile"'],
    ["data=7", 'resource "data" revision not found, provide via --resource'],
    ["image=data.txt", 'resource "image" is of type "oci-image", which machines cannot be given'],
  ];
  for (const [given = "", reason] of refusals) {
    const { status, stderr } = await desk.run(`deploy ./app --resource ${given}`);
    assert.deepEqual([status, stderr.split("\n").at(-2)], [1, `ERROR ${reason}`]);
    assert.ok(!stderr.includes("Uploading"), stderr);
  }
  for (const [line, reason] of [
    ["attach-resource", "missing application name"],
    ["attach-resource app", "no resource specified"],
    ["attach-resource app data", 'expected "key=value", got "data"'],
  ]) {
    const { status, stderr } = await desk.run(line ?? "");
    assert.deepEqual([status, stderr.split("\n").at(-2)], [2, `ERROR ${reason}`]);
  }
});

test("an application without resources and a unit that there is not are told so", async () => {
  await using desk = await open();
  const none = await desk.run("resources mysql");
  assert.deepEqual([none.stdout, none.stderr], ["", "No resources to display.\n"]);
  const unknown = await desk.run("resources mysql/9");
  assert.deepEqual([unknown.status, unknown.stderr], [1, 'ERROR unit "mysql/9" not found\n']);
});
