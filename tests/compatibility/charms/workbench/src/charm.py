#!/usr/bin/env python3
"""Uses everything that ops has for machines, and reports what came of it."""

import dataclasses
import json
import pathlib

import ops


@dataclasses.dataclass(frozen=True)
class Settings:
    """As ops makes them from the charm's options."""

    word: str
    count: int
    ratio: float
    loud: bool
    hold: bool
    optional: str | None = None
    token: ops.Secret | None = None


class Workbench(ops.CharmBase):
    """One application keeps a key, and another asks for it."""

    kept = ops.StoredState()

    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self.kept.set_default(events=[], put_off=0, key="")
        on, observe = self.on, framework.observe
        for event in (on.install, on.start, on.leader_elected, on.upgrade_charm, on.secret_rotate):
            observe(event, self._note)
        observe(on.config_changed, self._configure)
        observe(on.data_storage_attached, self._furnish)
        observe(on.cache_storage_attached, self._note)
        observe(on.cache_storage_detaching, self._note)
        observe(on.ring_relation_changed, self._note)
        observe(on.backend_relation_created, self._share)
        observe(on.frontend_relation_changed, self._fetch)
        observe(on.frontend_relation_broken, self._note)
        observe(on.secret_changed, self._refresh)
        observe(on.secret_remove, self._forget)
        observe(on.report_action, self._report)
        observe(on.greet_action, self._greet)
        observe(on.break_action, self._break)
        observe(on.renew_action, self._renew)
        observe(on.grow_action, self._grow)
        observe(on.collect_unit_status, self._unit_status)
        observe(on.collect_app_status, self._application_status)

    @property
    def settings(self) -> Settings:
        return self.load_config(Settings)

    def _note(self, event: ops.EventBase):
        self.kept.events.append(event.handle.kind)

    def _configure(self, event: ops.ConfigChangedEvent):
        self._note(event)
        if self.settings.hold:
            self.kept.put_off += 1
            event.defer()
            return
        self.unit.set_workload_version("1.2.3")
        self.unit.set_ports(8000 + self.settings.count, ops.Port("udp", 53), ops.Port("icmp", None))
        ring = self.model.get_relation("ring")
        if ring is None:
            return
        ring.data[self.unit]["word"] = self.settings.word
        if self.unit.is_leader():
            ring.data[self.app]["word"] = self.settings.word

    def _furnish(self, event: ops.StorageAttachedEvent):
        self._note(event)
        (pathlib.Path(event.storage.location) / "note.txt").write_text(self.unit.name)

    def _share(self, event: ops.RelationCreatedEvent):
        self._note(event)
        if not self.unit.is_leader():
            return
        content = {"key": "first"}
        secret = self.app.add_secret(
            content, label="key", description="Opens", rotate=ops.SecretRotate.DAILY
        )
        secret.grant(event.relation)
        event.relation.data[self.app]["secret"] = secret.id

    def _fetch(self, event: ops.RelationChangedEvent):
        self._note(event)
        secret_id = event.relation.data[event.app].get("secret")
        if secret_id is None:
            return
        secret = self.model.get_secret(id=secret_id, label="their-key")
        self.kept.key = secret.get_content()["key"]
        event.relation.data[self.unit]["got"] = "yes"

    def _refresh(self, event: ops.SecretChangedEvent):
        self._note(event)
        assert event.secret.peek_content()["key"] != self.kept.key
        self.kept.key = event.secret.get_content(refresh=True)["key"]

    def _forget(self, event: ops.SecretRemoveEvent):
        self._note(event)
        event.remove_revision()

    def _renew(self, event: ops.ActionEvent):
        secret = self.model.get_secret(label="key")
        secret.set_content({"key": "second"})
        event.set_results({"revision": secret.get_info().revision})

    def _greet(self, event: ops.ActionEvent):
        for _ in range(event.params["times"]):
            event.log(f"greeting {event.params['name']}")
        event.set_results({"greeting": {"text": f"{self.settings.word} {event.params['name']}"}})

    def _break(self, event: ops.ActionEvent):
        event.fail("as it was asked to")

    def _grow(self, event: ops.ActionEvent):
        self.model.storages.request("cache", 2)

    def _report(self, event: ops.ActionEvent):
        event.set_results({"report": json.dumps(self._everything(), sort_keys=True)})

    def _everything(self) -> dict[str, object]:
        settings = self.settings
        token = settings.token
        known = {
            "settings": dataclasses.asdict(dataclasses.replace(settings, token=None)),
            "token": token and token.get_content(refresh=True),
            "events": list(self.kept.events),
            "put-off": self.kept.put_off,
            "key": self.kept.key,
            "leader": self.unit.is_leader(),
            "planned": self.app.planned_units(),
            "ports": sorted(f"{port.port or ''}/{port.protocol}" for port in self.unit.opened_ports()),
            "tool": self.model.resources.fetch("tool").read_text(),
            "notes": [
                (pathlib.Path(each.location) / "note.txt").read_text()
                for each in self.model.storages["data"]
            ],
            "caches": [each.full_id for each in self.model.storages["cache"]],
            "address": str(self.model.get_binding("ring").network.bind_address),
        }
        ring = self.model.get_relation("ring")
        known["peers"] = {unit.name: ring.data[unit].get("word") for unit in ring.units}
        known["ring"] = ring.data[self.app].get("word")
        for relation in self.model.relations["backend"]:
            known["got"] = {unit.name: relation.data[unit].get("got") for unit in relation.units}
        return known

    def _unit_status(self, event: ops.CollectStatusEvent):
        event.add_status(ops.ActiveStatus(self.settings.word))
        if self.settings.hold:
            event.add_status(ops.WaitingStatus("news are put off"))

    def _application_status(self, event: ops.CollectStatusEvent):
        event.add_status(ops.ActiveStatus(f"{self.app.planned_units()} planned"))


if __name__ == "__main__":
    ops.main(Workbench)
