"""The path diagram: places, routes, labels, for models of many shapes."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.report.path_diagram import (
    SceneEdge,
    broken_name,
    draw,
    draw_placed,
    fitted_scene,
    graph_of,
    place,
)
from analysis.report.path_routing import overlaps

MS = """G1 =~ C1 + C2 + C3
G2 =~ C4 + C5 + C6
G3 =~ C7 + C8 + C9
CI =~ I1 + I2 + I3
NQ =~ N1 + N2 + N3
CI ~ G1 + G2 + G3
NQ ~ CI + G1 + G2 + G3
G1 ~~ G2 + G3
G2 ~~ G3"""
SECOND_ORDER = MS.replace("CI ~ G1 + G2 + G3", "CON =~ G1 + G2 + G3\nCI ~ CON")
SECOND_ORDER = SECOND_ORDER.split("NQ ~")[0] + "NQ ~ CI + CON"
FEEDBACK = MS + "\nCI ~ NQ"


def factors(count: int, items: int) -> str:
    """Return the measurement lines of ``count`` factors with ``items`` indicators each."""
    return "\n".join(
        f"F{i} =~ " + " + ".join(f"x{i}{j}" for j in range(items)) for i in range(count)
    )


EIGHT = factors(8, 6)
EIGHT_CFA = EIGHT + "".join(f"\nF{i} ~~ F{j}" for i in range(8) for j in range(i))
EIGHT_PATHS = (
    EIGHT
    + """
F3 ~ F0 + F1
F4 ~ F0 + F1 + F2
F5 ~ F1 + F2
F6 ~ F3 + F4 + F0
F7 ~ F4 + F5 + F6 + F2
F0 ~~ F1 + F2
F1 ~~ F2"""
)


def parameters(model: str, p: float = 0.0004) -> pd.DataFrame:
    """Return the parameter table a fitted ``model`` would have, with made-up estimates."""
    rows = []
    for line in model.splitlines():
        op = next(op for op in ("=~", "~~", "~") if f" {op} " in line)
        lhs, right = line.split(f" {op} ")
        rows += [(lhs, op, rhs, 0.5 if op != "~" else -0.31, p) for rhs in right.split(" + ")]
    return pd.DataFrame(rows, columns=["lhs", "op", "rhs", "std_all", "p"])


def graph(model: str, p: float = 0.0004):
    table = parameters(model, p)
    latents = tuple(dict.fromkeys(table.loc[table["op"] == "=~", "lhs"]))
    return graph_of(table, latents=latents, r2={"CI": 0.412, "NQ": 0.5})


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize(
    "model", [MS, SECOND_ORDER, FEEDBACK, EIGHT_CFA, EIGHT_PATHS], ids=lambda m: m[-22:]
)
def test_that_no_two_things_overlap(model, direction):
    assert overlaps(draw_placed(graph(model), direction=direction)) == 0


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_that_forward_models_of_up_to_five_factors_overlap_nowhere(data):
    count = data.draw(st.integers(2, 5))
    items = data.draw(st.integers(2, 6))
    pairs = [(i, j) for i in range(count) for j in range(i)]
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6))
    lines = [f"F{i} ~ F{j}" for i, j in chosen]
    scene = draw_placed(graph("\n".join([factors(count, items), *lines])))
    assert overlaps(scene) == 0


def test_that_every_node_and_edge_of_the_model_is_drawn_once():
    scene = draw_placed(graph(MS))
    assert len(scene.nodes) == 20
    assert len(scene.edges) == 25
    assert len(scene.labels) == 25


def test_that_the_same_model_gives_the_same_scene():
    assert draw_placed(graph(MS)) == draw_placed(graph(MS))


def test_that_insignificant_paths_are_dashed_and_significant_ones_bold():
    bold: SceneEdge = _path(draw_placed(graph(MS, p=0.01)))
    dashed: SceneEdge = _path(draw_placed(graph(MS, p=0.2)))
    assert (bold.is_dashed, bold.line_width) == (False, 1.6)
    assert (dashed.is_dashed, dashed.line_width) == (True, 0.8)


def test_that_a_path_carries_its_estimate_with_stars_and_a_loading_without():
    scene = draw_placed(graph(MS))
    texts = {scene.edges[label.edge].kind: label.text for label in scene.labels}
    assert texts == {"path": "−0.31***", "covariance": "0.50", "loading": "0.50"}


def test_that_a_dragged_node_stays_where_it_was_put_relative_to_the_others():
    model = graph(MS)
    positions = place(model)
    x, y = positions["CI"]
    before, after = draw(model, positions), draw(model, {**positions, "CI": (x + 15, y + 40)})
    assert _offset(after, "NQ", "CI") == pytest.approx(
        (_offset(before, "NQ", "CI")[0] + 15, _offset(before, "NQ", "CI")[1] + 40)
    )


def test_that_positions_may_be_given_for_some_nodes_only():
    scene = draw(graph(MS), {"CI": (400.0, 500.0)})
    assert len(scene.nodes) == 20


def test_that_everything_lies_inside_the_scene():
    scene = draw_placed(graph(EIGHT_PATHS))
    assert all(n.x - n.width / 2 >= 0 and n.x + n.width / 2 <= scene.width for n in scene.nodes)
    assert all(0 <= x <= scene.width for e in scene.edges for x, _ in e.curve[::3])


def test_that_the_fitted_direction_fills_a_page_better():
    scene = fitted_scene(graph(MS), 453, 560)
    assert min(453 / scene.width, 560 / scene.height) > 0.9


def test_that_endogenous_latents_show_their_explained_variance():
    scene = draw_placed(graph(MS))
    assert {n.code: n.detail for n in scene.nodes if n.detail} == {
        "CI": "R² = 0.412",
        "NQ": "R² = 0.500",
    }


def test_that_long_names_are_broken_evenly():
    assert broken_name("科研成果促推人才培养不足") == ("科研成果促推", "人才培养不足")
    assert broken_name("Weak conversion of research") == ("Weak", "conversion", "of research")


def _path(scene):
    return next(edge for edge in scene.edges if edge.kind == "path")


def _offset(scene, first, second):
    places = {node.code: (node.x, node.y) for node in scene.nodes}
    return (places[second][0] - places[first][0], places[second][1] - places[first][1])
