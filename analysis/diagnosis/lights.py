"""Traffic lights: the framework's convention, not a published norm."""

from __future__ import annotations

from survey.framework import load_framework

URGENCY = {"red": "now", "amber": "plan", "green": "watch", "grey": "unknown"}


def traffic_light(
    severity: float, low: float, high: float, *, n: int, alpha: float, threshold: int
) -> str:
    """Return red, amber, green, or grey when too few answered or the scale is unreliable.

    Red: severity >= 60 and its interval above 50; green: <= 40 and below 50; amber
    otherwise; grey: fewer than ``threshold`` answers or alpha < .6 (``traffic_light`` of
    framework.json). An unknown alpha (one item) does not make a constraint grey.
    """
    rule = load_framework().raw["traffic_light"]
    unreliable = alpha < rule["grey"]["alpha_below"]
    if n < threshold or severity != severity or unreliable:
        return "grey"
    if severity >= rule["red"]["mean_min"] and low > rule["red"]["ci_lower_min"]:
        return "red"
    if severity <= rule["green"]["mean_max"] and high < rule["green"]["ci_upper_max"]:
        return "green"
    return "amber"
