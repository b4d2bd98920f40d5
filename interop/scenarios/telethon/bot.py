"""A bot logs in with its token and may not call methods for users."""

from telethon import functions, types
from world import add_user, new_client, raises, scenario, step


async def body():
    bot = add_user(phone="9996622005", first_name="Robot", bot=True)

    client = new_client()
    await client.start(bot_token=bot["bot_token"])
    me = await client.get_me()
    assert me.bot and me.id == bot["id"], me
    step("logged in with the token")

    call = functions.account.SendConfirmPhoneCodeRequest("abc", types.CodeSettings())
    await raises(400, "BOT_METHOD_INVALID", client(call))
    await raises(400, "BOT_METHOD_INVALID", client(functions.account.ConfirmPhoneRequest("a", "1")))
    step("methods for users")


scenario(body)
