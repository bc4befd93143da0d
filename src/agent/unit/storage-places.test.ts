import assert from "node:assert/strict";
import {
  lstat,
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
import { exists } from "#base/files.ts";
import { isMounted, unmountBelow } from "#base/mounts.ts";
import { ManualClock } from "#base/testing.ts";
import type { DesiredStorage } from "#contract/machine-agent.ts";
import { leaveStorage, StoragePlaces } from "./storage-places.ts";

interface Told {
  readonly storage: string;
  readonly location: string;
  readonly message: string;
}

/** A unit's folder, and one of the cloud's, with an agent that makes places in the first. */
class Site implements AsyncDisposable {
  readonly folder: string;
  readonly told: Told[] = [];
  readonly clock = new ManualClock();
  readonly #remove: () => Promise<void>;
  places: StoragePlaces;

  private constructor(folder: string, remove: () => Promise<void>) {
    this.folder = folder;
    this.#remove = remove;
    this.places = this.start();
  }

  static async open(): Promise<Site> {
    const { path, remove } = await mkdtempDisposable(join(tmpdir(), "jumar-places-"));
    await mkdir(join(path, "cloud"));
    return new Site(path, remove);
  }

  /** Another agent, as after a crash. */
  start({ hasHost = false } = {}): StoragePlaces {
    const controller = { reportStorage: async (said: Told) => void this.told.push(said) };
    const log = { write: () => {} };
    const paths = { storage: this.at("storage") };
    const wrench = { at: () => {} };
    const setting = { paths, controller, log, clock: this.clock, wrench, hasHost };
    this.places = new StoragePlaces(setting as never);
    return this.places;
  }

  at(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  desired(change: Partial<DesiredStorage> = {}): DesiredStorage {
    return {
      ...{ id: "data/0", store: "data", kind: "filesystem", life: "alive", provider: "local" },
      ...{ source: this.at("cloud"), location: "", size: 16, ...change },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await unmountBelow(this.folder);
    await this.#remove();
  }
}

test("what the cloud keeps is where the cloud keeps it, as soon as that has made it", async () => {
  await using site = await Site.open();
  await site.places.keep([site.desired({ source: "" })], {});
  assert.deepEqual(site.places.ready, new Map());
  await site.places.keep([site.desired()], {});
  assert.deepEqual(site.places.ready, new Map([["data/0", site.at("cloud")]]));
  assert.deepEqual(site.told, [{ storage: "data/0", location: site.at("cloud"), message: "" }]);
});

test("a folder of the cloud's that is gone is not made anew, and comes to be used when it is back", async () => {
  await using site = await Site.open();
  await rm(site.at("cloud"), { recursive: true });
  await site.places.keep([site.desired()], {});
  const message = `there is no folder ${site.at("cloud")} any more`;
  assert.deepEqual(site.told, [{ storage: "data/0", location: "", message }]);
  assert.deepEqual(site.places.ready, new Map());

  await mkdir(site.at("cloud"));
  site.clock.advance({ seconds: 10 });
  await site.places.keep([site.desired()], {});
  assert.equal(site.places.ready.get("data/0"), site.at("cloud"));
});

test("where the charm wants it a link leads there, which goes with the storage and nothing else does", async () => {
  await using site = await Site.open();
  const location = site.at("srv", "deep", "data");
  await site.places.keep([site.desired({ location })], {});
  assert.equal(site.places.ready.get("data/0"), location);
  assert.equal(await readlink(location), site.at("cloud"));
  await writeFile(site.at("srv", "deep", "other"), "");

  await site.start().keep([], {});
  assert.deepEqual(await readdir(site.at("srv", "deep")), ["other"]);
  assert.deepEqual(await readdir(site.at("storage")), []);
  assert.ok(await exists(site.at("cloud")));
});

test("a location that ends in a slash is told as the charm writes it, and goes as well", async () => {
  await using site = await Site.open();
  const location = `${site.at("srv", "data")}/`;
  await site.places.keep([site.desired({ location })], {});
  assert.deepEqual(site.told, [{ storage: "data/0", location, message: "" }]);
  assert.equal(await readlink(site.at("srv", "data")), site.at("cloud"));

  await site.start().keep([site.desired({ location })], {});
  assert.deepEqual(site.told.length, 2);
  assert.equal(site.told[1]?.message, "");
  await site.start().keep([], {});
  assert.equal(await exists(site.at("srv")), false);
  assert.ok(await exists(site.at("cloud")));
});

test("the folders that were made for a link go with it, and a unit that is gone leaves none", async () => {
  await using site = await Site.open();
  await site.places.keep([site.desired({ location: site.at("srv", "deep", "data") })], {});
  await leaveStorage(site.at("storage"));
  assert.equal(await exists(site.at("srv")), false);
});

test("what somebody else has at a location is left alone, and the storage is used where it lies", async () => {
  await using site = await Site.open();
  const location = site.at("taken");
  await symlink("/nowhere", location);
  await site.places.keep([site.desired({ location })], {});
  const message = `not at ${location}, since there is something else at ${location}`;
  assert.deepEqual(site.told, [{ storage: "data/0", location: site.at("cloud"), message }]);

  const known = { "data/0": { store: "data", kind: "filesystem", location: site.at("cloud") } };
  await site.places.keep([site.desired({ location })], known);
  assert.equal(site.told.length, 1, "and it goes on to be said once the charm knows");
  await rm(location);
  await site.start().keep([site.desired({ location })], known);
  const later = `not at ${location}, where something was in the way`;
  assert.equal(site.told.at(-1)?.message, later);
  assert.equal(site.places.ready.get("data/0"), site.at("cloud"), "what the charm was told stays");
});

test("a link that somebody has replaced is left to them", async () => {
  await using site = await Site.open();
  const location = site.at("data");
  await site.places.keep([site.desired({ location })], {});
  await rm(location);
  await mkdir(location);
  await site.start().keep([], {});
  assert.ok(await exists(location));
});

test("where charms have the host to themselves, storage is mounted at its location until it goes", async () => {
  await using site = await Site.open();
  const location = site.at("srv", "deep", "data");
  const desired = site.desired({ location });
  const keep = () => site.start({ hasHost: true }).keep([desired], {});
  await keep();
  assert.deepEqual(site.told, [{ storage: "data/0", location, message: "" }]);
  await writeFile(join(location, "kept"), "");
  await keep();
  assert.deepEqual(await readdir(site.at("cloud")), ["kept"]);
  if (await isLink(location)) return; // this host permits no mounts

  await unmountBelow(location); // as when the host has gone down
  await writeFile(join(location, "early"), "");
  await keep();
  assert.deepEqual(await readdir(location), ["kept"]);
  assert.equal(site.told.at(-1)?.location, location);

  await site.start({ hasHost: true }).keep([], {});
  assert.deepEqual(await readdir(location), ["early"], "what is somebody else's stays");
  assert.deepEqual(await readdir(site.at("cloud")), ["kept"]);
});

test("an empty folder is mounted over and comes to light again, and what is in use is not taken", async () => {
  await using site = await Site.open();
  const location = site.at("empty");
  await mkdir(location);
  const places = site.start({ hasHost: true });
  await places.keep([site.desired({ location })], {});
  if (site.told[0]?.location !== location) return; // this host permits no mounts
  await mkdir(site.at("cloud-1"));
  const other = { id: "data/1", source: site.at("cloud-1"), location };
  await places.keep([site.desired({ location }), site.desired(other)], {});
  assert.equal(site.told.at(-1)?.location, site.at("cloud-1"));

  await places.keep([], {});
  assert.deepEqual(await readdir(location), []);
  assert.equal(await isMounted(location), false);
});

test("what is mounted behind a link of the host is found again, and goes", async () => {
  await using site = await Site.open();
  await mkdir(site.at("real"));
  await symlink(site.at("real"), site.at("linked"));
  const location = site.at("linked", "data");
  const keep = () => site.start({ hasHost: true }).keep([site.desired({ location })], {});
  await keep();
  await keep();
  assert.deepEqual(site.told.at(-1), { storage: "data/0", location, message: "" });

  await site.start({ hasHost: true }).keep([], {});
  assert.deepEqual(await readdir(site.at("real")), []);
  assert.ok(await exists(site.at("cloud")));
});

test("a location that cannot be made is told of, and the storage is used where it lies", async () => {
  await using site = await Site.open();
  await writeFile(site.at("file"), "");
  const location = site.at("file", "data");
  await site.start({ hasHost: true }).keep([site.desired({ location })], {});
  assert.equal(site.told[0]?.location, site.at("cloud"));
  assert.match(site.told[0]?.message ?? "", /^not at .*\/file\/data, since EEXIST: /);
  assert.deepEqual(await readdir(site.at("storage")), []);
});

test("what the machine keeps is there again after a crash, until nobody knows of it any more", async () => {
  await using site = await Site.open();
  const desired = site.desired({ provider: "rootfs", source: "" });
  await site.places.keep([desired], {});
  const place = site.at("storage", "data-0");
  await writeFile(join(place, "kept"), "");
  await site.start().keep([desired], {});
  assert.deepEqual(await readdir(place), ["kept"]);

  const known = { "data/0": { store: "data", kind: "filesystem", location: place } };
  await site.start().keep([], known);
  assert.deepEqual(await readdir(place), ["kept"], "the charm has not heard that it is to go");
  await site.places.keep([], {});
  assert.equal(await exists(place), false);
});

test("memory is mounted, or it is said that this host does not permit it", async () => {
  await using site = await Site.open();
  await site.places.keep([site.desired({ provider: "tmpfs", source: "" })], {});
  const [said] = site.told;
  if (said?.location === "") {
    assert.match(
      said.message,
      /^cannot mount tmpfs, which takes root and a host that permits it: ./,
    );
    return;
  }
  assert.equal(said?.location, site.at("storage", "data-0"));
  await site.start().keep([], {});
  assert.equal(await exists(site.at("storage", "data-0")), false);
});

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path)).isSymbolicLink();
}
