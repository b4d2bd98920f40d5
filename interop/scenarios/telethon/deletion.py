"""The people of the deletion story, and what both of its endings begin with.

The owner has a 2FA password and a session. The requester has the owner's phone, so the code, but
not the password: such a one can only ask for the account to be deleted in seven days.
"""

import re
from urllib.parse import parse_qs, urlsplit

from telethon import functions, types
from world import DAY, add_user, advance_clock, connected, log_in, newest_code, raises, step

WAIT = 7 * DAY
SERVICE_NOTIFICATIONS = 777000
PASSWORD = "correct horse battery staple"


async def owner_with_an_old_password(phone):
    """The owner, logged in and active, with a password that is older than the seven days of the rule."""
    add_user(phone=phone, first_name="Owner", password=PASSWORD)
    advance_clock(8 * DAY)
    owner = await log_in(phone, PASSWORD)
    assert (await owner.get_me()).phone == phone
    step("the owner is logged in")
    return owner


async def requester_at(phone):
    """A second client that gets as far as the password and no further."""
    requester = await connected()
    sent = await requester(
        functions.auth.SendCodeRequest(phone, requester.api_id, requester.api_hash, types.CodeSettings())
    )
    sign_in = functions.auth.SignInRequest(phone, sent.phone_code_hash, newest_code(phone))
    await raises(401, "SESSION_PASSWORD_NEEDED", requester(sign_in))
    step("a requester knows the code, not the password")
    return requester


def ask_for_deletion(requester):
    return requester(functions.account.DeleteAccountRequest("Forgot password"))


async def deletion_is_delayed(requester):
    """deleteAccount answers with the whole wait at first, and with what is left of it afterwards."""
    await raises(420, f"2FA_CONFIRM_WAIT_{WAIT}", ask_for_deletion(requester))
    advance_clock(100)
    left = (await raises(420, r"2FA_CONFIRM_WAIT_\d+", ask_for_deletion(requester))).seconds
    assert WAIT - 200 < left <= WAIT - 100, f"{left} s left, 100 s after {WAIT} s"
    step(f"the deletion is delayed by {WAIT} s")


def link_in(text):
    """Phone and hash of the confirmation link in a message, held to what clients can read."""
    link = re.search(r"(?:https?://|tg:(?://)?)\S*confirmphone/?\?\S+", text)
    assert link, f"no confirmation link in: {text}"
    query = parse_qs(urlsplit(link[0]).query)
    (phone,), (hash,) = query["phone"], query["hash"]
    assert re.fullmatch(r"\d{1,32}", phone), phone
    assert re.fullmatch(r"[0-9a-fA-F]{1,32}", hash), hash
    return phone, hash
