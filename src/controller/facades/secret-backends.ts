/** Serves SecretBackends: the one place there is. */
import { Problem } from "#base/problem.ts";
import { SecretBackends } from "#contract/secret-backends.ts";
import { controllerScope } from "#domain/scope.ts";
import * as secret from "#domain/secret/secret.ts";
import { implement } from "../facade.ts";

const name = "internal";

export default implement(SecretBackends, {
  async ListSecretBackends({ services }, { names }) {
    if (names.length > 0 && !names.includes(name)) return { results: [] };
    const count = await services.store.read(controllerScope, secret.countAll);
    const result = { name, "backend-type": "controller", config: {} };
    return {
      results: [{ result, id: services.identity.uuid, "num-secrets": count, status: "active" }],
    };
  },

  AddSecretBackends: refuse,
  RemoveSecretBackends: refuse,
  UpdateSecretBackends: refuse,
});

async function refuse(): Promise<void> {
  throw new Problem("not supported", "the controller keeps all secrets itself");
}
