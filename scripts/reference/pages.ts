/** All pages that are made, not written. */
import { apiPage } from "./api.ts";
import { commandsPage } from "./commands.ts";
import { errorCodesPage } from "./error-codes.ts";
import { hookToolsPage } from "./hook-tools.ts";
import { layersPage } from "./layers.ts";
import { modelSettingsPage } from "./model-settings.ts";
import type { Page } from "./page.ts";

export async function allPages(): Promise<readonly Page[]> {
  return [
    await commandsPage(),
    await hookToolsPage(),
    apiPage(),
    errorCodesPage(),
    layersPage(),
    modelSettingsPage(),
  ];
}
