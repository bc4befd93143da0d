/** What a controller asks of a cloud. Every method may be repeated after a crash. */

/** Whose instance it is; the same key always means the same instance. */
export interface InstanceKey {
  readonly controller: string;
  readonly model: string;
  readonly machine: string;
}

/** What a cloud knows of an instance before its agent starts. */
interface Place {
  /** At which addresses it can be reached, if that is known. */
  readonly addresses: readonly string[];
  /** A folder of unpacked binaries that it shares with others; empty if it does not. */
  readonly binaries: string;
  /** The root of the host, where charms may have it to themselves; empty where they may not. */
  readonly host: string;
}

/** Whose data it is; the same key always means the same folder. */
export interface FilesystemKey {
  readonly controller: string;
  readonly model: string;
  /** As in `0`. */
  readonly filesystem: string;
}

export interface StartUpFile {
  /** Relative to the agent's data directory. */
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

/** What an instance needs to become a machine with an agent. */
export interface StartUp {
  /** As in `machine-0`. */
  readonly tag: string;
  /** As in `3.6.101-ubuntu-amd64`. */
  readonly binary: string;
  /** What the machine must have, by Juju's names; sizes in MiB. */
  readonly constraints?: Readonly<Record<string, unknown>>;
  /** The binary's name where instances may share it; the same name means the same bytes. */
  readonly sharedBinary: string;
  /** Unpacks the binary into a folder that is not there yet; whole or not at all. */
  unpackBinary(folder: string): Promise<void>;
  files(place: Place): readonly StartUpFile[];
}

export interface Instance {
  readonly id: string;
  readonly key: InstanceKey;
  readonly addresses: readonly string[];
  /** As in `arch=amd64 cores=2 mem=4096M root-disk=20480M`. */
  readonly hardware: string;
  readonly isRunning: boolean;
}

/** What keeps data that outlives instances. */
export interface Filesystems {
  /** Makes a folder for data that outlives instances, unless it is there; returns where it is. */
  makeFilesystem(key: FilesystemKey): Promise<string>;
  /** Destroys the folder and the data in it; one that is already gone is no error. */
  removeFilesystem(key: FilesystemKey): Promise<void>;
  /** Lets the data stay when everything else of its controller goes. */
  releaseFilesystem(key: FilesystemKey): Promise<void>;
  /** Destroys all that a controller has left of such data, but for what was released. */
  removeFilesystems(controller: string): Promise<void>;
}

export interface Provider extends Filesystems {
  /**
   * Starts the key's instance, or returns the one that there is; one that has stopped goes on.
   * Throws `not supported` for constraints that no machine here can meet.
   */
  start(key: InstanceKey, startUp: StartUp, signal: AbortSignal): Promise<Instance>;
  /** Starts an instance again that has stopped; one that runs is left alone. */
  resume(instanceId: string): Promise<void>;
  /** Ends an instance and everything on it; one that is already gone is no error. */
  stop(instanceId: string, signal: AbortSignal): Promise<void>;
  /** A controller's instances, or those of one of its models. */
  list(controller: string, model?: string): Promise<Instance[]>;
  /** What the instance's agent died of last, if it did and if the cloud can see that. */
  findLastWords(instanceId: string): Promise<string | undefined>;
}
