/**
 * Credentials: who somebody is that says a name and a password.
 *
 * Passwords of users are slow to check on purpose. One that was right is remembered, as a digest
 * under a key that lives as long as this process, so that a program which logs in for each command
 * does not wait each time. Passwords of agents are long and made from a secret of the controller's,
 * so that there is nothing to keep for each.
 */
import { createHmac, randomBytes } from "node:crypto";
import { isPassword } from "#base/password.ts";
import { Problem } from "#base/problem.ts";
import { deriveSecret, isSameSecret } from "#base/secret.ts";
import { parseTag } from "#contract/tags.ts";
import * as machine from "#domain/machine/machine.ts";
import { controllerScope } from "#domain/scope.ts";
import * as user from "#domain/user/user.ts";
import type { Store } from "#store/store.ts";
import type { Caller } from "./caller.ts";

const rememberedMax = 1000;
/** How many slow checks may run at once; the others wait, and no more than these. */
const checksMax = 2;
const waitingMax = 50;

/** Of a user nobody has, so that an unknown name takes as long as a wrong password. */
const nobodysHash =
  "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

const wrong = "invalid entity name or password";

/** Who a tag such as `user-admin` or `machine-0` names. Throws `unauthorized access` for any other. */
export function parseLoginTag(tag: string): Pick<Login, "kind" | "id"> {
  if (!/^(?:user|machine)-./.test(tag)) throw new Problem("unauthorized access", wrong);
  const { kind, id } = parseTag(tag);
  return { kind: kind === "machine" ? kind : "user", id };
}

export interface Login {
  readonly kind: "user" | "machine";
  readonly id: string;
  readonly password: string;
  readonly modelUuid: string | undefined;
}

export class Credentials {
  readonly #store: Store;
  readonly #agentSecret: string;
  readonly #key = randomBytes(32);
  readonly #remembered = new Set<string>();
  #checking = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(store: Store, agentSecret: string) {
    this.#store = store;
    this.#agentSecret = agentSecret;
  }

  /** Throws `unauthorized access`, with the same text whatever was wrong. */
  async identify({ kind, id, password, modelUuid }: Login): Promise<Caller> {
    const caller =
      kind === "user"
        ? await this.#identifyUser(id, password)
        : await this.#identifyMachine(id, { password, modelUuid });
    if (caller) return caller;
    throw new Problem("unauthorized access", wrong);
  }

  /** What the agent of a machine logs in with. */
  agentPassword(modelUuid: string, { id, nonce }: { readonly id: string; readonly nonce: string }) {
    return deriveSecret(this.#agentSecret, modelUuid, id, nonce);
  }

  async #identifyUser(name: string, password: string): Promise<Caller | undefined> {
    const found = await this.#store.read(controllerScope, (tx) => user.find(tx, name));
    const hash = found?.passwordHash ?? nobodysHash;
    const isRight = await this.#isPassword(password, hash);
    return found && isRight ? { kind: "user", name, access: found.access } : undefined;
  }

  async #identifyMachine(
    id: string,
    { password, modelUuid }: Pick<Login, "password" | "modelUuid">,
  ): Promise<Caller | undefined> {
    if (modelUuid === undefined) return undefined;
    const found = await this.#store.read(modelUuid, (tx) => machine.find(tx, id));
    const expected = this.agentPassword(modelUuid, { id, nonce: found?.nonce ?? "" });
    return found && isSameSecret(password, expected) ? { kind: "machine", id } : undefined;
  }

  async #isPassword(password: string, hash: string): Promise<boolean> {
    const digest = createHmac("sha256", this.#key)
      .update(JSON.stringify([password, hash]))
      .digest("hex");
    if (this.#remembered.has(digest)) return true;
    const isRight = await this.#inTurn(() => isPassword(password, hash));
    if (!isRight) return false;
    if (this.#remembered.size >= rememberedMax) this.#remembered.clear();
    this.#remembered.add(digest);
    return true;
  }

  async #inTurn<T>(check: () => Promise<T>): Promise<T> {
    if (this.#checking >= checksMax) {
      if (this.#waiting.length >= waitingMax) {
        throw new Problem("try again", "too many logins at once: try again in a moment");
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#checking++;
    }
    try {
      return await check();
    } finally {
      const next = this.#waiting.shift();
      if (next)
        next(); // who takes over the place, before anybody new can
      else this.#checking--;
    }
  }
}
