/** Serves what Application says of constraints. */

import { Problem } from "#base/problem.ts";
import type { Application } from "#contract/application.ts";
import { parseTagOf } from "#contract/tags.ts";
import * as application from "#domain/application/application.ts";
import * as constraints from "#domain/constraints/constraints.ts";
import { isSubordinate } from "#domain/relation/subordinate.ts";
import type { Handlers } from "../facade.ts";
import { read, write } from "../session.ts";
import { findUnsupported } from "../unsupported.ts";

type ConstraintsMethods = "GetConstraints" | "SetConstraints";

export const constraintsHandlers: Pick<Handlers<typeof Application.methods>, ConstraintsMethods> = {
  async GetConstraints(session, { tag }) {
    const name = parseTagOf("application", tag);
    return read(session, async (tx) => {
      await application.get(tx, name);
      return { constraints: await constraints.get(tx, constraints.entities.application(name)) };
    });
  },

  async SetConstraints(session, { application: name, constraints: to }) {
    constraints.refuseOtherArch(to, session.services.identity.target.arch);
    await write(session, async (tx) => {
      await application.getAlive(tx, name);
      if (await isSubordinate(tx, name)) {
        const message = "constraints do not apply to subordinate applications";
        throw new Problem("not supported", message);
      }
      await constraints.set(tx, constraints.entities.application(name), to);
    });
    return findUnsupported(session, to);
  },
};
