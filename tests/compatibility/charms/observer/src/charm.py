#!/usr/bin/env python3
"""Writes down every event with the environment of its hook; fails where it is told to."""

import os
import pathlib

import ops


class Observer(ops.CharmBase):
    """Does the same for every event."""

    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        for event in self.on.events().values():
            if not issubclass(event.event_type, ops.CollectStatusEvent):
                framework.observe(event, self._write_down)

    def _write_down(self, event: ops.EventBase):
        hook = event.handle.kind.replace("_", "-")
        trace = pathlib.Path(str(self.config["trace"]), self.unit.name.replace("/", "-"))
        environment = pathlib.Path("/proc/self/environ").read_text().split("\0")
        with trace.open("a") as file:
            print(f"== {hook}", *sorted(filter(None, environment)), sep="\n", file=file)
        self.unit.status = ops.ActiveStatus(f"after {hook}")
        if trace.with_name(f"{trace.name}.{hook}.fails").exists():
            raise RuntimeError("told to fail")


if __name__ == "__main__":
    ops.main(Observer)
