"""The errors of the page's method: a wrong hash, and a session nobody logged in with."""

from telethon import functions, types
from world import add_user, connected, mint_session, raises, scenario, step

PHONE = "9996622004"
SendCode = functions.account.SendConfirmPhoneCodeRequest
ConfirmPhone = functions.account.ConfirmPhoneRequest


async def body():
    add_user(phone=PHONE, first_name="Emmy")
    client = await connected(mint_session(PHONE))
    for hash in ["0123456789abcdef0123456789abcdef", "", "not hexadecimal", "é" * 300]:
        await raises(400, "HASH_INVALID", client(SendCode(hash, types.CodeSettings())))
    step("wrong hashes")

    await raises(400, "CODE_HASH_INVALID", client(ConfirmPhone("0123456789abcdef01", "12345")))
    await raises(400, "PHONE_CODE_EMPTY", client(ConfirmPhone("0123456789abcdef01", "")))
    step("confirmPhone without a code sent")

    stranger = await connected()
    await raises(401, "AUTH_KEY_UNREGISTERED", stranger(SendCode("abc", types.CodeSettings())))
    await raises(401, "AUTH_KEY_UNREGISTERED", stranger(ConfirmPhone("a", "1")))
    step("a fresh session")


scenario(body)
