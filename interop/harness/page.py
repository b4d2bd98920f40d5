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


def page_file() -> Path:
    """The page, in HELIOGRAM_SEED or in ../shared/seed beside the repository; it may be absent."""
    folder = os.environ.get("HELIOGRAM_SEED") or REPOSITORY.parent / "shared" / "seed"
    return Path(folder) / NAME


def write_fixtures(page: Path, file: Path) -> None:
    """A fixture file with one user who has a pending deletion under the page's own hash."""
    hashes = set(re.findall(r'\bhash: "(\w+)"', page.read_text()))
    if len(hashes) != 1:
        raise ValueError(f"{page}: expected one link hash in the code blocks, found {len(hashes)}")
    file.write_text(
        "[[users]]\n"
        f'phone = "{FIXTURE_PHONE}"\n'
        'first_name = "Page"\n'
        f'password = "{FIXTURE_PASSWORD}"\n'
        f'pending_deletion_hash = "{hashes.pop()}"\n'
    )
