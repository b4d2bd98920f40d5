"""Sends a file to oneself or fetches it again, as `bench_files.py` of the folder above wants it."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "telethon"))

from world import connected


async def main(what, session, path, message=None):
    client = await connected(session)
    if what == "upload":
        sent = await client.send_file("me", path, force_document=True)
        print(sent.id)
    else:
        [found] = await client.get_messages("me", ids=[int(message)])
        await client.download_media(found, path)
    await client.disconnect()


asyncio.run(main(*sys.argv[1:]))
