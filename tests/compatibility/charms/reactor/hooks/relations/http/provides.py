from charmhelpers.core import hookenv
from charms.reactive import Endpoint


class HttpProvides(Endpoint):
    """The side that has a site."""

    def configure(self, port):
        for relation in self.relations:
            relation.to_publish_raw["hostname"] = hookenv.unit_get("private-address")
            relation.to_publish_raw["port"] = port
