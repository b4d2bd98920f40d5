"""A string from `POST /v1/sessions` in Pyrogram's format logs Kurigram in, which is told the address and nothing else."""

import asyncio
import json
import os
import urllib.request

from pyrogram import Client, raw
from pyrogram.connection import connection

PHONE = "9996622090"

with open(os.environ["HELIOGRAM_READY"], encoding="utf-8") as file:
    READY = json.load(file)


def control(path, body):
    request = urllib.request.Request(
        READY["control"] + path, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


async def main():
    # Its table of data centres is its own, and a string of this format has no address.
    host, _, port = READY["mtproto"].rpartition(":")
    connection.DataCenter = lambda *ignored: (host, int(port))

    user = control("/v1/users", {"phone": PHONE, "first_name": "Ada"})
    string = control("/v1/sessions", {"phone": PHONE, "format": "pyrogram"})["session"]
    client = Client("ada", api_id=1, api_hash="0123456789abcdef0123456789abcdef", session_string=string, in_memory=True)
    assert await client.connect() is True, "the session is not logged in"
    # Only who is logged in has a state. `get_me` would not do: it asks for a `userFull`, which is answered as in layer
    # 230, and the library speaks 207.
    state = await client.invoke(raw.functions.updates.GetState())
    assert isinstance(state, raw.types.updates.State), state
    assert await client.storage.user_id() == user["id"]
    # The library writes the same string again.
    exported = await client.export_session_string()
    assert exported[7:] == string[7:] and len(exported) == len(string), "another session than the one loaded"
    await client.disconnect()


asyncio.run(main())
