"""Telethon as one of those who talk in conversation.py: `python actor.py SESSION`.

A command per line comes in as JSON (`do` names it), an answer per line goes out: `ok` or `error`. The actors of
GramJS (actor.js) and of our own crate understand the same."""

import asyncio
import json
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "telethon"))

from telethon import events, functions, types
from world import new_client

SESSION = sys.argv[1]
client = new_client(SESSION, catch_up=True)
seen = []


def shown(message):
    rows = getattr(message.reply_markup, "rows", None) or []
    return {
        "id": message.id,
        "out": bool(message.out),
        "text": message.message,
        "reply_to": message.reply_to.reply_to_msg_id if message.reply_to else None,
        "forwarded": message.fwd_from is not None,
        "edited": message.edit_date is not None,
        "media": "photo" if message.photo else "document" if message.document else None,
        # Since layer 229 what a button does is an object of its own.
        "data": [getattr(button, "type", button).data.decode() for row in rows for button in row.buttons],
    }


async def online():
    await client.connect()
    await client.get_me()
    await client.get_dialogs()


async def offline():
    await client.disconnect()


async def send(to, text, reply_to=None):
    return (await client.send_message(to, text, reply_to=reply_to)).id


async def edit(to, message, text):
    return (await client.edit_message(to, message, text)).id


async def delete(to, message):
    await client.delete_messages(to, [message], revoke=True)


async def forward(to, message, **rest):
    return (await client.forward_messages(to, message, rest["from"])).id


async def history(**rest):
    return [shown(message) async for message in client.iter_messages(rest["with"], reverse=True)]


async def photo(to, path, text):
    return (await client.send_file(to, path, caption=text)).id


async def document(to, path):
    return (await client.send_file(to, path, force_document=True)).id


async def download(message, path, **rest):
    found = await client.get_messages(rest["with"], ids=message)
    await client.download_media(found, path)


async def press(message, data, **rest):
    call = functions.messages.GetBotCallbackAnswerRequest(rest["with"], message, data=data.encode())
    return (await client(call)).message


async def tell_seen():
    return seen


COMMANDS = {
    function.__name__: function
    for function in (online, offline, send, edit, delete, forward, history, photo, document, download, press)
} | {"seen": tell_seen}


@client.on(events.NewMessage(incoming=True))
async def note(event):
    seen.append(event.message.message)


async def main():
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        command = json.loads(line)
        name = command.pop("do")
        try:
            answer = {"ok": await COMMANDS[name](**command)}
        except Exception:
            answer = {"error": f"{name}: {traceback.format_exc()}"}
        print(json.dumps(answer), flush=True)


asyncio.run(main())
