"""What an owner does to an account: passwords made by the library's own SRP, another number, another
session logged out, the end."""

from telethon import functions, types
from world import DAY, add_user, advance_clock, connected, inbox, log_in, newest_code, raises, scenario, step

PHONE, NEW_PHONE = "9996622031", "9996622032"
FIRST, SECOND = "first password", "second password"


async def body():
    add_user(phone=PHONE, first_name="Mary")
    client = await log_in(PHONE)

    stranger = await connected()
    sent = await stranger(
        functions.auth.SendCodeRequest(PHONE, stranger.api_id, stranger.api_hash, types.CodeSettings())
    )
    resent = await stranger(functions.auth.ResendCodeRequest(PHONE, sent.phone_code_hash))
    assert isinstance(resent, types.auth.SentCode), resent
    assert await stranger(functions.auth.CancelCodeRequest(PHONE, resent.phone_code_hash)) is True
    sign_in = functions.auth.SignInRequest(PHONE, resent.phone_code_hash, newest_code(PHONE))
    await raises(400, "PHONE_CODE_.*", stranger(sign_in))
    step("a code sent again, and cancelled")

    assert await client.edit_2fa(new_password=FIRST, hint="1")
    assert (await client(functions.account.GetPasswordRequest())).hint == "1"
    assert await client.edit_2fa(current_password=FIRST, new_password=SECOND, hint="2")
    other = await log_in(PHONE, SECOND)
    step("a password set, changed and asked for")

    assert await client.edit_2fa(current_password=SECOND)
    assert not (await client(functions.account.GetPasswordRequest())).has_password
    step("and taken away")

    advance_clock(2 * DAY)
    sent = await client(functions.account.SendChangePhoneCodeRequest(NEW_PHONE, types.CodeSettings()))
    assert inbox(NEW_PHONE)[-1]["kind"] == "sms"
    await client(functions.account.ChangePhoneRequest(NEW_PHONE, sent.phone_code_hash, newest_code(NEW_PHONE)))
    assert (await other.get_me()).phone == NEW_PHONE
    step("another number")

    sessions = (await client(functions.account.GetAuthorizationsRequest())).authorizations
    (theirs,) = [session for session in sessions if not session.current]
    assert await client(functions.account.ResetAuthorizationRequest(theirs.hash)) is True
    await raises(401, "AUTH_KEY_UNREGISTERED|SESSION_REVOKED", other(functions.updates.GetStateRequest()))
    step("the other session is logged out")

    assert await client(functions.account.DeleteAccountRequest("enough")) is True
    await raises(401, ".*", client(functions.updates.GetStateRequest()))
    step("the account is deleted")


scenario(body)
