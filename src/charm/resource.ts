/** Resources as a charm declares them: files that are delivered beside the charm. */
import { namePartBytesMax } from "./bounds.ts";
import { isAbsent, toFields, toNamed, toOptionalText } from "./fields.ts";
import { notValid, shown } from "./refusal.ts";

const types = ["file", "oci-image"] as const;

export interface Resource {
  readonly name: string;
  readonly type: (typeof types)[number];
  /** The file's name on the unit; empty for an image. */
  readonly path: string;
  readonly description: string;
}

/** Throws `not valid`, where Juju has a text for it with that one after the resource's name. */
export function toResources(value: unknown, where: string): Readonly<Record<string, Resource>> {
  return toNamed(value, where, (name, raw) => toResource(name, raw, `${where}.${name}`));
}

function toResource(name: string, raw: unknown, where: string): Resource {
  const fields = toFields(raw, where);
  const type = toType(fields.type, where);
  const path = toOptionalText(fields.filename, `${where}.filename`);
  if (type === "file") checkPath(path, where);
  return {
    name,
    type,
    path,
    description: toOptionalText(fields.description, `${where}.description`),
  };
}

function toType(value: unknown, where: string): Resource["type"] {
  if (isAbsent(value)) return "file";
  const type = types.find((candidate) => candidate === value);
  if (type === undefined) throw notValid(`${where}: unsupported resource type ${shown(value)}`);
  return type;
}

function checkPath(path: string, where: string): void {
  if (path === "") throw notValid(`${where}: resource missing filename`);
  if (path.includes("/"))
    throw notValid(`${where}: filename cannot contain "/" (got ${shown(path)})`);
  const isStrange = path === "." || path === ".." || /\p{Cc}/u.test(path);
  if (isStrange) throw notValid(`${where}: filename cannot be ${shown(path)}`);
  if (Buffer.byteLength(path) <= namePartBytesMax) return;
  throw notValid(`${where}: filename is longer than ${namePartBytesMax} bytes: ${shown(path)}`);
}
