"""Repositories of the Hugging Face hub by name, `hf:owner/name`: their files, of one revision that is recorded."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pellucid.foundation.cache import DATA_VARIABLE, users_folder
from pellucid.foundation.errors import DataError
from pellucid.foundation.extras import need

Kind = Literal["dataset", "model"]

MARK: Final = "hf:"
FORM: Final = re.compile(r"hf:(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(@(?P<revision>[\w.-]+))?(/(?P<path>.+))?")
SIGN_IN: Final = "open its page, accept its terms, and sign in with `hf auth login`"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubName:
    """A repository of the hub, or a file or folder in one."""

    repository: str
    """owner/name."""
    revision: str = ""
    """A branch, tag or commit; "" for the current one."""
    path: str = ""
    """Of a file or folder in it."""

    @classmethod
    def parse(cls, text: str) -> HubName:
        """Parse `hf:owner/name`, with @REVISION and /PATH behind it where they are wanted.

        Raises:
            DataError: the text has another form.

        Example:
            >>> HubName.parse("hf:ada/poems@v2/data/train.csv")
            HubName(repository='ada/poems', revision='v2', path='data/train.csv')
        """
        found = FORM.fullmatch(text)
        if found is None:
            raise DataError(
                f"pellucid expected a name of the hub such as hf:owner/name, got {text!r}: "
                "write owner and name, then @REVISION and /PATH where you want them"
            )
        repository = f"{found['owner']}/{found['name']}"
        return cls(repository=repository, revision=found["revision"] or "", path=found["path"] or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The files of a repository, in a folder."""

    folder: Path
    revision: str
    """The commit; "" where the files are in the user's own folder."""


def is_hub_name(source: object) -> bool:
    """Say whether a source is a name of the hub.

    Example:
        >>> is_hub_name("hf:ada/poems"), is_hub_name("poems.csv")
        (True, False)
    """
    return isinstance(source, str) and source.startswith(MARK)


def snapshot(name: HubName, kind: Kind, wanted: tuple[str, ...]) -> Snapshot:
    """Return the files of a repository: those in the user's own folder, or fetched into the hub's own cache.

    Args:
        name: of the repository.
        kind: what it holds.
        wanted: patterns of the files that are fetched, such as `*.csv`.

    Raises:
        MissingExtraError: the library huggingface_hub is not installed.
        DataError: there is no such repository or revision, it is not open to everyone, or the hub cannot be reached.
    """
    root = users_folder()
    if root is not None and (root / name.repository).is_dir():
        return Snapshot(folder=root / name.repository, revision="")
    hub = need("huggingface_hub", extra="hub", what="data and networks of the hub")
    errors = importlib.import_module("huggingface_hub.errors")
    if not sys.stderr.isatty():
        importlib.import_module("huggingface_hub.utils").disable_progress_bars()
    expected = f"pellucid expected the {kind} {name.repository} on the hub"
    try:
        folder = hub.snapshot_download(
            name.repository,
            repo_type=kind,
            revision=name.revision or None,
            allow_patterns=list(wanted),
            endpoint=os.environ.get("HF_ENDPOINT"),
        )
    except errors.GatedRepoError:
        raise DataError(f"{expected}, got one that is not open to everyone: {SIGN_IN}") from None
    except errors.RevisionNotFoundError:
        raise DataError(
            f"{expected} in revision {name.revision}, got none: name a branch, tag or commit of it"
        ) from None
    except errors.RepositoryNotFoundError:
        raise DataError(f"{expected}, got none: check owner and name; if it is private, {SIGN_IN}") from None
    except (errors.LocalEntryNotFoundError, errors.HfHubHTTPError, OSError, ValueError) as error:
        reason = str(error).partition("\n")[0].removeprefix("Got: ")
        raise DataError(
            f"{expected}, got no answer ({reason}): try again when it can be reached, or put its files into "
            f"the folder {name.repository} of the folder that the environment variable {DATA_VARIABLE} names"
        ) from None
    return Snapshot(folder=Path(folder), revision=Path(folder).name)


def at_hand(name: HubName, kind: Kind, wanted: tuple[str, ...]) -> Path | None:
    """Return the folder of files that `snapshot` brought here before, or None; nothing is fetched."""
    root = users_folder()
    if root is not None and (root / name.repository).is_dir():
        return root / name.repository
    if importlib.util.find_spec("huggingface_hub") is None:
        return None
    hub = importlib.import_module("huggingface_hub")
    missing = importlib.import_module("huggingface_hub.errors").LocalEntryNotFoundError
    try:
        folder = hub.snapshot_download(
            name.repository,
            repo_type=kind,
            revision=name.revision or None,
            allow_patterns=list(wanted),
            local_files_only=True,
        )
    except missing:
        return None
    return Path(folder)
