/** What commands are given: the terminal, the client's files, and connections. */
import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { isProblem, Problem } from "#base/problem.ts";
import type { ParsedArguments } from "./arguments.ts";
import type { Context, NamedModel } from "./command.ts";
import { type Means, open } from "./connect.ts";
import { findAnew, resolveModel, splitModel } from "./models.ts";
import type { Out } from "./out.ts";

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
  const withModel = async <T>(body: (model: NamedModel) => Promise<T>): Promise<T> => {
    const known = await findModel();
    try {
      return await body(known);
    } catch (error) {
      if (!isProblem(error, "model not found")) throw error;
      return await body(await findAnew(surroundings, known, asked.model));
    }
  };
  return {
    ...surroundings,
    format,
    isColored: out.isTerminal && output === "" && !environment.NO_COLOR,
    controllerName,
    connectController,
    of: (name) => makeContext(surroundings, { ...global, controller: name }),
    ofModel: (name) => makeContext(surroundings, { ...global, model: name }),
    model: findModel,
    withModel,
    connectModel: () => withModel(({ controller: name, uuid }) => open(surroundings, name, uuid)),
    async show(value, tabular) {
      const rendered = await render(value, format, tabular);
      if (output === "") out.print(rendered);
      else await writeFile(output, rendered);
    },
    add: adder(out, output),
  };
}

/** Prints, or writes into the file, which begins anew with the first text. */
function adder(out: Out, file: string): (text: string) => void {
  if (file === "") return (text) => out.print(text);
  let flag: "w" | "a" = "w";
  return (text) => {
    writeFileSync(file, text, { flag });
    flag = "a";
  };
}

async function render(value: unknown, format: string, tabular: () => string): Promise<string> {
  if (format === "json") return `${JSON.stringify(value)}\n`;
  if (format !== "yaml") return tabular();
  const { formatYaml } = await import("#base/yaml.ts");
  return formatYaml(value);
}
