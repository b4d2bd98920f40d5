"""Three people, each in a library of its own, and a bot in their middle hold a conversation of 200 rounds (more than 100
messages, and edits, deletions, answers, forwards). Each is offline for a third of it. At the end every history says the same as the list that is kept here.

    python conversation.py LIBRARY LIBRARY LIBRARY
"""

import itertools
import random
import sys
import time

from cast import HERE, Actor, Bot
from world import add_user, step

LIBRARIES = sys.argv[1:]
ROUNDS = 200
# Fixed, so that a failure comes again.
chance = random.Random(20)


class Line:
    """A message as everybody should have it in the end."""

    def __init__(self, sender, text, reply_to=None, forwarded=False, media=None):
        self.sender, self.text, self.reply_to = sender, text, reply_to
        self.forwarded, self.media = forwarded, media
        self.edited = False
        # Its id in each one's box.
        self.ids = {}


class Chat:
    """What two have written to each other, in order."""

    def __init__(self, one, other):
        self.both = (one, other)
        self.lines = []

    def other(self, one):
        return self.both[one is self.both[0]]

    def expected(self, viewer):
        def place(line):
            return self.lines.index(line) if line in self.lines else None

        return [
            {
                "out": line.sender is viewer,
                "text": line.text,
                "reply_to": place(line.reply_to) if line.reply_to else None,
                "forwarded": line.forwarded,
                "edited": line.edited,
                "media": line.media,
            }
            for line in self.lines
        ]

    def found(self, viewer):
        history = viewer("history", **{"with": self.other(viewer).username})
        assert [m["id"] for m in history] == sorted({m["id"] for m in history}), f"ids of {viewer.name}: {history}"
        places = {message["id"]: place for place, message in enumerate(history)}
        for line, message in zip(self.lines, history):
            line.ids[viewer.name] = message["id"]
        return [
            {key: message[key] for key in ("out", "text", "forwarded", "edited", "media")}
            | {"reply_to": places.get(message["reply_to"])}
            for message in history
        ]

    def check(self, viewer):
        found, expected = self.found(viewer), self.expected(viewer)
        for place, (one, other) in enumerate(itertools.zip_longest(found, expected)):
            assert one == other, f"{viewer.name} has at {place}: {one}\ninstead of {other}"


def same_text(sender, number):
    return f"{number}: {sender.name} says {chance.choice(['yes', 'no', 'perhaps'])} \N{WAVING HAND SIGN}"


def main():
    people = []
    for number, library in enumerate(LIBRARIES):
        phone, username = f"999662310{number}", f"person_{number}_{library}"
        add_user(phone=phone, first_name=library.title(), username=username)
        people.append(Actor(library, phone, username))
    bot_token = add_user(first_name="Relay", username="relay_bot", bot=True)["bot_token"]
    bot = Bot([sys.executable, HERE / "relay_bot.py", *(p.username for p in people)], TELEGRAM_BOT_TOKEN=bot_token)
    try:
        talk(people)
    finally:
        bot.stop()
    for person in people:
        person.leave()


def talk(people):
    chats = [Chat(one, other) for one, other in itertools.combinations(people, 2)]
    for person in people:
        person("online")
    # Everybody meets the bot, which may not write first.
    for person in people:
        person("send", to="relay_bot", text="/start")
    relayed = {person.name: [] for person in people}
    away = None
    for number in range(ROUNDS):
        third = people[number * len(people) // ROUNDS]
        if third is not away:
            if away:
                away("online")
            third("offline")
            away = third
            step(f"{third.name} is offline from message {number} on")
        present = [person for person in people if person is not away]
        if number % 5 == 4:
            sender = chance.choice(present)
            text = same_text(sender, number)
            sender("send", to="relay_bot", text=text)
            for person in people:
                if person is not sender:
                    relayed[person.name].append(f"{sender.username}: {text}")
            # The bot is a program: what it relays comes when it comes, and in the order of its own box.
            continue
        sender = chance.choice(present)
        chat = chance.choice([chat for chat in chats if sender in chat.both])
        one_message(chat, sender, number)
    away("online")
    for chat in chats:
        for person in chat.both:
            chat.check(person)
    step(f"{sum(len(chat.lines) for chat in chats)} private messages: the same on both sides, in order")
    for person in people:
        wait_for_relayed(person, relayed[person.name])
    step(f"{sum(map(len, relayed.values()))} messages by way of the bot")
    for person in people:
        check_seen(person, chats, relayed[person.name])


def one_message(chat, sender, number):
    """A new message, an answer, a forwarded one, an edit or a deletion."""
    other = chat.other(sender)
    own = [line for line in chat.lines if line.sender is sender and not line.forwarded and sender.name in line.ids]
    kind = chance.choice(["new", "new", "new", "reply", "forward", "edit", "delete"])
    known = [line for line in chat.lines if sender.name in line.ids]
    if kind == "edit" and own:
        line = chance.choice(own)
        line.text, line.edited = f"{line.text} (edited at {number})", True
        sender("edit", to=other.username, message=line.ids[sender.name], text=line.text)
        return
    if kind == "delete" and own and len(chat.lines) > 5:
        line = chance.choice(own)
        chat.lines.remove(line)
        sender("delete", to=other.username, message=line.ids[sender.name])
        return
    if kind == "forward" and known:
        line = Line(sender, chance.choice(known).text, forwarded=True)
        origin = next(known_line for known_line in known if known_line.text == line.text)
        arguments = {"from": other.username, "message": origin.ids[sender.name]}
        line.ids[sender.name] = sender("forward", to=other.username, **arguments)
    elif kind == "reply" and known:
        line = Line(sender, same_text(sender, number), reply_to=chance.choice(known))
        reply_to = line.reply_to.ids[sender.name]
        line.ids[sender.name] = sender("send", to=other.username, text=line.text, reply_to=reply_to)
    else:
        line = Line(sender, same_text(sender, number))
        line.ids[sender.name] = sender("send", to=other.username, text=line.text)
    chat.lines.append(line)


def wait_for_relayed(person, expected):
    deadline = time.monotonic() + 10
    while True:
        history = person("history", **{"with": "relay_bot"})
        came = [message["text"] for message in history if not message["out"]]
        if len(came) >= len(expected) or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    assert sorted(came) == sorted(expected), f"{person.name} has {came}\ninstead of {expected}"


def check_seen(person, chats, relayed):
    """Who recovers gaps has seen each message that came, once, although it was offline."""
    if person.name.endswith(("gramjs", "teleproto")):
        # They do not ask for what they missed.
        return
    came = [line for chat in chats if person in chat.both for line in chat.lines if line.sender is not person]
    expected = sorted([line.text.split(" (edited")[0] for line in came] + relayed)
    deadline = time.monotonic() + 10
    while True:
        seen = sorted(text.split(" (edited")[0] for text in person("seen"))
        missing = [text for text in expected if text not in seen]
        if not missing or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    assert not missing, f"{person.name} never saw {missing}"
    # Forwarded texts come twice, and those deleted since then may have been seen.
    step(f"{person.name} has seen {len(seen)} messages come, {len(expected)} of them are still there")


main()
