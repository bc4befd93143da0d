/**
 * What charms and their cron jobs expect at the usual places of a host that is theirs.
 *
 *     /usr/bin/juju-exec                  and juju-run, for scripts
 *     /var/lib/juju/tools/juju-exec       the same, which finds the machine of a unit below
 *     /var/lib/juju/tools/machine-0       what old charms ask for its version
 *     /var/lib/juju/agents/unit-mysql-0   the unit's folder
 *
 * They are links into the machine's own folder. Machines of several models may be on one host, so
 * that who comes first has a place, and who comes later does without.
 */
import { join } from "node:path";
import { makeFolder } from "#base/files.ts";
import { leavePlace, listNotes, noteOf, takePlace } from "#base/places.ts";
import { messageOf } from "#base/problem.ts";
import { toTag } from "#contract/tags.ts";
import { agentPaths } from "#release/layout.ts";
import { localCommandNames } from "../local-command.ts";
import type { MachineSetting } from "./setting.ts";

interface Place {
  readonly place: string;
  readonly target: string;
}

const usualDataDir = "var/lib/juju";
const commandsFolder = "usr/bin";

export class HostPlaces {
  readonly #setting: Pick<MachineSetting, "conf" | "layout" | "log">;
  readonly #told = new Set<string>();

  constructor(setting: Pick<MachineSetting, "conf" | "layout" | "log">) {
    this.#setting = setting;
  }

  /**
   * Takes what is free of the places for these units, and gives back those of units that are gone. Where
   * the disk does not permit that, it is tried again the next time: no machine ends for want of links.
   */
  async keep(units: readonly string[]): Promise<void> {
    if (this.#setting.conf.host === "") return;
    try {
      await this.#converge(this.#list(units));
    } catch (error) {
      this.#tell("any", `links on the host cannot be kept: ${messageOf(error)}`);
    }
  }

  async #converge(wanted: ReadonlyMap<string, Place>): Promise<void> {
    const { layout } = this.#setting;
    await makeFolder(layout.places);
    for (const note of await listNotes(layout.places)) {
      if (!wanted.has(note)) await leavePlace(note);
    }
    for (const [note, { place, target }] of wanted) {
      const reason = await takePlace({ note, place, target });
      if (reason !== undefined) this.#tell(place, `there is no link at ${place}: ${reason}`);
    }
  }

  /** Once of each place. */
  #tell(place: string, message: string): void {
    if (this.#told.has(place)) return;
    this.#told.add(place);
    this.#setting.log.write("INFO", message);
  }

  /** By their notes. */
  #list(units: readonly string[]): ReadonlyMap<string, Place> {
    const { conf, layout } = this.#setting;
    const usual = join(conf.host, usualDataDir);
    const places = new Map<string, Place>();
    const add = (name: string, place: string, target: string) =>
      places.set(noteOf(layout.places, name), { place, target });
    add(conf.tag, join(usual, "tools", conf.tag), join(layout.tools, conf.tag));
    for (const tag of units.map((name) => toTag("unit", name))) {
      add(tag, join(usual, "agents", tag), agentPaths(layout, tag).home);
    }
    for (const name of localCommandNames) {
      const command = join(usual, "tools", name);
      add(name, command, join(layout.tools, name));
      add(`usual-${name}`, join(conf.host, commandsFolder, name), command);
    }
    return places;
  }
}
