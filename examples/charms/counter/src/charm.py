#!/usr/bin/env python3
"""Counts the visitors that its relations tell of."""

import logging

import ops

logger = logging.getLogger(__name__)


class CounterCharm(ops.CharmBase):
    """Tells every related unit how many visitors there have been."""

    _stored = ops.StoredState()

    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self._stored.set_default(visitors=[])
        framework.observe(self.on.install, self._on_install)
        framework.observe(self.on.config_changed, self._on_config_changed)
        framework.observe(self.on.visits_relation_changed, self._on_visits_changed)
        framework.observe(self.on.upgrade_charm, self._on_config_changed)

    def _on_install(self, _event: ops.InstallEvent):
        self.unit.status = ops.MaintenanceStatus("installing")
        self.unit.set_workload_version("1.0")

    def _on_config_changed(self, _event: ops.EventBase):
        self._tell()

    def _on_visits_changed(self, event: ops.RelationChangedEvent):
        visitor = event.unit and event.relation.data[event.unit].get("visitor")
        if visitor and visitor not in self._stored.visitors:
            self._stored.visitors.append(visitor)
            logger.info("new visitor: %s", visitor)
        self._tell()

    def _tell(self):
        visits = int(self.config["start"]) + len(self._stored.visitors)
        for relation in self.model.relations["visits"]:
            relation.data[self.unit]["visits"] = str(visits)
        self.unit.status = ops.ActiveStatus(f"{visits} visits")


if __name__ == "__main__":
    ops.main(CounterCharm)
