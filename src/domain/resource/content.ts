/** Content: the bytes of a resource as somebody has uploaded them, and the tables that have some. */

/** What is known of a resource's bytes, which are a blob. */
export interface Content {
  /** What the blob is known by. */
  readonly sha256: string;
  /** What Juju knows a resource by. Both are in lower-case hexadecimal. */
  readonly sha384: string;
  readonly size: number;
  /** Who has uploaded it. */
  readonly username: string;
  readonly uploaded: string;
}

interface ContentColumns extends Content {
  readonly model: string;
}

interface ResourceTable extends ContentColumns {
  readonly application: string;
  readonly name: string;
}

/** One without bytes yet has an empty `sha256`. */
interface ResourcePendingTable extends ResourceTable {
  readonly id: string;
  /** The file's name, as its charm has it. */
  readonly path: string;
  readonly added: string;
}

interface ResourceFetchedTable extends ContentColumns {
  readonly unit: string;
  readonly name: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly resource: ResourceTable;
    readonly resource_pending: ResourcePendingTable;
    readonly resource_fetched: ResourceFetchedTable;
  }
}

export const contentColumns = ["sha256", "sha384", "size", "username", "uploaded"] as const;

export const noContent: Content = { sha256: "", sha384: "", size: 0, username: "", uploaded: "" };
