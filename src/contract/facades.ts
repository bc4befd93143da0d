/** Every facade there is. */
import { Action } from "./action.ts";
import { Admin } from "./admin.ts";
import { AllWatcher } from "./all-watcher.ts";
import { Application } from "./application.ts";
import { Charms } from "./charms.ts";
import { Client } from "./client.ts";
import { Controller } from "./controller.ts";
import type { Facade } from "./facade.ts";
import { LogSink } from "./log-sink.ts";
import { MachineAgent } from "./machine-agent.ts";
import { MachineManager } from "./machine-manager.ts";
import { MetricsDebug } from "./metrics-debug.ts";
import { ModelConfig } from "./model-config.ts";
import { ModelManager } from "./model-manager.ts";
import { ModelUpgrader } from "./model-upgrader.ts";
import { NotifyWatcher } from "./notify-watcher.ts";
import { Payloads } from "./payloads.ts";
import { Pinger } from "./pinger.ts";
import { Resources } from "./resources.ts";
import { Rollouts } from "./rollouts.ts";
import { SecretBackends } from "./secret-backends.ts";
import { Secrets } from "./secrets.ts";
import { Storage } from "./storage.ts";
import { StringsWatcher } from "./strings-watcher.ts";
import { UnitAgent } from "./unit-agent.ts";

export const facades: readonly Facade[] = [
  Action,
  Admin,
  AllWatcher,
  Application,
  Charms,
  Client,
  Controller,
  LogSink,
  MachineAgent,
  MachineManager,
  MetricsDebug,
  ModelConfig,
  ModelManager,
  ModelUpgrader,
  NotifyWatcher,
  Payloads,
  Pinger,
  Resources,
  Rollouts,
  SecretBackends,
  Secrets,
  Storage,
  StringsWatcher,
  UnitAgent,
];
