/** Admin: logging in; the only facade that may be called before that. */
import { hostPort } from "./common.ts";
import { facade, method } from "./facade.ts";
import { integer, json, list, nothing, optional, record, text } from "./wire.ts";

const userInfo = record({
  "display-name": text,
  identity: text,
  "controller-access": text,
  "model-access": text,
  "last-connection": optional(text),
});

export const Admin = facade(
  { name: "Admin", versions: [3], scope: "both" },
  {
    /**
     * `credentials` is the password. A wrong one and an unknown user are told alike, as
     * `invalid entity name or password` with code `unauthorized access`.
     */
    Login: method(
      "anyone",
      record({
        "auth-tag": text,
        credentials: text,
        nonce: text,
        "user-data": text,
        "client-version": text,
      }),
      record({
        "controller-tag": text,
        "model-tag": optional(text),
        "server-version": text,
        servers: list(list(hostPort)),
        "public-dns-name": text,
        facades: list(record({ name: text, versions: list(integer) })),
        "user-info": optional(userInfo),
      }),
    ),
    /** Always fails: this controller never sends a client elsewhere. */
    RedirectInfo: method("anyone", nothing, record({ servers: list(json), "ca-cert": text })),
  },
);
