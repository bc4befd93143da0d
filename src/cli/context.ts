/** What commands are given: the terminal, the client's files, and connections. */
import { writeFile } from "node:fs/promises";
import { isProblem, Problem } from "#base/problem.ts";
import type { ParsedArguments } from "./arguments.ts";
import type { Context } from "./command.ts";
import { type Means, open } from "./connect.ts";
import { resolveModel, splitModel } from "./models.ts";

export interface Surroundings extends Means {
  readonly environment: NodeJS.ProcessEnv;
  /** Takes what is to be said if the command is interrupted. */
  ifInterrupted(advice: string): void;
}

export function makeContext(
  surroundings: Surroundings,
  global: ParsedArguments["global"],
): Context {
  const { model, controller, format, output } = global;
  const { out, files, environment } = surroundings;
  const asked = splitModel(model ?? environment.JUJU_MODEL);
  const controllerName = async (): Promise<string> => {
    const name = controller ?? asked.controller ?? environment.JUJU_CONTROLLER;
    if (name) {
      await files.controller(name);
      return name;
    }
    const current = await files.currentController();
    if (current) return current;
    const hint = 'Please either create a new controller using "bootstrap" or switch to one.';
    throw new Problem("not found", `no controller is selected.\n\n${hint}`);
  };
  const connectController = async () => {
    const name = await controllerName();
    return open(surroundings, name, undefined);
  };
  const findModel = async () => {
    const name = await controllerName();
    return resolveModel(surroundings, { controller: name, asked: asked.model });
  };
  return {
    ...surroundings,
    format,
    isColored: out.isTerminal && output === "" && !environment.NO_COLOR,
    controllerName,
    connectController,
    of: (name) => makeContext(surroundings, { ...global, controller: name }),
    model: findModel,
    async connectModel() {
      const { controller: name, uuid, name: full } = await findModel();
      return withModelNamed(full, () => open(surroundings, name, uuid));
    },
    async show(value, tabular) {
      const rendered = await render(value, format, tabular);
      if (output === "") out.print(rendered);
      else await writeFile(output, rendered);
    },
  };
}

async function render(value: unknown, format: string, tabular: () => string): Promise<string> {
  if (format === "json") return `${JSON.stringify(value)}\n`;
  if (format !== "yaml") return tabular();
  const { formatYaml } = await import("#base/yaml.ts");
  return formatYaml(value);
}

async function withModelNamed<T>(name: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!isProblem(error, "model not found")) throw error;
    const message = `model "${name}" has been removed from the controller`;
    throw new Problem("not found", message, { cause: error });
  }
}
