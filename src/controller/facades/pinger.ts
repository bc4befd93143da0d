/** Serves Pinger. */
import { Pinger } from "#contract/pinger.ts";
import { implement } from "../facade.ts";

export default implement(Pinger, {
  async Ping() {},
  async Stop() {},
});
