"""Somebody who has the number but not the password asks to delete the account."""

import pytest
from telethon import errors, functions, types


@pytest.fixture
async def attacked(world, client_for):
    """Ada's number, her client, and the client of whoever asked to delete her account."""
    ada = world.user("Ada", password="hunter2")
    owner = await client_for(ada)
    world.advance(days=8)  # a password younger than a week would not make the deletion wait
    await owner.get_me()  # and somebody who is away for a week would not either

    stranger = await client_for()
    await stranger.send_code_request(ada)
    with pytest.raises(errors.SessionPasswordNeededError):
        await stranger.sign_in(ada, world.code(ada))
    with pytest.raises(errors.TwoFaConfirmWaitError) as wait:
        await stranger(functions.account.DeleteAccountRequest(reason="Forgot password"))
    assert wait.value.seconds == 604_800
    return ada, owner, stranger


async def test_the_owner_stops_the_deletion(world, attacked):
    ada, owner, stranger = attacked
    hash = world.confirmation_hash(ada)
    sent = await owner(functions.account.SendConfirmPhoneCodeRequest(hash, types.CodeSettings()))
    assert await owner(functions.account.ConfirmPhoneRequest(sent.phone_code_hash, world.code(ada)))

    world.advance(days=7)
    assert (await owner.get_me()).phone == ada
    with pytest.raises(errors.UnauthorizedError):
        await stranger(functions.account.GetPasswordRequest())


async def test_after_seven_days_the_account_is_gone(world, attacked):
    ada, owner, _ = attacked
    world.advance(days=6)
    assert await owner.get_me()
    world.advance(days=1)
    assert await owner.get_me() is None
