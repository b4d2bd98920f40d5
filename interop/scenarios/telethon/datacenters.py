"""Logs in with a number that lives on another DC than the one the client begins at, and calls on that one then."""

from telethon import functions
from world import add_user, connected, log_in, raises, ready, scenario, step

PHONE = "9996622204"


async def body():
    add_user(phone=PHONE, first_name="Ada", dc_id=4)

    client = await log_in(PHONE)
    port = int(ready()["dcs"]["4"].rpartition(":")[2])
    assert (client.session.dc_id, client.session.port) == (4, port), client.session.port
    assert (await client.get_me()).phone == PHONE
    assert (await client(functions.help.GetConfigRequest())).this_dc == 4
    step("logged in, at DC 4")

    sender = await client._borrow_exported_sender(2)
    there = lambda request: client._call(sender, request)
    assert (await there(functions.help.GetConfigRequest())).this_dc == 2
    await there(functions.auth.LogOutRequest())  # 401 when nobody is logged in there
    await raises(401, "AUTH_KEY_UNREGISTERED", there(functions.auth.LogOutRequest()))
    await client._return_exported_sender(sender)
    assert (await client.get_me()).phone == PHONE
    step("called at DC 2 with the authorization")

    again = await connected(client.session.save())
    assert (await again.get_me()).phone == PHONE
    step("the saved session leads to the other DC")


scenario(body)
