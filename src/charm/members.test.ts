import assert from "node:assert/strict";
import { readlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { assertRefused, link, withArchive } from "./testing.ts";

test("names that lead out of the charm or cannot be are refused", async () => {
  await assertRefused([{ name: "../x" }], '"../x" leads out of the charm');
  await assertRefused([{ name: "a/../../x" }], '"a/../../x" leads out of the charm');
  await assertRefused([{ name: "a/.." }], '"a/.." leads out of the charm');
  await assertRefused([{ name: "/etc/x" }], '"/etc/x" leads out of the charm');
  await assertRefused([{ name: "a\0b" }], '"a\\u0000b" has a zero byte in its name');
  await assertRefused([{ name: "" }], "charm has a member without a name");
  await assertRefused([{ name: "." }], "charm has a member without a name");
  const long = `${"a/".repeat(512)}a`;
  await assertRefused([{ name: long }], `"${long.slice(0, 100)}…" is longer than 1024 bytes`);
  const part = "a".repeat(256);
  await assertRefused(
    [{ name: part }],
    `"${part.slice(0, 100)}…" has a part that is longer than 255 bytes`,
  );
});

test("two members of one name are refused, save folders", async () => {
  await withArchive([{ name: "a/" }, { name: "./a/" }, { name: "a/b" }], async (archive) => {
    assert.deepEqual(archive.members, ["a", "a/b", "metadata.yaml", "revision"]);
  });
  await assertRefused([{ name: "a" }, { name: "./a" }], '"a" occurs more than once');
  await assertRefused([{ name: "a" }, { name: "a/" }], '"a" occurs more than once');
  await assertRefused([link("a", "b"), { name: "a" }], '"a" occurs more than once');
});

test("members below a file or a link are refused, in whatever order they come", async () => {
  const below = '"a/b/c" lies below "a/b", which is not a folder';
  await assertRefused([{ name: "a/b" }, { name: "a/b/c" }], below);
  await assertRefused([{ name: "a/b/c" }, { name: "a/b" }], below);
  await assertRefused([link("a/b", "."), { name: "a/b/c" }], below);
  await assertRefused([{ name: "a/b/c" }, link("a/b", "..")], below);
  await assertRefused([link("revision", "metadata.yaml")], '"revision" is not a file');
  await assertRefused([{ name: "revision/x" }], '"revision" is not a file');
});

test("links may lead anywhere within the charm, even nowhere", async () => {
  const links = [
    link("hooks/start", "install"),
    link("hooks/stop", "../src/charm.py"),
    link("all", "."),
    link("a/b/all", "../.."),
    link("venv/lib64", "lib"),
    link("through", "venv/lib64/python"),
    link("loop", "loop"),
    link("a/odd", ".././b/../...x"),
  ];
  await withArchive(links, async (archive, folder) => {
    await archive.unpack(folder, { revision: 0 });

    assert.equal(await readlink(join(folder, "hooks/stop")), "../src/charm.py");
    assert.equal(await readlink(join(folder, "loop")), "loop");
  });
});

test("links that lead out of the charm, even by way of others, are refused", async () => {
  await assertRefused([link("x", "/y")], 'symlink "x" is absolute: "/y"');
  await assertRefused([link("x", "../y")], 'symlink "x" links out of charm: "../y"');
  await assertRefused([link("a/x", "../../y")], 'symlink "a/x" links out of charm: "../../y"');
  await assertRefused(
    [link("a/x", "b/../../..")],
    'symlink "a/x" links out of charm: "b/../../.."',
  );
  await assertRefused(
    [link("a/b/top", "../.."), link("x", "a/b/top/../etc")],
    'symlink "x" goes up from another symlink: "a/b/top/../etc"',
  );
  await assertRefused(
    [link("a/b/top", "../.."), link("y", "a/b"), link("x", "y/top/..")],
    'symlink "x" goes up from another symlink: "y/top/.."',
  );
  await assertRefused([link("x", "")], 'symlink "x" has an impossible target: ""');
  await assertRefused([link("x", "a\0b")], 'symlink "x" has an impossible target: "a\\u0000b"');
  await assertRefused([link("x", "y".repeat(1025))], '"x" has 1025 bytes, more than 1024');
});

test("devices, pipes, sockets and unknown kinds of files are refused", async () => {
  const refusals = [
    [0o010644, 'file is a named pipe: "x"'],
    [0o140644, 'file is a socket: "x"'],
    [0o020644, 'file is a device: "x"'],
    [0o060644, 'file is a device: "x"'],
    [0o170644, 'unknown file type: "x"'],
  ] as const;
  for (const [mode, message] of refusals) await assertRefused([{ name: "x", mode }], message);
});
