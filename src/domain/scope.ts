/** What belongs to no model: users, agent binaries and the list of models itself. */

/** The name under which transactions about the controller as a whole run. */
export const controllerScope = "controller";
