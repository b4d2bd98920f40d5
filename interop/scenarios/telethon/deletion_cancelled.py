"""The whole story with its good end: the notice waits for an owner who was offline, through a
kill -9 of the server, and the owner cancels the deletion with the link and a code."""

from deletion import (
    SERVICE_NOTIFICATIONS,
    ask_for_deletion,
    deletion_is_delayed,
    link_in,
    owner_with_an_old_password,
    requester_at,
)
from telethon import functions, types
from world import connected, inbox, kill_and_restart, newest_code, raises, scenario, step, wrong

PHONE = "9996622010"


async def body():
    owner = await owner_with_an_old_password(PHONE)
    before = await owner(functions.updates.GetStateRequest())
    session = owner.session.save()
    await owner.disconnect()
    step("the owner goes offline")

    requester = await requester_at(PHONE)
    await deletion_is_delayed(requester)

    kill_and_restart()
    step("the server was killed and started again")

    owner = await connected(session)
    difference = await owner(
        functions.updates.GetDifferenceRequest(pts=before.pts, date=before.date, qts=before.qts)
    )
    assert isinstance(difference, types.updates.Difference), difference
    notices = [m for m in difference.new_messages if "confirmphone" in (m.message or "")]
    assert notices, "updates.getDifference has no notice"
    notice = notices[-1]
    assert notice.peer_id == types.PeerUser(SERVICE_NOTIFICATIONS), notice.peer_id
    step("updates.getDifference has the notice")

    service = next(user for user in difference.users if user.id == SERVICE_NOTIFICATIONS)
    peer = types.InputPeerUser(service.id, service.access_hash or 0)
    history = await owner(
        functions.messages.GetHistoryRequest(
            peer=peer, offset_id=0, offset_date=None, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
        )
    )
    stored = {message.id: message for message in history.messages}
    assert stored[notice.id].message == notice.message
    step("messages.getHistory has it too")

    dialogs = await owner.get_dialogs()
    assert dialogs[0].id == SERVICE_NOTIFICATIONS, dialogs
    (message,) = await owner.get_messages(SERVICE_NOTIFICATIONS, limit=1)
    assert message.raw_text == notice.message
    step("so have get_dialogs and get_messages")

    phone, hash = link_in(notice.message)
    assert phone == PHONE
    send_code = functions.account.SendConfirmPhoneCodeRequest(hash, types.CodeSettings())
    sent = await owner(send_code)
    assert isinstance(sent, types.auth.SentCode), sent
    assert isinstance(sent.type, types.auth.SentCodeTypeSms), sent
    code = newest_code(PHONE)
    assert inbox(PHONE)[-1]["kind"] == "sms"
    assert len(code) == sent.type.length
    step("account.sendConfirmPhoneCode sent a code")

    def confirm(code):
        return owner(functions.account.ConfirmPhoneRequest(sent.phone_code_hash, code))

    await raises(400, "PHONE_CODE_INVALID", confirm(wrong(code)))
    assert await confirm(code) is True
    await raises(400, "CODE_HASH_INVALID", confirm(code))
    await raises(400, "HASH_INVALID", owner(send_code))
    step("account.confirmPhone cancelled the deletion, once")

    await raises(401, "AUTH_KEY_UNREGISTERED|SESSION_REVOKED", ask_for_deletion(requester))
    step("the requester is logged out")

    another = await requester_at(PHONE)
    await raises(400, "2FA_RECENT_CONFIRM", ask_for_deletion(another))
    step("nobody can ask again so soon")

    assert (await owner.get_me()).phone == PHONE
    step("the owner stays")


scenario(body)
