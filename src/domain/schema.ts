/** Every table of a controller: one line for each noun that has one. */
import { blobMigration } from "#store/blobs.ts";
import { changeMigration } from "#store/changes.ts";
import type { Migration } from "#store/database.ts";
import { actionMigration, taskStatusMigration } from "./action/migration.ts";
import { agentBinaryMigration } from "./agent-binary/migration.ts";
import { applicationMigration, applicationTrustMigration } from "./application/migration.ts";
import { charmForgottenMigration, charmMigration } from "./charm/migration.ts";
import { constraintsMigration } from "./constraints/migration.ts";
import { controllerMigration } from "./controller/migration.ts";
import { leaderSettingsMigration, leadershipMigration } from "./leadership/migration.ts";
import { logMigration } from "./log/migration.ts";
import {
  machineAddedMigration,
  machineMigration,
  machineUpgradeMigration,
} from "./machine/migration.ts";
import { metricMigration } from "./metric/migration.ts";
import { modelDefaultMigration, modelMigration } from "./model/migration.ts";
import { payloadMigration } from "./payload/migration.ts";
import { relationMigration, relationSuspendedMigration } from "./relation/migration.ts";
import { removalMigration } from "./removal/migration.ts";
import { resourceMigration } from "./resource/migration.ts";
import { rolloutMigration } from "./rollout/migration.ts";
import { secretMigration } from "./secret/migration.ts";
import { sequenceMigration } from "./sequence/migration.ts";
import { statusHistoryMigration, statusMigration } from "./status/migration.ts";
import { storageGivenUpMigration, storageMigration } from "./storage/migration.ts";
import { unitMeterMigration, unitMigration, unitPrincipalMigration } from "./unit/migration.ts";
import { connectionMigration, userMigration } from "./user/migration.ts";

export const migrations: readonly Migration[] = [
  actionMigration,
  taskStatusMigration,
  agentBinaryMigration,
  applicationMigration,
  applicationTrustMigration,
  blobMigration,
  changeMigration,
  charmMigration,
  charmForgottenMigration,
  constraintsMigration,
  controllerMigration,
  leadershipMigration,
  leaderSettingsMigration,
  logMigration,
  machineMigration,
  machineAddedMigration,
  machineUpgradeMigration,
  metricMigration,
  modelMigration,
  modelDefaultMigration,
  payloadMigration,
  relationMigration,
  relationSuspendedMigration,
  resourceMigration,
  removalMigration,
  rolloutMigration,
  secretMigration,
  sequenceMigration,
  statusHistoryMigration,
  statusMigration,
  storageMigration,
  storageGivenUpMigration,
  unitMigration,
  unitPrincipalMigration,
  unitMeterMigration,
  userMigration,
  connectionMigration,
];
