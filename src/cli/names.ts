/**
 * The names of all commands, and the other names that Juju's users know some of them by.
 *
 * Each name is a file in `commands/`; a test holds the list to the folder.
 */

export const commandNames = [
  "add-model",
  "add-unit",
  "attach-resource",
  "bind",
  "bootstrap",
  "config",
  "controllers",
  "debug-log",
  "deploy",
  "destroy-controller",
  "destroy-model",
  "expose",
  "help",
  "integrate",
  "kill-controller",
  "model-config",
  "models",
  "refresh",
  "remove-application",
  "remove-relation",
  "remove-unit",
  "resolved",
  "resources",
  "rollouts",
  "show-status-log",
  "start-controller",
  "status",
  "switch",
  "sync-agent-binary",
  "trust",
  "unexpose",
  "unregister",
  "upgrade-controller",
  "upgrade-model",
  "version",
  "whoami",
] as const;
export type CommandName = (typeof commandNames)[number];

export const aliases: Readonly<Record<string, CommandName>> = {
  "add-relation": "integrate",
  attach: "attach-resource",
  "list-controllers": "controllers",
  "list-models": "models",
  "list-resources": "resources",
  relate: "integrate",
  resolve: "resolved",
  "sync-tools": "sync-agent-binary",
  "upgrade-charm": "refresh",
  "upgrade-juju": "upgrade-model",
};
