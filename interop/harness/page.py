"""The reference page: where it is, and the link hash in its code blocks.

The hash is an example of the page's authors and stands in no file of ours: it is read when the
scenarios run, and written only into the temporary fixture file of the server they run against.
"""

import os
import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = "account.SendConfirmPhoneCode.md"

# The user whose deletion the fixture puts under way; any number would do.
FIXTURE_PHONE = "9996620100"
FIXTURE_PASSWORD = "correct horse battery staple"
# The link hash of scenarios that need a deletion under way and not the page.
OWN_HASH = "2f3a0c6be1d94b7788a5e6c1d2f30b49"


def page_file() -> Path:
    """The page, in HELIOGRAM_SEED or in ../shared/seed beside the repository; it may be absent."""
    folder = os.environ.get("HELIOGRAM_SEED") or REPOSITORY.parent / "shared" / "seed"
    return Path(folder) / NAME


def page_hash(page: Path) -> str:
    """The link hash in the page's code blocks."""
    hashes = set(re.findall(r'\bhash: "(\w+)"', page.read_text()))
    if len(hashes) != 1:
        raise ValueError(f"{page}: expected one link hash in the code blocks, found {len(hashes)}")
    return hashes.pop()


def write_fixtures(hash: str, file: Path) -> None:
    """A fixture file with one user who has a pending deletion under this hash."""
    file.write_text(
        "[[users]]\n"
        f'phone = "{FIXTURE_PHONE}"\n'
        'first_name = "Page"\n'
        f'password = "{FIXTURE_PASSWORD}"\n'
        f'pending_deletion_hash = "{hash}"\n'
    )
