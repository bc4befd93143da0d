/**
 * Leadership as a unit knows it: until when it leads for sure.
 *
 * The lease is renewed long before it ends. Time is counted from before the claim was sent, so that
 * the unit never believes in its lease for longer than the controller does.
 */
import type { Clock } from "#base/clock.ts";
import { isProblem } from "#base/problem.ts";
import type { ControllerView } from "./controller-view.ts";

const leaseSeconds = 60;
/** What a charm is promised when it is told that it leads. */
const guaranteeSeconds = 30;
const renewWhenLeftSeconds = 35;
const retrySeconds = 10;
/** A claim that took long to be heard may be worth too little; the next one goes at once. */
const guaranteeTriesMax = 2;

export class Leadership {
  readonly #unit: string;
  readonly #controller: Pick<ControllerView, "claimLeadership">;
  readonly #clock: Clock;
  #ends: Temporal.Instant;
  #nextTry: Temporal.Instant;
  /** Whether no other unit leads, as far as one has heard, and this one may. */
  #isOurs = false;
  #claiming: Promise<boolean> | undefined;

  constructor(unit: string, controller: Pick<ControllerView, "claimLeadership">, clock: Clock) {
    this.#unit = unit;
    this.#controller = controller;
    this.#clock = clock;
    this.#ends = clock.now();
    this.#nextTry = this.#ends;
  }

  /** Whether the unit leads now. */
  get holds(): boolean {
    return this.#hasLeft(0);
  }

  /** Claims or renews the lease if it is time; `leader` is who leads, as far as one has heard. */
  async keep(leader: string): Promise<void> {
    this.#isOurs = leader === "" || leader === this.#unit;
    if (!this.#isOurs) this.#ends = this.#clock.now();
    const isTime = Temporal.Instant.compare(this.#clock.now(), this.#nextTry) >= 0;
    if (this.#isOurs && isTime && !this.#hasLeft(renewWhenLeftSeconds)) await this.#claim();
  }

  /** When `keep` has something to do again; null while it has to hear something first. */
  get nextCheck(): Temporal.Instant | null {
    if (!this.#isOurs) return null;
    const renewal = this.#ends.subtract({ seconds: renewWhenLeftSeconds });
    return Temporal.Instant.compare(renewal, this.#nextTry) > 0 ? renewal : this.#nextTry;
  }

  /** Whether it leads, and will for as long as a charm is promised. */
  async isGuaranteed(): Promise<boolean> {
    for (let attempt = 0; attempt < guaranteeTriesMax; attempt++) {
      if (this.#hasLeft(guaranteeSeconds)) return true;
      if (!(await this.#claim())) return false;
    }
    return this.#hasLeft(guaranteeSeconds);
  }

  /** Whether it was granted. Whoever claims while a claim is on its way waits for that one. */
  async #claim(): Promise<boolean> {
    this.#claiming ??= this.#sendClaim().finally(() => {
      this.#claiming = undefined;
    });
    return this.#claiming;
  }

  async #sendClaim(): Promise<boolean> {
    const began = this.#clock.now();
    this.#nextTry = began.add({ seconds: retrySeconds });
    try {
      await this.#controller.claimLeadership(leaseSeconds);
      this.#ends = began.add({ seconds: leaseSeconds });
      return true;
    } catch (error) {
      if (isProblem(error, "leadership claim denied")) this.#ends = this.#clock.now();
      else if (!isProblem(error)) throw error;
      return false;
    }
  }

  #hasLeft(seconds: number): boolean {
    const until = this.#clock.now().add({ seconds });
    return Temporal.Instant.compare(this.#ends, until) > 0;
  }
}
