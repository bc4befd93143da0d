/** What is known of a unit of which its machine knows nothing. */
import type { UnitSetting } from "./setting.ts";
import type { UnitState } from "./state.ts";
import * as say from "./status-messages.ts";

/**
 * It has just come, or its folder has been lost. Then the controller has commits of it, and takes
 * none for new that has the number of one that it has.
 */
export async function arrive(setting: UnitSetting): Promise<Partial<UnitState>> {
  await say.arriving(setting);
  const { sequence = 0 } = await setting.controller.data();
  return { leaderSettings: null, sequence };
}
