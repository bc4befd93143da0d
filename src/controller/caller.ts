/** Callers: who is at the other end of a connection. */
import { Problem } from "#base/problem.ts";
import type { ControllerAccess } from "#domain/user/user.ts";

export type Caller =
  | { readonly kind: "nobody" }
  | { readonly kind: "user"; readonly name: string; readonly access: ControllerAccess }
  | { readonly kind: "machine"; readonly id: string };

/** Whoever is logged in stays who they are. */
export function refuseSecondLogin({ kind }: Caller): void {
  if (kind !== "nobody") throw new Problem("bad request", "already logged in");
}
