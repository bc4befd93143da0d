from charms.reactive import Endpoint, clear_flag, set_flag, when, when_not


class HttpRequires(Endpoint):
    """The side that looks for sites."""

    @when("endpoint.{endpoint_name}.changed")
    def look(self):
        if any(unit.received_raw.get("port") for unit in self.all_joined_units):
            set_flag(self.expand_name("{endpoint_name}.available"))
        clear_flag(self.expand_name("endpoint.{endpoint_name}.changed"))

    @when_not("endpoint.{endpoint_name}.joined")
    def forget(self):
        clear_flag(self.expand_name("{endpoint_name}.available"))

    @property
    def sites(self):
        return sorted(
            f"{unit.unit_name} {unit.received_raw['port']}" for unit in self.all_joined_units
        )
