/** Pinger: keeps a connection alive that has nothing else to say. */
import { facade, method } from "./facade.ts";
import { nothing } from "./wire.ts";

export const Pinger = facade(
  { name: "Pinger", versions: [1], scope: "both" },
  {
    Ping: method("login", nothing, nothing),
    Stop: method("login", nothing, nothing),
  },
);
