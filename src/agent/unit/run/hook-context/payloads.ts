/** What tools see and say of payloads. */
import type { PayloadContext } from "../../../hook-context.ts";
import { readPayloads } from "../../charm/charm-files.ts";
import type { HookSubject } from "./subject.ts";

export function payloadContext({ charm, controller }: HookSubject): PayloadContext {
  return {
    payloadClasses: () => readPayloads(charm),
    registerPayload: (payload) => controller.registerPayload(payload),
    setPayloadStatus: (payload) => controller.setPayloadStatus(payload),
    unregisterPayload: (payload) => controller.unregisterPayload(payload),
  };
}
