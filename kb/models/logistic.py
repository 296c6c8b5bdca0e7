"""A trained scorer: a logistic model over named features, read from JSON, and what each feature contributes. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kb.errors import ConfigError
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights over features that were centred and scaled; ``threshold`` is the probability from which it says yes."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> Logistic:
        """The model of a JSON object.

        :raises ConfigError: a key is missing, or the lists are not of one length.
        """
        try:
            model = cls(
                tuple(map(str, table["names"])),
                tuple(map(float, table["means"])),
                tuple(map(float, table["scales"])),
                tuple(map(float, table["weights"])),
                float(table["bias"]),
                float(table["threshold"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(notice("scorer unreadable", why=repr(error))) from error
        if len({len(model.names), len(model.means), len(model.scales), len(model.weights)}) != 1:
            raise ConfigError(notice("scorer lengths"))
        return model

    def written(self) -> dict[str, Any]:
        """The JSON object :meth:`read` takes; numbers to six digits."""
        return {
            "names": list(self.names),
            "means": [float(f"{x:.6g}") for x in self.means],
            "scales": [float(f"{x:.6g}") for x in self.scales],
            "weights": [float(f"{x:.6g}") for x in self.weights],
            "bias": float(f"{self.bias:.6g}"),
            "threshold": float(f"{self.threshold:.6g}"),
        }

    def parts(self, features: Mapping[str, float]) -> dict[str, float]:
        """The contribution of each feature to the log odds, the strongest first; 0 is a feature at its average."""
        rows = zip(self.names, self.means, self.scales, self.weights, strict=True)
        added = {name: weight * (features[name] - mean) / scale for name, mean, scale, weight in rows}
        return dict(sorted(added.items(), key=lambda item: (-abs(item[1]), item[0])))

    def probability(self, features: Mapping[str, float]) -> float:
        """0 to 1.

        :raises KeyError: a feature the model was trained with is missing.
        """
        odds = self.bias + sum(self.parts(features).values())
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))
