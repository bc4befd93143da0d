/** A typed client of the contract: it calls any facade with no code of its own for any of them. */
import { Problem, toProblemCode } from "#base/problem.ts";
import {
  type BulkMethod,
  type Facade,
  isBulk,
  type Method,
  type Methods,
  type ParamsOf,
  type Request,
  type ResultOf,
} from "#contract/facade.ts";

/** A bulk method takes one item and throws the item's error; whoever has many calls it for each. */
export type Remote<M extends Methods> = {
  readonly [Name in keyof M]: (params: Params<M[Name]>) => Promise<ResultOf<M[Name]>>;
};

/** What is left out is sent as nothing, which the controller reads as a zero value. */
type Params<M extends Method | BulkMethod> =
  ParamsOf<M> extends object ? Partial<ParamsOf<M>> : ParamsOf<M>;

/** A facade's methods as functions; `send` carries one request to the controller and back. */
export function remote<M extends Methods>(
  { name, versions, methods }: Facade<M>,
  send: (request: Request) => Promise<unknown>,
): Remote<M> {
  const version = Math.max(...versions);
  const calls = Object.entries(methods).map(([method, definition]) => {
    const request = { facade: name, version, method, id: "" };
    const call = async (given: unknown) => {
      const params = isBulk(definition) ? { [definition.list]: [given] } : given;
      const result = await send({ ...request, params });
      const own = isBulk(definition) ? onlyResult(definition, result) : result;
      return definition.result.parse(own);
    };
    return [method, call] as const;
  });
  return Object.fromEntries(calls) as unknown as Remote<M>;
}

function onlyResult({ results }: BulkMethod, answer: unknown): unknown {
  const list = (answer as Record<string, unknown> | null)?.[results];
  const [result] = Array.isArray(list) ? list : [];
  if (typeof result === "object" && result !== null && "error" in result && result.error) {
    const { message, code } = result.error as { readonly message?: string; readonly code?: string };
    throw new Problem(toProblemCode(code ?? ""), message ?? "the controller did not say why");
  }
  return result;
}
