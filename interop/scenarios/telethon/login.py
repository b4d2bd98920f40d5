"""Phone and code, a wrong code first; then the session string alone; then log out."""

from telethon import functions, types
from world import add_user, connected, newest_code, raises, scenario, step, wrong

PHONE = "9996622001"


async def body():
    user = add_user(phone=PHONE, first_name="Ada")

    client = await connected()
    await client.send_code_request(f"+{PHONE}")
    code = newest_code(PHONE)
    await raises(400, "PHONE_CODE_INVALID", client.sign_in(PHONE, wrong(code)))
    await client.sign_in(PHONE, code)
    step("logged in at the second try")

    me = await client.get_me()
    assert (me.phone, me.first_name, me.id) == (PHONE, "Ada", user["id"]), me
    step("get_me")

    session = client.session.save()
    await client.disconnect()
    again = await connected(session)
    assert (await again.get_me()).id == user["id"]
    step("get_me with the saved session")

    logged_out = await again(functions.auth.LogOutRequest())
    assert isinstance(logged_out, types.auth.LoggedOut), logged_out
    await raises(401, "AUTH_KEY_UNREGISTERED", again(functions.updates.GetStateRequest()))
    step("logged out")


scenario(body)
