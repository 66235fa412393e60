"""The path diagram as a scene of shapes that knows no screen and no paper.

``graph_of`` reads a fitted model into nodes and edges; ``place`` gives every node a place;
``draw`` routes the edges and finds room for the labels. Both painters (PDF in this room,
Qt in ui/) paint the same :class:`Scene`, so the picture in the report is the one on
screen::

    graph = graph_of(sem.parameters, latents=sem.latents, r2=sem.r2, names=names)
    positions = place(graph)            # or the positions the user dragged nodes to
    scene = draw(graph, positions)

Unit: one point at scale 1; x to the right, y downwards, the scene starts at (0, 0).
Latent variables are ellipses, observed ones rectangles, paths straight or gently curved
arrows, covariances curves with two heads. Paths that are not significant are dashed,
significant ones bold.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from analysis.report.numbers import NumberKind, format_number, is_missing, stars

if TYPE_CHECKING:
    import pandas as pd

Point = tuple[float, float]
NodeKind = Literal["latent", "observed"]
EdgeKind = Literal["loading", "path", "covariance"]
Direction = Literal["right", "down"]

NODE_FONT = 9.0
DETAIL_FONT = 7.5
LABEL_FONT = 8.0
LINE_HEIGHT = 1.25
ARROW_LENGTH = 6.0
ARROW_WIDTH = 4.6
SIGNIFICANCE = 0.05
NAME_BREAK = 7


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A variable of the model: ``lines`` are its name, ``detail`` a small line below (R²)."""

    code: str
    kind: NodeKind
    lines: tuple[str, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """An arrow from ``source`` to ``target``; a covariance has no direction."""

    source: str
    target: str
    kind: EdgeKind
    label: str
    is_significant: bool = True


@dataclass(frozen=True, slots=True)
class PathGraph:
    """What is to be drawn, without places."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]

    def node(self, code: str) -> GraphNode:
        """Return the node called ``code``; KeyError if there is none."""
        for node in self.nodes:
            if node.code == code:
                return node
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class SceneNode:
    """A node in its place: centre and size."""

    code: str
    kind: NodeKind
    lines: tuple[str, ...]
    detail: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SceneEdge:
    """An edge as one cubic Bézier curve, clipped at both nodes.

    ``heads`` are the filled triangles at its ends; the line itself ends at their base.
    """

    source: str
    target: str
    kind: EdgeKind
    curve: tuple[Point, Point, Point, Point]
    heads: tuple[tuple[Point, Point, Point], ...]
    is_significant: bool

    @property
    def line_width(self) -> float:
        """Bold for significant structural paths."""
        if self.kind == "path":
            return 1.6 if self.is_significant else 0.8
        return 0.7

    @property
    def is_dashed(self) -> bool:
        """Dashed when not significant."""
        return not self.is_significant


@dataclass(frozen=True, slots=True)
class SceneLabel:
    """A text on an edge: centre and size; painted on a white ground."""

    text: str
    x: float
    y: float
    width: float
    height: float
    is_bold: bool
    edge: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a painter needs, in painting order: edges, labels, nodes."""

    width: float
    height: float
    edges: tuple[SceneEdge, ...]
    labels: tuple[SceneLabel, ...]
    nodes: tuple[SceneNode, ...]
    positions: Mapping[str, Point] = field(default_factory=lambda: MappingProxyType({}))
    """Where each node was asked to be (before the scene was moved to start at 0)."""


def text_width(text: str, size: float) -> float:
    """Return about how wide ``text`` is: full-width characters one em, others 0.58 em."""
    wide = sum(unicodedata.east_asian_width(sign) in "WFA" for sign in text)
    return size * (wide + 0.58 * (len(text) - wide))


def node_size(node: GraphNode) -> tuple[float, float]:
    """Return width and height of the shape that holds the node's text."""
    text = max((text_width(line, NODE_FONT) for line in node.lines), default=0.0)
    height = NODE_FONT * LINE_HEIGHT * len(node.lines)
    if node.detail:
        text = max(text, text_width(node.detail, DETAIL_FONT))
        height += DETAIL_FONT * LINE_HEIGHT
    if node.kind == "latent":
        return max(74.0, 1.2 * text + 20), max(38.0, 1.25 * height + 10)
    return max(34.0, text + 12), max(19.0, height + 8)


def broken_name(name: str, limit: int = NAME_BREAK) -> tuple[str, ...]:
    """Return ``name`` in lines of even length, each of at most ``limit`` full-width signs.

    A name with spaces is broken at its spaces.
    """
    if text_width(name, 1.0) <= limit + 0.5:
        return (name,)
    if " " in name:
        return _broken_at_spaces(name, limit)
    count = math.ceil(text_width(name, 1.0) / limit)
    length = math.ceil(len(name) / count)
    return tuple(name[i : i + length] for i in range(0, len(name), length))


def _broken_at_spaces(name: str, limit: int) -> tuple[str, ...]:
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, 1.0) > limit:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def graph_of(
    parameters: pd.DataFrame,
    *,
    latents: tuple[str, ...],
    r2: Mapping[str, float] | pd.Series[float] | None = None,
    names: Mapping[str, str] | None = None,
    column: str = "std_all",
) -> PathGraph:
    """Read a fitted model into the graph to be drawn.

    Args:
        parameters: rows ``lhs op rhs`` with the estimate in ``column`` and ``p``; variances,
            intercepts, thresholds and defined parameters are left out.
        latents: which variables are latent.
        r2: share of variance explained, printed inside endogenous latent variables.
        names: what to write in a node instead of its code.
        column: which estimate labels the edges (``std_all``, ``est``).
    """
    edges = tuple(
        edge for row in parameters.to_dict("records") if (edge := _edge_of(row, column)) is not None
    )
    codes = dict.fromkeys(latents)
    codes.update(dict.fromkeys(code for edge in edges for code in (edge.source, edge.target)))
    explained = {} if r2 is None else dict(r2.items())
    driven = {edge.target for edge in edges if edge.kind == "path"}
    nodes = tuple(
        GraphNode(
            code,
            "latent" if code in latents else "observed",
            broken_name((names or {}).get(code, code)),
            _r2_text(explained.get(code)) if code in driven else "",
        )
        for code in codes
    )
    return PathGraph(nodes, edges)


def _r2_text(value: float | None) -> str:
    return "" if is_missing(value) else f"R² = {format_number(value)}"


def _edge_of(row: Mapping[Hashable, Any], column: str) -> GraphEdge | None:
    lhs, op, rhs = str(row["lhs"]), str(row["op"]), str(row["rhs"])
    estimate, p = row.get(column), row.get("p")
    number = format_number(estimate, NumberKind.BRIEF)
    if op == "=~":
        return GraphEdge(lhs, rhs, "loading", number)
    if op == "~" and rhs not in ("1", ""):
        return GraphEdge(rhs, lhs, "path", number + stars(p), _is_significant(p))
    if op == "~~" and lhs != rhs:
        return GraphEdge(lhs, rhs, "covariance", number, _is_significant(p))
    return None


def _is_significant(p: object) -> bool:
    return is_missing(p) or float(str(p)) < SIGNIFICANCE


def curve_point(curve: tuple[Point, Point, Point, Point], t: float) -> Point:
    """Return the point of a cubic Bézier curve at ``t`` in 0..1."""
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve
    return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def place(
    graph: PathGraph, *, direction: Direction = "right", spread: float = 1.0
) -> dict[str, Point]:
    """Return a centre for every node: layers in ``direction``, indicators fanned out.

    ``spread`` stretches the gaps; ``draw_placed`` raises it until nothing overlaps.
    """
    from analysis.report.path_layout import layered_positions

    return layered_positions(graph, direction=direction, spread=spread)


def draw(graph: PathGraph, positions: Mapping[str, Point]) -> Scene:
    """Return the scene for nodes at ``positions``; nodes without one are placed by rule."""
    from analysis.report.path_routing import routed_scene

    is_partial = any(node.code not in positions for node in graph.nodes)
    return routed_scene(graph, {**(place(graph) if is_partial else {}), **positions})


def draw_placed(graph: PathGraph, *, direction: Direction = "right") -> Scene:
    """Return the scene placed by rule, with gaps widened until no two things overlap."""
    from analysis.report.path_routing import overlaps

    tried: list[tuple[int, int, Scene]] = []
    for spread in (1.0, 1.12, 1.25, 1.4, 1.6, 1.85):
        scene = draw(graph, place(graph, direction=direction, spread=spread))
        tried.append((overlaps(scene), len(tried), scene))
        if tried[-1][0] == 0:
            break
    return min(tried, key=lambda item: item[:2])[2]


def fitted_scene(graph: PathGraph, width: float, height: float) -> Scene:
    """Return the scene in the direction that fills a ``width`` x ``height`` frame better."""
    scenes = [draw_placed(graph, direction=direction) for direction in ("right", "down")]
    return max(scenes, key=lambda scene: min(width / scene.width, height / scene.height, 1.0))
