/** Serves ModelUpgrader: moving all agents of a model to another version. */
import { isProblem } from "#base/problem.ts";
import { ModelUpgrader } from "#contract/model-upgrader.ts";
import * as model from "#domain/model/model.ts";
import * as rollout from "#domain/rollout/rollout.ts";
import { upgradeAgents, versionToBe } from "#domain/rollout/upgrade-agents.ts";
import { controllerScope } from "#domain/scope.ts";
import { parseBinaryName } from "#release/version.ts";
import { toWireError } from "#rpc/server.ts";
import { implement } from "../facade.ts";
import { type Services, scopeOf, userOf } from "../session.ts";

const anyVersion = "0.0.0";

export default implement(ModelUpgrader, {
  async UpgradeModel(session, params) {
    const { store, clock, identity, log } = session.services;
    const { "target-version": version, "dry-run": isDryRun } = params;
    const offered = params["offered-binaries"].map(parseBinaryName);
    try {
      const controllerVersion = await findControllerVersion(session.services);
      const { version: chosen, wanted } = await store.write(scopeOf(session), (tx) =>
        upgradeAgents(tx, {
          version: version === anyVersion ? "" : version,
          isDryRun,
          ignoreAgentVersions: params["ignore-agent-versions"],
          controllerVersion,
          ...{ target: identity.target, offered },
          startedBy: userOf(session),
          now: clock.now(),
        }),
      );
      return { "chosen-version": chosen, ...(wanted && { "wanted-binary": wanted }) };
    } catch (error) {
      if (!isProblem(error)) throw error;
      return { "chosen-version": anyVersion, error: toWireError(error, log) };
    }
  },

  async AbortModelUpgrade(session) {
    const { store, clock } = session.services;
    await store.write(scopeOf(session), async (tx) => {
      const { name } = await model.get(tx);
      await rollout.abort(tx, { kind: "agents", subject: name, now: clock.now() });
    });
  },
});

async function findControllerVersion({ store, identity }: Services): Promise<string> {
  const { uuid } = await store.read(controllerScope, model.getController);
  return await store.read(uuid, (tx) => versionToBe(tx, identity.version));
}
