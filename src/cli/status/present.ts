/** Loads what makes a status into the format that was asked for, and nothing else. */
import type { FullStatus } from "#contract/client.ts";
import type { TabularOptions } from "./tabular.ts";

/** What `show` takes: the value for programs, or the text for people. */
interface Shown {
  readonly value: unknown;
  readonly text: string;
  /** What is said beside it, if anything. */
  readonly note?: string | undefined;
}

interface Presentation extends TabularOptions {
  /** What was asked for, or nothing. */
  readonly patterns: readonly string[];
  /** Whose model it is. */
  readonly owner: string;
}

export type Presenter = (status: FullStatus, presentation: Presentation) => Shown;

export async function loadPresenter(format: string): Promise<Presenter> {
  switch (format) {
    case "json":
    case "yaml": {
      const { toStatusDocument } = await import("./document.ts");
      return (status, options) => ({ value: toStatusDocument(status, options), text: "" });
    }
    case "tabular": {
      const { emptyNote, formatTabular } = await import("./tabular.ts");
      return (status, options) => ({
        value: undefined,
        text: formatTabular(status, options),
        note: emptyNote(status, options),
      });
    }
    case "summary":
      return plainText((await import("./summary.ts")).formatSummary);
    default:
      return plainText((await import("./short.ts")).formatShort);
  }
}

function plainText(format: (status: FullStatus) => string): Presenter {
  return (status) => ({ value: undefined, text: format(status) });
}
