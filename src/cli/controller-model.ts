/** The model that the controller itself runs in. */
import { Problem } from "#base/problem.ts";
import type { Connection } from "#client/connection.ts";
import { ModelManager } from "#contract/model-manager.ts";

/** Its UUID, as the controller says. Throws `unauthorized access` for those who cannot see it. */
export async function findControllerModel(connection: Connection): Promise<string> {
  const { results } = await connection.facade(ModelManager).ListModelSummaries({ all: true });
  const found = results.find(({ result }) => result?.["is-controller"])?.result;
  if (found) return found.uuid;
  const message = "permission denied: the controller's own model is its administrators' alone";
  throw new Problem("unauthorized access", message);
}
