"""Every answer that a client asks for on its own or for its user's screens is one that it can read,
to the last byte, in its own layer: `python answers.py LAYER`."""

import sys

from telethon import functions, types
from telethon.tl.alltlobjects import LAYER
from world import add_user, connected, log_in, mint_session, read_whole, scenario, step

PHONE = "9996622030"
SERVICE_NOTIFICATIONS = 777000


def calls(service, state):
    user = types.InputUser(service.id, service.access_hash or 0)
    peer = types.InputPeerUser(service.id, service.access_hash or 0)
    me = types.InputUserSelf()
    return [
        functions.help.GetConfigRequest(),
        functions.help.GetNearestDcRequest(),
        functions.help.GetAppConfigRequest(hash=0),
        functions.help.GetTermsOfServiceUpdateRequest(),
        functions.langpack.GetLanguagesRequest(lang_pack=""),
        functions.langpack.GetLanguageRequest(lang_pack="", lang_code="en"),
        functions.langpack.GetLangPackRequest(lang_pack="", lang_code="en"),
        functions.langpack.GetDifferenceRequest(lang_pack="", lang_code="en", from_version=0),
        functions.langpack.GetStringsRequest(lang_pack="", lang_code="en", keys=["lng_menu"]),
        functions.users.GetUsersRequest([me, user]),
        functions.users.GetFullUserRequest(me),
        functions.users.GetFullUserRequest(user),
        functions.updates.GetStateRequest(),
        functions.updates.GetDifferenceRequest(pts=state.pts, date=state.date, qts=state.qts),
        functions.updates.GetDifferenceRequest(pts=1, date=1, qts=0),
        functions.messages.GetHistoryRequest(
            peer=peer, offset_id=0, offset_date=None, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
        ),
        functions.messages.GetDialogsRequest(
            offset_date=None, offset_id=0, offset_peer=types.InputPeerEmpty(), limit=10, hash=0
        ),
        functions.account.GetPasswordRequest(),
        functions.account.GetAuthorizationsRequest(),
        functions.account.GetAccountTTLRequest(),
        functions.account.SetAccountTTLRequest(types.AccountDaysTTL(180)),
        functions.account.UpdateStatusRequest(offline=False),
    ]


async def body():
    assert LAYER == int(sys.argv[1]), "the library speaks another layer than scenarios.toml says"
    add_user(phone=PHONE, first_name="Ada", last_name="Byron")
    client = await connected(mint_session(PHONE))
    state = await client(read_whole(functions.updates.GetStateRequest()))
    await log_in(PHONE)  # a new login is news from 777000
    difference = await client(read_whole(functions.updates.GetDifferenceRequest(pts=1, date=1, qts=0)))
    service = next(user for user in difference.users if user.id == SERVICE_NOTIFICATIONS)

    for call in calls(service, state):
        answer = await client(read_whole(call))
        step(f"{type(call).__name__}: {type(answer).__name__}")


scenario(body)
