"""A number nobody has: sign-up, then an ordinary log-in to the new account.

Telethon refuses to sign up for you, so the three calls are made as they are.
"""

from telethon import functions, types
from world import connected, log_in, newest_code, scenario, step

PHONE = "9996622003"


async def sign_up(client, phone, first_name, last_name):
    """auth.sendCode, auth.signIn, auth.signUp; answers the new user."""
    sent = await client(
        functions.auth.SendCodeRequest(phone, client.api_id, client.api_hash, types.CodeSettings())
    )
    answer = await client(functions.auth.SignInRequest(phone, sent.phone_code_hash, newest_code(phone)))
    assert isinstance(answer, types.auth.AuthorizationSignUpRequired), answer
    answer = await client(functions.auth.SignUpRequest(phone, sent.phone_code_hash, first_name, last_name))
    assert isinstance(answer, types.auth.Authorization), answer
    return answer.user


async def body():
    new = await sign_up(await connected(), PHONE, "Mary", "Somerville")
    assert (new.phone, new.first_name, new.last_name) == (PHONE, "Mary", "Somerville"), new
    step("signed up")

    again = await log_in(PHONE)
    assert (await again.get_me()).id == new.id
    step("logged in to the new account")


if __name__ == "__main__":
    scenario(body)
