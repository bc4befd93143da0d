/** What a client knows of controllers, models and accounts. */

import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { byText } from "#base/order.ts";
import { Problem } from "#base/problem.ts";
import { ensureCookies, removeCookies } from "./cookies.ts";
import { changeFields, type Fields, fieldsAt, readFields } from "./folder.ts";

export interface KnownController {
  readonly uuid: string;
  readonly addresses: readonly string[];
  /** PEM. */
  readonly caCertificate: string;
  readonly cloud: string;
  readonly region: string;
  readonly type: string;
  readonly agentVersion: string;
}

export interface Account {
  readonly user: string;
  readonly password: string;
  readonly access: string;
}

/** What is needed to destroy a controller that cannot be asked any more. */
export interface BootstrapRecord {
  readonly controllerModel: string;
  readonly cloud: string;
  readonly type: string;
  readonly region: string;
  /** Where a local cloud keeps its machines. */
  readonly root: string;
}

const files = {
  controllers: "controllers.yaml",
  models: "models.yaml",
  accounts: "accounts.yaml",
  bootstrap: "bootstrap-config.yaml",
} as const;

type FileName = keyof typeof files;

export class ClientStore {
  readonly folder: string;
  readonly #clock: Clock;
  /** Each file is read once; a command is over before another could have changed it. */
  readonly #read = new Map<FileName, Promise<Fields>>();

  constructor(folder: string, clock: Clock) {
    this.folder = folder;
    this.#clock = clock;
  }

  async listControllers(): Promise<string[]> {
    return Object.keys(fieldsAt(await this.#fieldsOf("controllers"), "controllers")).toSorted(
      byText,
    );
  }

  async currentController(): Promise<string | undefined> {
    const { "current-controller": name } = await this.#fieldsOf("controllers");
    return typeof name === "string" && name !== "" ? name : undefined;
  }

  /** Throws `not found`. */
  async controller(name: string): Promise<KnownController> {
    const found = await this.findController(name);
    if (found) return found;
    throw new Problem("not found", `controller ${name} not found`);
  }

  async findController(name: string): Promise<KnownController | undefined> {
    const controllers = fieldsAt(await this.#fieldsOf("controllers"), "controllers");
    if (!Object.hasOwn(controllers, name)) return undefined;
    const fields = fieldsAt(controllers, name);
    const addresses = fields["api-endpoints"];
    return {
      uuid: text(fields.uuid),
      addresses: Array.isArray(addresses) ? addresses.map(String) : [],
      caCertificate: text(fields["ca-cert"]),
      cloud: text(fields.cloud),
      region: text(fields.region),
      type: text(fields.type),
      agentVersion: text(fields["agent-version"]),
    };
  }

  async saveController(name: string, known: KnownController): Promise<void> {
    await ensureCookies(this.folder, name);
    await this.#changeUnder("controllers", ["controllers", name], (before) => ({
      ...before,
      uuid: known.uuid,
      "api-endpoints": known.addresses,
      "ca-cert": known.caCertificate,
      cloud: known.cloud,
      region: known.region,
      type: known.type,
      "agent-version": known.agentVersion,
      "controller-machine-count": 1,
      "active-controller-machine-count": 1,
    }));
  }

  async setCurrentController(name: string): Promise<void> {
    await this.#change("controllers", (fields) => ({ ...fields, "current-controller": name }));
  }

  /** Forgets everything about a controller. */
  async removeController(name: string): Promise<void> {
    await removeCookies(this.folder, name);
    for (const file of Object.keys(files) as FileName[]) {
      await this.#change(file, (fields) => {
        const { [name]: _, ...left } = fieldsAt(fields, "controllers");
        const { "current-controller": current, ...rest } = fields;
        const isCurrent = current === undefined || current === name;
        return { ...(isCurrent ? rest : fields), controllers: left };
      });
    }
  }

  async findAccount(controller: string): Promise<Account | undefined> {
    const accounts = fieldsAt(await this.#fieldsOf("accounts"), "controllers");
    if (!Object.hasOwn(accounts, controller)) return undefined;
    const { user, password, "last-known-access": access } = fieldsAt(accounts, controller);
    return { user: text(user), password: text(password), access: text(access) };
  }

  async saveAccount(controller: string, { user, password, access }: Account): Promise<void> {
    await this.#changeUnder("accounts", ["controllers", controller], (before) => ({
      ...before,
      user,
      password,
      "last-known-access": access,
    }));
  }

  /** The ids of the controller's models by their full names, as in `admin/shop`. */
  async models(controller: string): Promise<ReadonlyMap<string, string>> {
    const known = fieldsAt(fieldsAt(await this.#fieldsOf("models"), "controllers"), controller);
    const models = fieldsAt(known, "models");
    return new Map(
      Object.keys(models).map((name) => [name, text(fieldsAt(models, name).uuid)] as const),
    );
  }

  async currentModel(controller: string): Promise<string | undefined> {
    const known = fieldsAt(fieldsAt(await this.#fieldsOf("models"), "controllers"), controller);
    const { "current-model": name } = known;
    return typeof name === "string" && name !== "" ? name : undefined;
  }

  async saveModels(controller: string, models: ReadonlyMap<string, string>): Promise<void> {
    await this.#changeUnder("models", ["controllers", controller], (before) => ({
      ...before,
      models: Object.fromEntries(
        [...models].map(([name, uuid]) => [
          name,
          { ...fieldsAt(fieldsAt(before, "models"), name), uuid, type: "iaas", branch: "" },
        ]),
      ),
    }));
  }

  async setCurrentModel(controller: string, name: string | undefined): Promise<void> {
    await this.#changeUnder("models", ["controllers", controller], (before) => {
      const { "current-model": _, ...rest } = before;
      return name === undefined ? rest : { ...rest, "current-model": name };
    });
  }

  async findBootstrap(controller: string): Promise<BootstrapRecord | undefined> {
    const records = fieldsAt(await this.#fieldsOf("bootstrap"), "controllers");
    if (!Object.hasOwn(records, controller)) return undefined;
    const fields = fieldsAt(records, controller);
    return {
      controllerModel: text(fields["controller-model-uuid"]),
      cloud: text(fields.cloud),
      type: text(fields.type),
      region: text(fields.region),
      root: text(fields.endpoint),
    };
  }

  async saveBootstrap(controller: string, record: BootstrapRecord): Promise<void> {
    await this.#changeUnder("bootstrap", ["controllers", controller], () => ({
      "controller-config": {},
      "model-config": {},
      "controller-model-uuid": record.controllerModel,
      cloud: record.cloud,
      type: record.type,
      region: record.region,
      endpoint: record.root,
    }));
  }

  #fieldsOf(file: FileName): Promise<Fields> {
    const known = this.#read.get(file);
    if (known !== undefined) return known;
    const reading = readFields(join(this.folder, files[file]));
    this.#read.set(file, reading);
    return reading;
  }

  async #change(file: FileName, change: (fields: Fields) => Fields): Promise<void> {
    await changeFields(this.folder, { name: files[file], clock: this.#clock }, change);
    this.#read.delete(file);
  }

  async #changeUnder(
    file: FileName,
    [top, name]: readonly [string, string],
    change: (fields: Fields) => Fields,
  ): Promise<void> {
    await this.#change(file, (fields) => {
      const all = fieldsAt(fields, top);
      return { ...fields, [top]: { ...all, [name]: change(fieldsAt(all, name)) } };
    });
  }
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}
