"""A 2FA account: code, a wrong password, then the right one."""

from telethon import errors
from world import add_user, connected, newest_code, raises, scenario, step

PHONE = "9996622002"
PASSWORD = "correct horse battery staple"


async def body():
    add_user(phone=PHONE, first_name="Grace", password=PASSWORD)

    client = await connected()
    await client.send_code_request(PHONE)
    try:
        await client.sign_in(PHONE, newest_code(PHONE))
        raise AssertionError("the code alone was enough")
    except errors.SessionPasswordNeededError as error:
        assert error.code == 401
    step("the code alone is not enough")

    await raises(400, "PASSWORD_HASH_INVALID", client.sign_in(password="wrong"))
    await client.sign_in(password=PASSWORD)
    step("logged in with the second password")

    assert (await client.get_me()).phone == PHONE
    step("get_me")


scenario(body)
