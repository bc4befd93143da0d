/** Gives a controller an agent binary that this client has. */
import { Problem } from "#base/problem.ts";
import { upload } from "#client/transfer.ts";
import type { Bundle } from "#release/bundle.ts";
import { formatBinaryName } from "#release/version.ts";
import type { Context } from "./command.ts";
import { type Controller, peerOf } from "./peer.ts";
import { showTransfer } from "./transfer-progress.ts";

/** Throws when the controller has received something else than what was sent. */
export async function uploadBinary(
  context: Context,
  controller: Controller,
  { path: file, manifest }: Bundle,
): Promise<void> {
  const { out, signal } = context;
  const name = formatBinaryName(manifest);
  const peer = await peerOf(context, controller);
  const progress = showTransfer(out, `Uploading agent binary ${name}`, manifest.size);
  const headers = { "Content-Type": "application/x-tar-gz" };
  const transfer = { path: `/tools?binaryVersion=${name}`, file, progress, headers };
  const answer = await upload(peer, transfer, signal);
  out.settle();
  const { tools } = answer as { readonly tools: readonly { readonly sha256: string }[] };
  if (tools[0]?.sha256 === manifest.sha256) return;
  throw new Problem("not valid", `${file} arrived as something else: upload it again`);
}
