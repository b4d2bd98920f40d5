"""A file lives on the DC it was uploaded to: Ada, who lives on DC 2, downloads from DC 4 what Eve sent her there."""

import hashlib
import os

from telethon import errors, functions, types
from telethon.crypto import rsa
from world import add_user, connected, mint_session, ready, scenario, step

ADA, EVE = "9996622101", "9996622102"
CONTENT = os.urandom(700_000)


async def body():
    ada_user = add_user(phone=ADA, first_name="Ada", dc_id=2)
    add_user(phone=EVE, first_name="Eve", dc_id=4)

    eve = await connected(mint_session(EVE))
    contact = types.InputPhoneContact(client_id=1, phone=ADA, first_name="Ada", last_name="")
    await eve(functions.contacts.ImportContactsRequest([contact]))
    sent = await eve.send_file(ada_user["id"], CONTENT, force_document=True)
    assert sent.document.dc_id == 4, sent.document
    step("Eve sent a document from DC 4")

    # A minted session needs no key of the server's, and a new DC does.
    rsa.add_key(ready()["rsa_pem"], old=False)
    ada = await connected(mint_session(ADA))
    [dialog] = await ada.get_dialogs()
    document = dialog.message.document
    assert document.dc_id == 4, document
    location = types.InputDocumentFileLocation(document.id, document.access_hash, document.file_reference, "")
    call = functions.upload.GetFileRequest(location, offset=0, limit=4096)
    try:
        raise AssertionError(await ada(call))
    except errors.FileMigrateError as error:
        assert (error.code, error.new_dc) == (303, 4), error
    step("DC 2 sends Ada to DC 4")

    got = await ada.download_media(dialog.message, bytes)
    assert hashlib.sha256(got).digest() == hashlib.sha256(CONTENT).digest()
    step("Telethon carried its authorization to DC 4 and downloaded there")


scenario(body)
