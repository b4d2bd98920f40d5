"""The same story when nobody cancels: seven days later the account is gone and the number free."""

from deletion import WAIT, deletion_is_delayed, owner_with_an_old_password, requester_at
from sign_up import sign_up
from telethon import functions, types
from world import advance_clock, connected, raises, scenario, step

PHONE = "9996622011"


async def body():
    owner = await owner_with_an_old_password(PHONE)
    me = await owner.get_me()
    requester = await requester_at(PHONE)
    await deletion_is_delayed(requester)

    advance_clock(WAIT - 200)
    assert (await owner.get_me()).phone == PHONE
    step("just before the end the account is there")

    advance_clock(200)
    calls = [functions.users.GetUsersRequest([types.InputUserSelf()]), functions.updates.GetStateRequest()]
    for call in calls:
        await raises(401, "USER_DEACTIVATED|AUTH_KEY_UNREGISTERED", owner(call))
    step("then the owner's calls get 401")

    successor = await sign_up(await connected(), PHONE, "Successor", "")
    assert successor.first_name == "Successor"
    assert successor.id != me.id
    step("and the number signs up as someone else")


scenario(body)
