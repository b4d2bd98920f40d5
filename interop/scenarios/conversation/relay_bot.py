"""A bot between people, written with Telethon: `python relay_bot.py NAME ...`. Whatever one writes to it, it
writes to the others."""

import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "telethon"))

from telethon import events
from world import new_client

names = sys.argv[1:]
bot = new_client()
people = {}


@bot.on(events.NewMessage(incoming=True))
async def relay(event):
    sender = await event.get_sender()
    people[sender.username] = await event.get_input_sender()
    if event.raw_text == "/start":
        return
    for name in names:
        if name != sender.username:
            await bot.send_message(people[name], f"{sender.username}: {event.raw_text}")


async def main():
    await bot.start(bot_token=os.environ["TELEGRAM_BOT_TOKEN"])
    print("The bot is online.", flush=True)
    await bot.run_until_disconnected()


asyncio.run(main())
