"""Two people find, name, see and block each other, with what Telethon has for it."""

import asyncio

from telethon import events, functions, types, utils

from world import add_user, advance_clock, connected, control, mint_session, raises, read_whole, scenario, step

ADA, BOB = "9996622151", "9996622152"


async def told(queue, fits):
    """The next update that fits, out of those a client was sent."""

    async def search():
        while True:
            update = await queue.get()
            if fits(update):
                return update

    return await asyncio.wait_for(search(), 10)


async def logged_in(phone):
    client = await connected(mint_session(phone))
    updates = asyncio.Queue()
    client.add_event_handler(updates.put, events.Raw())
    await client(read_whole(functions.account.UpdateStatusRequest(offline=False)))
    return client, updates


async def names(ada, bob):
    call = functions.account.UpdateUsernameRequest("Ada_Lovelace")
    assert (await ada(read_whole(call))).username == "Ada_Lovelace"
    found = await bob.get_entity("ada_lovelace")
    assert found.id == (await ada.get_me()).id and found.username == "Ada_Lovelace" and not found.contact
    assert (await bob.get_entity("https://t.me/Ada_Lovelace")).id == found.id
    await raises(400, "USERNAME_NOT_OCCUPIED", bob(functions.contacts.ResolveUsernameRequest("nobody_here")))
    await raises(400, "USERNAME_OCCUPIED", bob(functions.account.UpdateUsernameRequest("ADA_LOVELACE")))
    await raises(400, "USERNAME_INVALID", bob(functions.account.CheckUsernameRequest("1234567")))
    await raises(400, "USERNAME_NOT_MODIFIED", ada(functions.account.UpdateUsernameRequest("Ada_Lovelace")))
    bobs = control("GET", "/v1/users")["items"]
    assert [user["username"] for user in bobs if user["phone"] == BOB] == ["bob_builder"]
    result = await ada(read_whole(functions.contacts.SearchRequest(q="bob_b", limit=10)))
    assert [user.username for user in result.users] == ["bob_builder"] and len(result.results) == 1
    step("usernames: taken, found, refused, searched")
    return found


async def contacts(ada, bob, adas_news):
    contact = types.InputPhoneContact(client_id=7, phone=f"+{ADA}", first_name="Countess", last_name="")
    stranger = types.InputPhoneContact(client_id=8, phone="+9996622199", first_name="Nobody", last_name="")
    imported = await bob(read_whole(functions.contacts.ImportContactsRequest([contact, stranger])))
    assert [it.client_id for it in imported.imported] == [7] and imported.users[0].first_name == "Countess"
    book = await bob(read_whole(functions.contacts.GetContactsRequest(hash=0)))
    assert len(book.contacts) == 1 and book.saved_count == 1
    found = await bob.get_entity(f"+{ADA}")
    assert found.first_name == "Countess" and found.phone == ADA and found.contact and not found.mutual_contact
    call = functions.contacts.AddContactRequest(
        await ada.get_input_entity("bob_builder"), first_name="Bob", last_name="", phone=""
    )
    await ada(read_whole(call))
    assert (await bob.get_entity(found)).mutual_contact
    change = functions.account.UpdateProfileRequest(first_name="Augusta", about="Poetical science")
    assert (await ada(read_whole(change))).first_name == "Augusta"
    full = await bob(read_whole(functions.users.GetFullUserRequest(found)))
    assert full.full_user.about == "Poetical science" and full.users[0].first_name == "Countess"
    await bob(read_whole(functions.account.UpdateProfileRequest(first_name="Robert")))
    name = await told(adas_news, lambda update: isinstance(update, types.UpdateUserName))
    assert name.first_name == "Bob" and name.usernames[0].username == "bob_builder"
    step("contacts: imported, added, seen by one's own name for them")


async def presence(ada, bob, bobs_news):
    def is_status(kind):
        return lambda update: isinstance(update, types.UpdateUserStatus) and isinstance(update.status, kind)

    await ada(functions.account.UpdateStatusRequest(offline=True))
    await told(bobs_news, is_status(types.UserStatusOffline))
    await ada(functions.account.UpdateStatusRequest(offline=False))
    await told(bobs_news, is_status(types.UserStatusOnline))
    advance_clock(200)
    await bob(functions.account.UpdateStatusRequest(offline=False))
    advance_clock(150)
    await told(bobs_news, is_status(types.UserStatusOffline))
    [status] = await bob(read_whole(functions.contacts.GetStatusesRequest()))
    assert isinstance(status.status, types.UserStatusOffline)
    step("presence: said, and over when its time was")


async def privacy(ada, bob):
    key = types.InputPrivacyKeyStatusTimestamp()
    rules = [types.InputPrivacyValueDisallowAll()]
    kept = await ada(read_whole(functions.account.SetPrivacyRequest(key, rules)))
    assert isinstance(kept.rules[0], types.PrivacyValueDisallowAll)
    assert isinstance((await bob.get_entity("ada_lovelace")).status, types.UserStatusRecently)
    friend = utils.get_input_user(await ada.get_input_entity("bob_builder"))
    rules.append(types.InputPrivacyValueAllowUsers([friend]))
    await ada(read_whole(functions.account.SetPrivacyRequest(key, rules)))
    kept = await ada(read_whole(functions.account.GetPrivacyRequest(key)))
    assert isinstance(kept.rules[0], types.PrivacyValueAllowUsers) and kept.users[0].first_name == "Bob"
    assert isinstance((await bob.get_entity("ada_lovelace")).status, types.UserStatusOffline)
    await raises(400, "PRIVACY_VALUE_INVALID", ada(functions.account.SetPrivacyRequest(key, [])))
    by_phone = types.InputPrivacyKeyAddedByPhone()
    await ada(functions.account.SetPrivacyRequest(by_phone, [types.InputPrivacyValueDisallowAll()]))
    await raises(400, "PHONE_NOT_OCCUPIED", bob(functions.contacts.ResolvePhoneRequest(ADA)))
    found = await ada(read_whole(functions.contacts.ResolvePhoneRequest(BOB)))
    assert found.users[0].username == "bob_builder"
    step("privacy: hidden, with an exception")


async def blocking(ada, bob):
    await bob(read_whole(functions.contacts.BlockRequest(await bob.get_input_entity("ada_lovelace"))))
    # 403 on the wire; Telethon's class for it says 400, whatever came.
    await raises(400, "USER_IS_BLOCKED", ada.send_message("bob_builder", "Hello?"))
    await raises(400, "YOU_BLOCKED_USER", bob.send_message("ada_lovelace", "Hello?"))
    blocked = await bob(read_whole(functions.contacts.GetBlockedRequest(offset=0, limit=10)))
    assert [user.username for user in blocked.users] == ["Ada_Lovelace"]
    await bob(read_whole(functions.contacts.UnblockRequest(await bob.get_input_entity("ada_lovelace"))))
    await ada.send_message("bob_builder", "Hello again")
    await bob(read_whole(functions.contacts.DeleteContactsRequest(["ada_lovelace"])))
    assert (await bob.get_entity("ada_lovelace")).first_name == "Augusta"
    await bob(read_whole(functions.contacts.DeleteByPhonesRequest(["9996622199"])))
    step("blocking: neither writes until it is over")


async def main():
    add_user(phone=ADA, first_name="Ada")
    add_user(phone=BOB, first_name="Bob the Builder", username="bob_builder")
    ada, adas_news = await logged_in(ADA)
    bob, bobs_news = await logged_in(BOB)
    await names(ada, bob)
    await contacts(ada, bob, adas_news)
    await presence(ada, bob, bobs_news)
    await privacy(ada, bob)
    await blocking(ada, bob)


scenario(main)
