/** Serves Controller: the controller itself. */
import { Controller } from "#contract/controller.ts";
import * as model from "#domain/model/model.ts";
import { destroyModel } from "#domain/removal/removal.ts";
import { controllerScope } from "#domain/scope.ts";
import { refuseLasting } from "#domain/storage/leave.ts";
import { implement } from "../facade.ts";
import { describeModelStatus, listUserModels } from "../models.ts";

export default implement(Controller, {
  async ControllerConfig({ services: { identity } }) {
    const [address = ""] = identity.apiAddresses;
    return {
      config: {
        "api-port": Number(address.slice(address.lastIndexOf(":") + 1)),
        "ca-cert": identity.caCertificate,
        "controller-name": identity.name,
        "controller-uuid": identity.uuid,
      },
    };
  },

  async ControllerVersion({ services: { identity } }) {
    return { version: identity.version, "git-commit": "" };
  },

  async AllModels({ services }) {
    return listUserModels(services, undefined);
  },

  async ModelStatus({ services, modelUuid = "" }) {
    return describeModelStatus(services, modelUuid);
  },

  async ControllerAPIInfoForModels({ services: { store, identity }, modelUuid = "" }) {
    await store.read(modelUuid, model.get);
    return { addresses: identity.apiAddresses, cacert: identity.caCertificate };
  },

  async DestroyController({ services: { store } }, { "destroy-models": isWithModels, ...rest }) {
    const destroys = rest["destroy-storage"];
    const manner = { isForced: rest.force === true, destroysStorage: destroys };
    const hosted = await store.read(controllerScope, model.listHosted);
    if (!isWithModels) model.refuseHosted(hosted);
    for (const { uuid, name } of hosted) {
      await store.read(uuid, (tx) => refuseLasting(tx, { name, destroys }));
    }
    for (const { uuid } of hosted) await store.write(uuid, (tx) => destroyModel(tx, manner));
  },
});
