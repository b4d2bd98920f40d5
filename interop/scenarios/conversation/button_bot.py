"""What examples/button_bot.rs is, written with Telethon."""

import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "telethon"))

from telethon import Button, events
from world import new_client

bot = new_client()


@bot.on(events.NewMessage(incoming=True, pattern="^/start"))
async def greet(event):
    await event.respond("Press it", buttons=Button.inline("This", b"this"))


@bot.on(events.CallbackQuery)
async def answer(event):
    assert event.data == b"this", event.data
    await event.answer("Pressed, heard and answered")


async def main():
    await bot.start(bot_token=os.environ["TELEGRAM_BOT_TOKEN"])
    print("The bot is online.", flush=True)
    await bot.run_until_disconnected()


asyncio.run(main())
