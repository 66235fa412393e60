"""Traffic lights by the framework's convention."""

import pytest

from analysis.diagnosis.lights import traffic_light


@pytest.mark.parametrize(
    ("severity", "low", "high", "light"),
    [
        (65.0, 58.0, 72.0, "red"),
        (60.0, 50.1, 70.0, "red"),
        (60.0, 50.0, 70.0, "amber"),
        (59.9, 55.0, 64.0, "amber"),
        (40.0, 31.0, 49.9, "green"),
        (40.0, 31.0, 50.0, "amber"),
        (50.0, 45.0, 55.0, "amber"),
    ],
)
def test_that_the_light_needs_mean_and_interval(
    severity: float, low: float, high: float, light: str
) -> None:
    assert traffic_light(severity, low, high, n=100, alpha=0.8, threshold=10) == light


def test_that_few_answers_or_an_unreliable_scale_are_grey() -> None:
    assert traffic_light(80, 75, 85, n=9, alpha=0.8, threshold=10) == "grey"
    assert traffic_light(80, 75, 85, n=90, alpha=0.59, threshold=10) == "grey"
    assert traffic_light(float("nan"), 75, 85, n=90, alpha=0.8, threshold=10) == "grey"


def test_that_one_item_without_alpha_keeps_its_colour() -> None:
    assert traffic_light(80, 75, 85, n=90, alpha=float("nan"), threshold=10) == "red"
