"""People press the buttons of bots: `python buttons.py LIBRARY_OF_THE_BOT LIBRARY_OF_A_PERSON ...`."""

import sys
import time

from cast import HERE, Actor, Bot, our_example
from world import add_user, step

bot_library, *libraries = sys.argv[1:]
token = add_user(first_name="Button", username="button_bot", bot=True)["bot_token"]
program = [sys.executable, HERE / "button_bot.py"] if bot_library == "telethon" else our_example("button_bot")
bot = Bot(program, TELEGRAM_BOT_TOKEN=token)

try:
    for number, library in enumerate(libraries):
        phone = f"999662320{number}"
        add_user(phone=phone, first_name=library.title(), username=f"presser_{library}")
        person = Actor(library, phone, f"presser_{library}")
        person("online")
        person("send", to="button_bot", text="/start")
        deadline = time.monotonic() + 15
        while not (offered := [m for m in person("history", **{"with": "button_bot"}) if not m["out"]]):
            assert time.monotonic() < deadline, f"the {bot_library} bot never answered {library}"
            time.sleep(0.1)
        assert offered[0]["data"] == ["this"], offered
        answer = person("press", message=offered[0]["id"], data="this", **{"with": "button_bot"})
        assert answer == "Pressed, heard and answered", answer
        step(f"{library} pressed a button of a bot in {bot_library} and has its answer")
        person.leave()
finally:
    bot.stop()
