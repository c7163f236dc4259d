"""The settings of the network. No torch here: the command line imports this at start-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid.foundation.settings import check_setting, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """Which network is trained."""

    network: Any = setting(
        None,
        "linear or dense; for pictures also lenet, separable, nin, vgg, resnet, resnet18, resnet34, resnet50, densenet "
        "or densenet121 (from nin on also for sounds, series, clips, volumes); for texts textconv or bag; for sounds "
        "waveconv or melconv; for series fcn; for texts, series and sounds rnn, gru or lstm, for texts and series "
        "transformer; for clips and volumes conv3d, for clips framegru or frameconv; with options where wanted, like "
        "'dense(256, 256, dropout=0.1)' or 'resnet(blocks=3)'; "
        "or hf:owner/name, a ResNet or BERT of the Hugging Face hub that has learnt before; "
        "or your own: module:function (in Python a torch.nn.Module does too)",
    )
    """A name with options, the import path of a function `build(spec, outputs)` or of a module, or a torch Module."""

    def __post_init__(self) -> None:
        """Check that the text, if it is one, is not empty.

        Raises:
            RangeError: the text is blank.
        """
        blank = isinstance(self.network, str) and not self.network.strip()
        check_setting("network", self.network, "a name such as dense", not blank)
