"""What a program on jubilant does in the model that it is given, and expects of it.

    with_jubilant.py MODEL CLERK AIDE FORM
"""

import functools
import json
import subprocess
import sys

import jubilant

model, clerk, aide, form = sys.argv[1:]
juju = jubilant.Juju(model=model)
wait = functools.partial(juju.wait, delay=0.1, timeout=60, successes=1)


def fails(kind, contains, body):
    try:
        body()
    except kind as error:
        said = f"{error} {getattr(error, 'stderr', '')}"
        assert contains in said, said
        return error
    raise AssertionError(f"{kind.__name__} was expected")


def deploys():
    juju.deploy(clerk, "first", resources={"form": form}, config={"count": 4, "word": "één"})
    juju.deploy(clerk, "second", resources={"form": form}, num_units=2, trust=True, storage={"cache": "2"})
    juju.deploy(aide)
    juju.integrate("first", "aide")
    juju.integrate("first:source", "second:desk")
    status = wait(
        lambda now: jubilant.all_active(now) and jubilant.all_agents_idle(now),
        error=jubilant.any_error,
    )
    assert jubilant.all_active(status, "first", "second", "aide")
    assert not jubilant.all_active(status, "third")
    for is_so in (jubilant.any_blocked, jubilant.any_maintenance, jubilant.any_waiting):
        assert not is_so(status)
    first = status.apps["first"]
    assert (first.charm, first.charm_origin, first.charm_name) == ("local:clerk-0", "local", "clerk")
    assert (first.version, first.exposed, first.base.channel) == ("1.2", False, "22.04")
    assert first.app_status.message == "één", first
    assert status.get_units("aide")["aide/0"].workload_status.message == "beside"
    assert first.units["first/0"].leader and first.units["first/0"].open_ports == ["8080/tcp"]
    assert status.apps["aide"].subordinate_to == ["first"]
    assert first.relations["source"][0].related_app == "second"
    assert first.relations["source"][0].interface == "desk"
    machine = status.machines[first.units["first/0"].machine]
    assert machine.juju_status.current == "started" and machine.network_interfaces
    storage = status.storage.storage
    kept = [name for name, each in storage.items() if "second/0" in each.attachments.units]
    assert sorted(name.split("/")[0] for name in kept) == ["cache", "cache", "data"]
    assert {each.status.current for each in storage.values()} == {"attached"}
    assert all(each.size > 0 for each in status.storage.filesystems.values())


def configures():
    expected = {"word": "één", "empty": "", "count": 4, "ratio": 0.5, "loud": False}
    assert juju.config("first") == expected
    assert juju.config("second", app_config=True)["trust"] is True
    juju.config("first", {"count": -7, "ratio": 1.25, "loud": True, "word": "a=b, c"})
    values = juju.config("first")
    assert values["count"] == -7 and values["ratio"] == 1.25 and values["word"] == "a=b, c"
    wait(lambda now: jubilant.any_blocked(now, "first"))
    juju.config("first", reset=["loud", "word"])
    assert juju.config("first")["word"] == "hello"
    wait(lambda now: jubilant.all_active(now, "first"))
    fails(jubilant.CLIError, "none", lambda: juju.config("first", {"none": 1}))
    juju.trust("first")
    assert juju.config("first", app_config=True)["trust"] is True
    juju.trust("first", remove=True)
    assert juju.config("first", app_config=True)["trust"] is False
    assert juju.model_config()["update-status-hook-interval"] == "5m"
    juju.model_config({"update-status-hook-interval": "7m", "development": True})
    assert juju.model_config()["development"] is True
    juju.model_config(reset=["update-status-hook-interval", "development"])
    assert juju.model_config()["update-status-hook-interval"] == "5m"
    assert juju.model_constraints() == {}
    juju.model_constraints({"mem": "1G", "cores": 1})
    assert juju.model_constraints() == {"mem": 1024, "cores": 1}
    assert juju.show_model().status.current == "available"


def runs():
    task = juju.run("first/leader", "greet", {"name": "Ada: 'x'", "times": 2})
    assert task.success and task.stdout == "on its output\n", task
    assert task.results == {"greeting": {"text": "hello Ada: 'x'"}, "times": "2"}, task
    assert task.log[0].endswith(" greeting")
    error = fails(jubilant.TaskError, "as it was asked to", lambda: juju.run("first/0", "fail"))
    assert error.task.status == "failed" and error.task.message == "as it was asked to"
    fails(ValueError, "nothing", lambda: juju.run("first/0", "nothing"))
    fails(ValueError, "first/9", lambda: juju.run("first/9", "greet"))
    fails(ValueError, "name", lambda: juju.run("first/0", "greet"))
    fails(TimeoutError, "timed out", lambda: juju.run("first/0", "linger", wait=0.001))
    task = juju.exec("echo out; echo err >&2", unit="second/leader")
    assert (task.stdout, task.stderr, task.return_code) == ("out\n", "err\n", 0), task
    error = fails(jubilant.TaskError, "", lambda: juju.exec("exit 3", unit="second/0"))
    assert (error.task.return_code, error.task.status) == (3, "completed"), error
    assert juju.exec("echo", "a  b", machine=1).stdout == "a  b\n"
    fails(ValueError, "", lambda: juju.exec("true", unit="second/9"))
    fails(TimeoutError, "timed out", lambda: juju.exec("sleep 60", machine=1, wait=0.001))
    operations = json.loads(juju.cli("operations", "--format", "json", "--status", "pending,running"))
    tasks = [task for operation in operations.values() for task in operation["tasks"]]
    juju.cli("cancel-task", *tasks)


def keeps_secrets():
    uri = juju.add_secret("token", {"user": "ada", "key": "a b\nc: é"}, info="Opens it.")
    juju.grant_secret("token", ["first", "second"])
    juju.config("first", {"token": uri})
    assert juju.config("first")["token"] == uri
    secret = juju.show_secret(uri)
    assert (secret.name, secret.owner, secret.description) == ("token", "<model>", "Opens it.")
    assert secret.created == secret.updated and secret.revision == 1
    assert sorted(each.target for each in secret.access) == ["application-first", "application-second"]
    juju.update_secret(uri, {"user": "bob"}, info="Opens more.")
    juju.update_secret(uri, {"user": "eve"}, name="key")
    shown = juju.show_secret("key", reveal=True)
    assert shown.content == {"user": "eve"} and shown.revision == 3 and shown.checksum
    assert juju.show_secret("key", reveal=True, revision=1).content["key"] == "a b\nc: é"
    revisions = juju.show_secret("key", revisions=True).revisions
    assert sorted(each.revision for each in revisions) == [1, 2, 3]
    assert [each.uri.unique_identifier for each in juju.secrets()] == [uri.unique_identifier]
    assert juju.secrets(owner="application-first") == []
    juju.remove_secret("key", revision=1)
    juju.config("first", reset="token")
    juju.remove_secret(uri)
    assert juju.secrets() == []


def looks():
    unit = juju.show_unit("second/0")
    assert (unit.charm, unit.opened_ports) == ("local:clerk-1", ["8080/tcp"]), unit
    related = {each.endpoint: each for each in unit.relation_info}
    assert list(related["desk"].related_units) == ["first/0"], unit
    assert related["ring"].related_units["second/1"].data["name"] == "second/1", unit
    assert related["ring"].local_unit.data["name"] == "second/0"
    lines = juju.debug_log(limit=5).splitlines()
    assert len(lines) == 5, lines
    assert len(juju.debug_log().splitlines()) > 5
    assert juju.version().major == 3


def changes():
    juju.config("first", {"word": "fail"})
    wait(lambda now: jubilant.any_error(now, "first"))
    fails(
        jubilant.WaitError, "error",
        lambda: wait(jubilant.all_active, error=jubilant.any_error),
    )
    assert jubilant.all_error(juju.status(), "first")
    juju.config("first", {"word": "well"})
    juju.cli("resolved", "first/0")
    wait(lambda now: jubilant.all_active(now, "first"))
    juju.refresh("first", path=clerk, config={"count": 9})
    assert juju.config("first")["count"] == 9
    wait(lambda now: now.apps["first"].charm_rev == 2 and jubilant.all_agents_idle(now, "first"))
    juju.add_unit("first", num_units=1, to="0")
    juju.remove_unit("second/1", destroy_storage=True)
    juju.remove_relation("first:source", "second:desk")
    juju.add_machine(constraints={"mem": "512M"})
    wait(lambda now: list(now.apps["second"].units) == ["second/0"])
    juju.remove_application("aide", "first", "second", destroy_storage=True, force=True)
    wait(lambda now: not now.apps)


def has_a_model_for_a_while():
    with jubilant.temp_model() as other:
        assert other.status().model.name == other.model.split(":")[-1]
        name = other.model
    fails(jubilant.CLIError, "not found", lambda: juju.cli("status", "-m", name, include_model=False))


for part in (deploys, configures, runs, keeps_secrets, looks, changes, has_a_model_for_a_while):
    part()
