"""How the edges of a path diagram run, and where their labels find room.

An edge is straight unless it would pass through a node; then it bends just enough. A label
sits on its edge at the first place, from the middle outwards, where it touches neither a
node nor another label nor another edge.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from analysis.report.path_diagram import (
    ARROW_LENGTH,
    ARROW_WIDTH,
    LABEL_FONT,
    GraphEdge,
    PathGraph,
    Point,
    Scene,
    SceneEdge,
    SceneLabel,
    SceneNode,
    curve_point,
    node_size,
    text_width,
)

Floats = NDArray[np.float64]
Curve = tuple[Point, Point, Point, Point]
SAMPLES = 49
MARGIN = 8.0
CLEARANCE = 3.0
TWIN_BENDS = (0.16, 0.28, 0.4, 0.55)
DEEP_BENDS = (0.25, -0.25, 0.4, -0.4, 0.6, -0.6, 0.9, -0.9)
BENDS = (0.0, 0.08, -0.08, 0.16, -0.16, 0.26, -0.26, 0.38, -0.38, 0.55, -0.55)
PLACES = tuple(t for k in range(17) for t in ((0.5 + 0.025 * k, 0.5 - 0.025 * k) if k else (0.5,)))


def routed_scene(graph: PathGraph, positions: Mapping[str, Point]) -> Scene:
    """Return the scene of ``graph`` with nodes at ``positions``, moved to start at (0, 0)."""
    nodes = _scene_nodes(graph, positions)
    edges = tuple(_route(edge, nodes, graph) for edge in graph.edges)
    labels = _place_labels(graph, edges, tuple(nodes.values()))
    return _moved(Scene(0, 0, edges, labels, tuple(nodes.values()), dict(positions)))


def _scene_nodes(graph: PathGraph, positions: Mapping[str, Point]) -> dict[str, SceneNode]:
    found = {}
    for node in graph.nodes:
        x, y = positions[node.code]
        width, height = node_size(node)
        found[node.code] = SceneNode(
            node.code, node.kind, node.lines, node.detail, x, y, width, height
        )
    return found


def _route(edge: GraphEdge, nodes: Mapping[str, SceneNode], graph: PathGraph) -> SceneEdge:
    source, target = nodes[edge.source], nodes[edge.target]
    others = [n for n in nodes.values() if n.code not in (edge.source, edge.target)]
    boxes = _boxes(others, CLEARANCE)
    candidates = _candidates(edge, source, target, graph)
    best: tuple[int, Curve] | None = None
    for curve in candidates:
        hits = _points_inside(_samples(curve), boxes)
        if best is None or hits < best[0]:
            best = (hits, curve)
        if hits == 0:
            break
    assert best is not None
    return _with_heads(edge, best[1])


def _candidates(
    edge: GraphEdge, source: SceneNode, target: SceneNode, graph: PathGraph
) -> Iterator[Curve]:
    if edge.kind != "covariance":
        is_mutual = any(
            (e.source, e.target, e.kind) == (edge.target, edge.source, edge.kind)
            for e in graph.edges
        )
        return _bows(source, target, TWIN_BENDS if is_mutual else BENDS)
    side = -1.0 if any(e.kind == "path" for e in graph.edges) else 1.0
    if abs(source.x - target.x) < 4:
        return _arcs(source, target, 0, side)
    if abs(source.y - target.y) < 4:
        return _arcs(source, target, 1, side)
    return _bows(source, target, DEEP_BENDS)


def _bows(source: SceneNode, target: SceneNode, bends: tuple[float, ...]) -> Iterator[Curve]:
    """Yield curves from centre to centre that bend more and more to either side."""
    (x0, y0), (x1, y1) = (source.x, source.y), (target.x, target.y)
    dx, dy = x1 - x0, y1 - y0
    for bend in bends:
        near = (x0 + dx / 3 - bend * dy, y0 + dy / 3 + bend * dx)
        far = (x0 + 2 * dx / 3 - bend * dy, y0 + 2 * dy / 3 + bend * dx)
        yield _clipped(((x0, y0), near, far, (x1, y1)), source, target)


def _arcs(source: SceneNode, target: SceneNode, axis: int, side: float) -> Iterator[Curve]:
    """Yield arcs beside a column (axis 0) or a row (axis 1) of nodes, ``side`` first."""
    sizes = (max(source.width, target.width), max(source.height, target.height))
    start, end = (source.x, source.y), (target.x, target.y)
    along = end[1 - axis] - start[1 - axis]
    depth = 0.33 * abs(along) + (6.0 if side < 0 else sizes[axis] / 2)
    for sign in (side, -side):
        for factor in (1.2, 1.5, 1.0, 2.0):
            away = start[axis] + sign * depth * factor
            ends = (start[1 - axis] + 0.12 * along, end[1 - axis] - 0.12 * along)
            near, far = ((away, e) if axis == 0 else (e, away) for e in ends)
            yield _clipped((start, near, far, end), source, target)


def _clipped(curve: Curve, source: SceneNode, target: SceneNode) -> Curve:
    """Cut the curve where it leaves ``source`` and where it meets ``target``."""
    points = _samples(curve, 201)
    outside = np.flatnonzero(~(_is_inside(points, source) | _is_inside(points, target)))
    if len(outside) < 2:
        return curve
    return _part(curve, outside[0] / 200, outside[-1] / 200)


def _part(curve: Curve, start: float, end: float) -> Curve:
    """Return the stretch of a Bézier curve between two parameters (de Casteljau)."""

    def blossom(r: float, s: float, t: float) -> Point:
        points = list(curve)
        for value in (r, s, t):
            points = [
                ((1 - value) * x0 + value * x1, (1 - value) * y0 + value * y1)
                for (x0, y0), (x1, y1) in pairwise(points)
            ]
        return points[0]

    return (
        blossom(start, start, start),
        blossom(start, start, end),
        blossom(start, end, end),
        blossom(end, end, end),
    )


def _is_inside(points: Floats, node: SceneNode) -> NDArray[np.bool_]:
    dx = np.abs(points[:, 0] - node.x) / (node.width / 2)
    dy = np.abs(points[:, 1] - node.y) / (node.height / 2)
    if node.kind == "latent":
        return np.asarray(dx**2 + dy**2 < 1)
    return np.asarray(np.maximum(dx, dy) < 1)


def _with_heads(edge: GraphEdge, curve: Curve) -> SceneEdge:
    heads = [_head(curve[2], curve[3])]
    length = _length(curve)
    end = 1 - 0.8 * ARROW_LENGTH / max(length, 2 * ARROW_LENGTH)
    start = 0.0
    if edge.kind == "covariance":
        heads.append(_head(curve[1], curve[0]))
        start = 1 - end
    return SceneEdge(
        edge.source,
        edge.target,
        edge.kind,
        _part(curve, start, end),
        tuple(heads),
        edge.is_significant,
    )


def _head(before: Point, tip: Point) -> tuple[Point, Point, Point]:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = math.hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    x, y = tip[0] - ARROW_LENGTH * ux, tip[1] - ARROW_LENGTH * uy
    half = ARROW_WIDTH / 2
    return tip, (x - half * uy, y + half * ux), (x + half * uy, y - half * ux)


def _samples(curve: Curve, count: int = SAMPLES) -> Floats:
    t = np.linspace(0.0, 1.0, count)[:, None]
    p = np.asarray(curve, dtype=np.float64)
    return np.asarray(
        (1 - t) ** 3 * p[0] + 3 * t * (1 - t) ** 2 * p[1] + 3 * t**2 * (1 - t) * p[2] + t**3 * p[3]
    )


def _length(curve: Curve) -> float:
    return float(np.linalg.norm(np.diff(_samples(curve), axis=0), axis=1).sum())


def _boxes(nodes: list[SceneNode], clearance: float) -> Floats:
    """Return left, right, top, bottom of each node, one row each."""
    return np.asarray(
        [
            (
                n.x - n.width / 2 - clearance,
                n.x + n.width / 2 + clearance,
                n.y - n.height / 2 - clearance,
                n.y + n.height / 2 + clearance,
            )
            for n in nodes
        ],
        dtype=np.float64,
    ).reshape(-1, 4)


def _points_inside(points: Floats, boxes: Floats) -> int:
    x, y = points[:, 0, None], points[:, 1, None]
    inside = (x > boxes[:, 0]) & (x < boxes[:, 1]) & (y > boxes[:, 2]) & (y < boxes[:, 3])
    return int(inside.sum())


def _label_size(text: str) -> tuple[float, float]:
    return text_width(text, LABEL_FONT) + 3, LABEL_FONT + 2.5


def _place_labels(
    graph: PathGraph, edges: tuple[SceneEdge, ...], nodes: tuple[SceneNode, ...]
) -> tuple[SceneLabel, ...]:
    """Place structural labels first, for they have fewer free spots and matter most."""
    boxes = _boxes(list(nodes), 1.0)
    samples = np.stack([_samples(edge.curve, 97) for edge in edges]) if edges else np.empty(0)
    taken: dict[int, SceneLabel] = {}
    order = {"path": 0, "covariance": 1, "loading": 2}
    for index in sorted(range(len(edges)), key=lambda i: order[edges[i].kind]):
        if not graph.edges[index].label:
            continue
        spots = _spots(index, graph.edges[index], edges[index])
        taken[index] = min(
            spots,
            key=lambda item: (_crowding(item[1], boxes, samples, taken), item[0]),
        )[1]
    return tuple(taken[index] for index in sorted(taken))


def _spots(index: int, edge: GraphEdge, drawn: SceneEdge) -> list[tuple[int, SceneLabel]]:
    """Return where the label may sit: on its edge, or as a second choice just beside it."""
    width, height = _label_size(edge.label)
    is_bold = edge.kind == "path" and edge.is_significant
    found = []
    for side in (0.0, 1.0, -1.0):
        for rank, t in enumerate(PLACES):
            x, y = curve_point(drawn.curve, t)
            (xa, ya), (xb, yb) = (curve_point(drawn.curve, t + step) for step in (-0.02, 0.02))
            length = math.hypot(xb - xa, yb - ya) or 1.0
            nx, ny = (ya - yb) / length, (xb - xa) / length
            off = side * (abs(nx) * width + abs(ny) * height + 2) / 2
            label = SceneLabel(
                edge.label, x + off * nx, y + off * ny, width, height, is_bold, index
            )
            found.append((rank + (40 if side else 0), label))
    return found


def _crowding(
    label: SceneLabel, boxes: Floats, samples: Floats, taken: Mapping[int, SceneLabel]
) -> int:
    """Count what the label would touch: nodes and labels weigh more than other edges."""
    left, right = label.x - label.width / 2, label.x + label.width / 2
    top, bottom = label.y - label.height / 2, label.y + label.height / 2
    nodes = (
        (left < boxes[:, 1]) & (right > boxes[:, 0]) & (top < boxes[:, 3]) & (bottom > boxes[:, 2])
    )
    x, y = samples[..., 0], samples[..., 1]
    crossed = np.asarray(((x > left) & (x < right) & (y > top) & (y < bottom)).any(axis=1))
    others = int(crossed.sum()) - int(crossed[label.edge])
    return 100 * int(nodes.sum()) + 50 * _labels_touched(label, taken) + others


def _labels_touched(label: SceneLabel, taken: Mapping[int, SceneLabel]) -> int:
    return sum(
        abs(label.x - other.x) < (label.width + other.width) / 2 + 1
        and abs(label.y - other.y) < (label.height + other.height) / 2 + 1
        for other in taken.values()
        if other.edge != label.edge
    )


def overlaps(scene: Scene) -> int:
    """Return how many pairs overlap: node and node, edge and node, label and anything."""
    nodes = list(scene.nodes)
    boxes = _boxes(nodes, 0.0)
    found = sum(
        abs(a.x - b.x) < (a.width + b.width) / 2 and abs(a.y - b.y) < (a.height + b.height) / 2
        for i, a in enumerate(nodes)
        for b in nodes[:i]
    )
    for edge in scene.edges:
        others = [n for n in nodes if n.code not in (edge.source, edge.target)]
        found += _points_inside(_samples(edge.curve), _boxes(others, 0.0)) > 0
    samples = np.stack([_samples(e.curve, 97) for e in scene.edges]) if scene.edges else None
    placed = {label.edge: label for label in scene.labels}
    for label in scene.labels:
        assert samples is not None
        found += _crowding(label, boxes, samples, placed) > 0
    return found


def _moved(scene: Scene) -> Scene:
    """Move everything so that the drawing starts at the margin."""
    xs = [x for edge in scene.edges for x in _samples(edge.curve)[:, 0]]
    ys = [y for edge in scene.edges for y in _samples(edge.curve)[:, 1]]
    items: tuple[SceneNode | SceneLabel, ...] = (*scene.nodes, *scene.labels)
    for item in items:
        xs += [item.x - item.width / 2, item.x + item.width / 2]
        ys += [item.y - item.height / 2, item.y + item.height / 2]
    dx, dy = MARGIN - min(xs, default=0.0), MARGIN - min(ys, default=0.0)
    return Scene(
        width=float(max(xs, default=0.0) + dx + MARGIN),
        height=float(max(ys, default=0.0) + dy + MARGIN),
        edges=tuple(_moved_edge(edge, dx, dy) for edge in scene.edges),
        labels=tuple(
            SceneLabel(
                s.text, float(s.x + dx), float(s.y + dy), s.width, s.height, s.is_bold, s.edge
            )
            for s in scene.labels
        ),
        nodes=tuple(
            SceneNode(
                n.code, n.kind, n.lines, n.detail,
                float(n.x + dx), float(n.y + dy), n.width, n.height,
            )
            for n in scene.nodes
        ),
        positions=MappingProxyType(dict(scene.positions)),
    )  # fmt: skip


def _moved_edge(edge: SceneEdge, dx: float, dy: float) -> SceneEdge:
    def move(point: Point) -> Point:
        return float(point[0] + dx), float(point[1] + dy)

    a, b, c, d = (move(point) for point in edge.curve)
    heads = tuple((move(p), move(q), move(r)) for p, q, r in edge.heads)
    return SceneEdge(edge.source, edge.target, edge.kind, (a, b, c, d), heads, edge.is_significant)
