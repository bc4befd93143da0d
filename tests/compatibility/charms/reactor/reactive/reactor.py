from charmhelpers.core import hookenv, unitdata
from charms.reactive import endpoint_from_flag, hook, set_flag, when, when_not
from charms.reactive.helpers import data_changed


@when_not("reactor.installed")
def install():
    hookenv.status_set("maintenance", "installing")
    hookenv.application_version_set("7.0")
    unitdata.kv().set("installations", unitdata.kv().get("installations", 0) + 1)
    set_flag("reactor.installed")


@when("reactor.installed")
def listen():
    config = hookenv.config()
    if not data_changed("port", config["port"]):
        return
    if config.previous("port"):
        hookenv.close_port(config.previous("port"))
    hookenv.open_port(config["port"])


@hook("leader-elected")
def elected():
    hookenv.leader_set({"first": hookenv.local_unit()})


@when("endpoint.website.joined")
def tell():
    endpoint_from_flag("endpoint.website.joined").configure(hookenv.config("port"))


@when("upstream.available")
def use():
    sites = endpoint_from_flag("upstream.available").sites
    hookenv.status_set("active", "uses " + ", ".join(sites))


@when("reactor.installed")
@when_not("upstream.available")
def alone():
    first = hookenv.leader_get("first")
    times = unitdata.kv().get("installations")
    hookenv.status_set("active", f"installed {times} time; {first} was first")


@hook("upgrade-charm")
def upgraded():
    hookenv.log("upgraded", hookenv.INFO)
    set_flag("reactor.upgraded")
