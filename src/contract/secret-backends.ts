/** SecretBackends: where what secrets hold is kept, which is the controller itself. */
import { wireError } from "./common.ts";
import { bulk, facade, method } from "./facade.ts";
import { flag, integer, json, list, map, nothing, optional, record, text } from "./wire.ts";

const backend = record({
  "backend-type": text,
  config: map(json),
  name: text,
  "token-rotate-interval": optional(integer),
});

export const SecretBackends = facade(
  { name: "SecretBackends", versions: [1], scope: "controller" },
  {
    /** Those of these names, or all. */
    ListSecretBackends: method(
      "login",
      record({ names: list(text), reveal: flag }),
      record({
        results: list(
          record({
            result: backend,
            id: text,
            "num-secrets": integer,
            status: text,
            message: optional(text),
            error: optional(wireError),
          }),
        ),
      }),
    ),
    AddSecretBackends: bulk({ access: "superuser", list: "args" }, record({ name: text }), nothing),
    RemoveSecretBackends: bulk(
      { access: "superuser", list: "args" },
      record({ name: text }),
      nothing,
    ),
    UpdateSecretBackends: bulk(
      { access: "superuser", list: "args" },
      record({ name: text }),
      nothing,
    ),
  },
);
