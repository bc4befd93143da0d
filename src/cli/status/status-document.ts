/**
 * What `status --format json` and `yaml` print: Juju's keys, of which the optional ones are left out
 * when they are empty.
 */

import type { StorageDocument } from "../storage/document.ts";

export interface StatusDocument {
  readonly model: ModelDocument;
  readonly machines: Readonly<Record<string, MachineDocument>>;
  readonly applications: Readonly<Record<string, ApplicationDocument>>;
  /** Always there, as in Juju 3. */
  readonly storage: StorageDocument;
  readonly controller?: { readonly timestamp?: string };
}

export interface ModelDocument {
  readonly name: string;
  readonly type: string;
  readonly controller: string;
  readonly cloud: string;
  readonly region?: string;
  readonly version: string;
  readonly "upgrade-available"?: string;
  readonly "model-status"?: StatusInfo;
  readonly "meter-status"?: MeterDocument;
  readonly sla?: string;
}

interface MeterDocument {
  readonly color?: string;
  readonly message?: string;
}

export interface StatusInfo {
  readonly current?: string;
  readonly message?: string;
  readonly since?: string;
  /** Of the agent's software. */
  readonly version?: string;
  readonly life?: string;
}

export interface MachineDocument {
  readonly "juju-status"?: StatusInfo;
  readonly hostname?: string;
  readonly "dns-name"?: string;
  readonly "ip-addresses"?: readonly string[];
  readonly "instance-id"?: string;
  readonly "display-name"?: string;
  readonly "machine-status"?: StatusInfo;
  readonly "modification-status"?: StatusInfo;
  readonly base?: BaseDocument;
  readonly "network-interfaces"?: Readonly<Record<string, InterfaceDocument>>;
  readonly containers?: Readonly<Record<string, MachineDocument>>;
  readonly constraints?: string;
  readonly hardware?: string;
}

export interface BaseDocument {
  readonly name: string;
  readonly channel: string;
}

export interface InterfaceDocument {
  readonly "ip-addresses": readonly string[];
  readonly "mac-address": string;
  readonly "is-up": boolean;
  readonly space?: string;
}

export interface ApplicationDocument {
  /** The URL of a local charm, the name of one from Charmhub. */
  readonly charm: string;
  readonly base?: BaseDocument;
  readonly "charm-origin": "charmhub" | "local";
  readonly "charm-name": string;
  readonly "charm-rev": number;
  readonly "charm-channel"?: string;
  readonly "charm-version"?: string;
  readonly "charm-profile"?: string;
  readonly "can-upgrade-to"?: string;
  readonly exposed: boolean;
  readonly life?: string;
  readonly "application-status"?: StatusInfo;
  /** By endpoint. */
  readonly relations?: Readonly<Record<string, readonly RelatedDocument[]>>;
  readonly "subordinate-to"?: readonly string[];
  readonly units?: Readonly<Record<string, UnitDocument>>;
  readonly version?: string;
  readonly "endpoint-bindings"?: Readonly<Record<string, string>>;
}

export interface RelatedDocument {
  readonly "related-application": string;
  readonly interface: string;
  readonly scope: string;
}

export interface UnitDocument {
  readonly "workload-status"?: StatusInfo;
  readonly "juju-status"?: StatusInfo;
  /** What somebody has said of how much it uses. */
  readonly "meter-status"?: MeterDocument;
  readonly leader?: boolean;
  /** The unit's charm, while it is not yet the application's. */
  readonly "upgrading-from"?: string;
  readonly machine?: string;
  readonly "open-ports"?: readonly string[];
  readonly "public-address"?: string;
  readonly subordinates?: Readonly<Record<string, UnitDocument>>;
}
