"""Telethon among everybody: `python telethon_client.py NAME PHONE PASSWORD`, told to go on by everybody.py."""

import asyncio
import json
import sys
from pathlib import Path


sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "telethon"))

from telethon import events, functions, types
from deletion import SERVICE_NOTIFICATIONS, ask_for_deletion, link_in, requester_at
from world import log_in, newest_code, raises, scenario

NAME, PHONE, PASSWORD = sys.argv[1:]


async def at(place):
    """Says where it is, and waits until the others have come there too."""
    print(f"at {place}", flush=True)
    return json.loads(await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline))


async def body():
    await at("the door")
    owner = await log_in(PHONE, PASSWORD)
    assert (await owner.get_me()).phone == PHONE
    heard = set()

    @owner.on(events.NewMessage(incoming=True))
    async def hear(event):
        heard.add(event.raw_text)

    await at("home")

    requester = await requester_at(PHONE)
    await raises(420, r"2FA_CONFIRM_WAIT_\d+", ask_for_deletion(requester))
    await at("the delayed deletion")

    await owner.get_dialogs()
    notices = await owner.get_messages(SERVICE_NOTIFICATIONS, limit=5)
    notice = next(message for message in notices if "confirmphone" in message.raw_text)
    _, hash = link_in(notice.raw_text)
    sent = await owner(functions.account.SendConfirmPhoneCodeRequest(hash, types.CodeSettings()))
    assert await owner(functions.account.ConfirmPhoneRequest(sent.phone_code_hash, newest_code(PHONE))) is True
    await raises(401, "AUTH_KEY_UNREGISTERED|SESSION_REVOKED", ask_for_deletion(requester))
    others = await at("its end")

    for other in others:
        await owner.send_message(other, f"{NAME} to {other}")
    await at("everything sent")

    wanted = {f"{other} to {NAME}" for other in others}
    for _ in range(800):
        if wanted <= heard:
            break
        await asyncio.sleep(0.05)
    assert wanted <= heard, f"{NAME} waited in vain for {wanted - heard}"
    for other in others:
        texts = {message.raw_text for message in await owner.get_messages(other, limit=10)}
        assert texts == {f"{NAME} to {other}", f"{other} to {NAME}"}, texts
    await at("everything heard")


scenario(body)
