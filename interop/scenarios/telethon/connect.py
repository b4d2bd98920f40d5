"""Key exchange, help.getConfig, and a second connection with the key of the first."""

import time

from telethon import functions
from world import connected, ready, scenario, step


async def body():
    client = await connected()
    step("key exchange")

    config = await client(functions.help.GetConfigRequest())
    here = ready()
    assert config.this_dc == here["dc_id"]
    addresses = [f"{dc.ip_address}:{dc.port}" for dc in config.dc_options if dc.id == here["dc_id"]]
    assert here["mtproto"] in addresses, addresses
    assert abs(config.date.timestamp() - time.time()) < 30
    step("help.getConfig")

    nearest = await client(functions.help.GetNearestDcRequest())
    assert nearest.this_dc == here["dc_id"]
    step("help.getNearestDc")

    session = client.session.save()
    await client.disconnect()
    again = await connected(session)
    assert (await again(functions.help.GetConfigRequest())).this_dc == here["dc_id"]
    assert again.session.save() == session, "the second connection made a new key"
    step("second connection, same key")


scenario(body)
