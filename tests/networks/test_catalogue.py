"""The catalogue of families."""

from __future__ import annotations

import dataclasses

from pellucid.foundation.settings import HELP
from pellucid.networks.catalogue import DEFAULTS, NETWORKS


def test_names_are_unique_and_the_defaults_fit_their_kind() -> None:
    by_name = {family.name: family for family in NETWORKS}
    assert len(by_name) == len(NETWORKS)
    assert all(kind in by_name[name].kinds for kind, name in DEFAULTS.items())


def test_every_option_says_what_it_means_and_has_a_default() -> None:
    for family in NETWORKS:
        options = dataclasses.fields(family.configuration)
        assert all(option.metadata[HELP] for option in options)
        assert family.positional in ("", *(option.name for option in options))
        family.configuration()
