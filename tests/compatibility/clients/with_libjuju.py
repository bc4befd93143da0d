"""What a program on python-libjuju does in the model that it is given, and expects of it.

    with_libjuju.py MODEL CLERK AIDE FORM
"""

import asyncio
import io
import logging
import sys

from juju.client.connection import Connection
from juju.errors import JujuError
from juju.model import Model

name, clerk, aide, form = sys.argv[1:]
logging.disable(logging.CRITICAL)
patience = 60


async def fails(kind, contains, awaitable):
    try:
        await awaitable
    except kind as error:
        assert contains in str(error), error
        return
    raise AssertionError(f"{kind.__name__} was expected")


async def idle(model, *apps, status="active"):
    await model.wait_for_idle(apps=list(apps), status=status, idle_period=0.2, timeout=patience, check_freq=0.2)


async def deploys(model):
    first = await model.deploy(clerk, "first", resources={"form": form}, config={"count": 4})
    second = await model.deploy(clerk, "second", resources={"form": form}, num_units=2, storage={"cache": {"count": 2, "size": 100}}, trust=True)
    await model.deploy(aide, num_units=0)
    await model.integrate("first:juju-info", "aide")
    await model.integrate("first:source", "second:desk")
    await idle(model, "first", "second")
    await model.block_until(lambda: len(model.applications["aide"].units) == 1, timeout=patience)
    await idle(model, "aide")
    assert sorted(model.units) == ["aide/0", "first/0", "second/0", "second/1"], model.units
    assert sorted(model.subordinate_units) == ["aide/0"]
    assert [each.name for each in model.units["first/0"].get_subordinates()] == ["aide/0"]
    assert first.status == "active" and first.charm_name == "clerk", first.status
    assert (await second.get_trusted(), await first.get_trusted()) == (True, False)
    machine = model.units["first/0"].machine
    assert machine.agent_status == "started" and machine.dns_name, machine
    assert await model.units["first/0"].is_leader_from_status()
    assert (await model.units["first/0"].get_public_address()).startswith("127.")
    status = await model.get_status()
    assert status.applications["aide"].subordinate_to == ["first"]
    few = await model.get_status(filters=["second/0"])
    assert list(few.applications) == ["second"], few.applications
    kept = await model.list_storage()
    assert len(kept) == 7, kept
    return first, second


async def configures(model, first):
    config = await first.get_config()
    assert (config["word"]["value"], config["word"]["source"]) == ("hello", "default")
    assert (config["count"]["value"], config["count"]["source"]) == (4, "user")
    await first.set_config({"word": "salut", "ratio": "1.5"})
    await model.block_until(lambda: model.units["first/0"].workload_status_message == "salut", timeout=patience)
    assert (await first.get_config())["ratio"]["value"] == 1.5
    await first.reset_config(["word", "ratio"])
    assert (await first.get_config())["word"]["source"] == "default"
    await fails(JujuError, "none", first.set_config({"none": "1"}))
    await first.set_trusted(True)
    assert await first.get_trusted()
    assert (await model.get_config())["update-status-hook-interval"].value == "5m"
    await model.set_config({"update-status-hook-interval": "7m"})
    assert (await model.get_config())["update-status-hook-interval"].value == "7m"
    await model.set_constraints({"mem": 256})
    assert (await model.get_constraints())["mem"] == 256
    await first.set_constraints({"cores": 1})
    assert (await first.get_constraints())["cores"] == 1
    await first.expose()
    await first.unexpose()


async def runs(model, first):
    unit = model.units["first/0"]
    action = await (await unit.run_action("greet", name="Ada", times=2)).wait()
    assert action.status == "completed", action
    assert action.results["greeting"] == {"text": "hello Ada"} and action.results["times"] == "2", action.results
    action = await (await unit.run_action("fail")).wait()
    assert action.status == "failed" and action.data["message"] == "as it was asked to"
    await fails(ValueError, "nothing", unit.run_action("nothing"))
    await fails(Exception, "name", unit.run_action("greet"))
    action = await unit.run("echo out; echo err >&2; exit 2", timeout=patience, block=True)
    assert action.results == {"return-code": 2, "stdout": "out\n", "stderr": "err\n"}, action.results
    assert await model.get_action_output(action.id) == action.results
    assert len((await first.run("true")).actions) == 1
    assert await first.get_actions() == {"fail": "Fails, as it is asked to.", "greet": "Greets somebody.", "linger": "Does nothing for a long time."}
    greet = (await first.get_actions(schema=True))["greet"]
    assert greet.params["required"] == ["name"], greet


async def hears_logs(model, first):
    """Model.debug_log itself fails for whoever connects by the client's files."""
    own, heard = model.connection(), io.StringIO()
    wanted = {"no_tail": False, "level": "INFO", "limit": 1000, "lines": 10}
    sieve = {"exclude": [], "exclude_module": [], "include": ["unit-first-0"], "include_module": []}
    log = await Connection.connect(
        endpoint=own.endpoint,
        uuid=own.uuid,
        username=own.username,
        password=own.password,
        cacert=own.cacert,
        debug_log_conn=heard,
        debug_log_params={**wanted, **sieve},
    )
    await first.run("juju-log 'a word: é'")
    async with asyncio.timeout(patience):
        while "a word: é" not in heard.getvalue():
            await asyncio.sleep(0.1)
    await log.close()


async def keeps_secrets(model, first):
    uri = await model.add_secret("token", ["user=ada", "key#base64=YWJj"], info="Opens it.")
    assert uri.startswith("secret:"), uri
    for app in ("first", "second"):
        await model.grant_secret("token", app)
    await fails(Exception, "", model.grant_secret("token", "third"))
    await model.update_secret("token", ["user=eve"], new_name="code", info="Opens more.")
    (secret,) = await model.list_secrets(show_secrets=True)
    assert (secret.label, secret.latest_revision, secret.description) == ("code", 2, "Opens more."), secret
    assert sorted(each.target_tag for each in secret.access) == ["application-first", "application-second"]
    assert secret.value.data == {"user": "ZXZl"}, secret.value
    await first.set_config({"token": uri})
    await first.reset_config(["token"])
    await model.revoke_secret("code", "first")
    await model.remove_secret("code", revision=1)
    await model.remove_secret("code")
    assert await model.list_secrets() == []


async def keeps_storage(model, second):
    pools = {each["name"]: each["provider"] for each in await model.list_storage_pools()}
    assert {"rootfs", "tmpfs"} <= set(pools), pools
    await model.create_storage_pool("small", "rootfs", "colour=red")
    await model.update_storage_pool("small", "colour=blue")
    await model.remove_storage_pool("small")
    unit = model.units["second/0"]
    (tag,) = await unit.add_storage("cache", count=1, size=64)
    assert tag.startswith("storage-cache-"), tag
    storage_id = tag[len("storage-"):].replace("cache-", "cache/")
    (details,) = await model.show_storage_details(storage_id)
    assert details["owner-tag"] == "unit-second-0" and details["storage-tag"] == tag, details
    for filesystem in await model.list_storage(filesystem=True):
        assert filesystem["filesystem-tag"].startswith("filesystem-"), filesystem
    await idle(model, "second")
    await unit.detach_storage(storage_id)
    async with asyncio.timeout(patience):
        while (await model.show_storage_details(storage_id))[0]["attachments"]:
            await asyncio.sleep(0.1)
    await unit.attach_storage([storage_id])
    await idle(model, "second")
    await unit.detach_storage(storage_id)
    await model.remove_storage(tag, force=True, destroy_storage=True)


async def brings_files(model, first):
    resources = await first.get_resources()
    assert list(resources) == ["form"] and resources["form"].type_ == "file", resources
    first.attach_resource("form", "form.txt", io.StringIO("filled in"))
    await model.block_until(lambda: first.workload_version == "filled in", timeout=patience)
    await first.refresh(path=clerk)
    assert first.data["charm-url"] == "local:clerk-2", first.data
    await idle(model, "first")


async def places(model, first):
    machine = await model.add_machine(constraints={"mem": 300, "cores": 1})
    await model.block_until(lambda: machine.agent_status == "started", timeout=patience)
    await machine.destroy(force=True)
    (unit,) = await first.add_unit(to=model.units["first/0"].machine.id)
    await first.destroy_relation("source", "second:desk")
    await fails(JujuError, "", model.integrate("first:source", "third:desk"))
    await idle(model, "first")
    await unit.destroy(destroy_storage=True)
    await model.block_until(lambda: len(first.units) == 1, timeout=patience)


async def main():
    model = Model()
    await model.connect(model_name=name)
    try:
        first, second = await deploys(model)
        await configures(model, first)
        await runs(model, first)
        await hears_logs(model, first)
        await keeps_secrets(model, first)
        await keeps_storage(model, second)
        await brings_files(model, first)
        await places(model, first)
        for app in ("aide", "first", "second"):
            await model.remove_application(app, block_until_done=False, force=True, destroy_storage=True)
        await model.block_until(lambda: not model.applications, timeout=patience)
    finally:
        await model.disconnect()


asyncio.run(main())
