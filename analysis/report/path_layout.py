"""Where the nodes of a path diagram go.

Structural variables stand in layers from left to right by their longest path. Each latent's
indicators fan out on the side away from its structural arrows: left for the first layer,
right for the last, above or below in between. A layer that arrows pass by leaves a corridor
in its middle, so that they stay clear. The downward layout is the same with x and y changed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from analysis.report.path_diagram import Direction, PathGraph, Point, node_size

FAN_GAP = 42.0
"""From the rim of a latent to its indicators."""
LEAF_GAP = 8.0
BLOCK_GAP = 20.0
LAYER_GAP = 78.0
CORRIDOR = 70.0
PASSING_GAP = 18.0
"""Between a node that stepped aside and the arrows that pass it."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Which node is whose satellite, and which layer the others stand in."""

    children: dict[str, tuple[str, ...]]
    layers: tuple[tuple[str, ...], ...]
    passed: frozenset[int]
    """Layers that some arrow jumps over."""


def structure_of(graph: PathGraph) -> Structure:
    """Return satellites and layers of ``graph``."""
    children = _satellites(graph)
    owned = {child for group in children.values() for child in group}
    free = [node.code for node in graph.nodes if node.code not in owned]
    arrows = [
        (edge.source, edge.target)
        for edge in graph.edges
        if edge.kind == "path" and edge.source in free and edge.target in free
    ]
    depth = _longest_paths(free, _without_rings(free, arrows))
    layers = _ordered_layers(free, arrows, depth)
    passed = {i for s, t in arrows for i in range(depth[s] + 1, depth[t])}
    return Structure(children, layers, frozenset(passed))


def _satellites(graph: PathGraph) -> dict[str, tuple[str, ...]]:
    """Give each indicator to the first latent that it loads on, never in a ring."""
    owner: dict[str, str] = {}
    for edge in graph.edges:
        if edge.kind != "loading" or edge.target in owner:
            continue
        above: str | None = edge.source
        while above is not None and above != edge.target:
            above = owner.get(above)
        if above is None:
            owner[edge.target] = edge.source
    children: dict[str, list[str]] = defaultdict(list)
    for child, parent in owner.items():
        children[parent].append(child)
    return {parent: tuple(group) for parent, group in children.items()}


def _without_rings(nodes: list[str], arrows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Drop arrows that close a ring; those that follow the order of the nodes are kept first."""
    rank = {node: i for i, node in enumerate(nodes)}
    reached: dict[str, set[str]] = {node: {node} for node in nodes}
    kept = []
    for source, target in sorted(arrows, key=lambda arrow: rank[arrow[0]] > rank[arrow[1]]):
        if source in reached[target]:
            continue
        kept.append((source, target))
        for known in reached.values():
            if source in known:
                known |= reached[target]
    return kept


def _longest_paths(nodes: list[str], arrows: list[tuple[str, str]]) -> dict[str, int]:
    """Return the layer of each node; ``arrows`` form no ring."""
    depth = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for source, target in arrows:
            depth[target] = max(depth[target], depth[source] + 1)
    return depth


def _ordered_layers(
    nodes: list[str], arrows: list[tuple[str, str]], depth: dict[str, int]
) -> tuple[tuple[str, ...], ...]:
    """Return the layers, each sorted by the mean place of its neighbours."""
    count = max(depth.values(), default=0) + 1
    layers = [[node for node in nodes if depth[node] == i] for i in range(count)]
    neighbours: dict[str, list[str]] = defaultdict(list)
    for source, target in arrows:
        neighbours[source].append(target)
        neighbours[target].append(source)
    place = {n: i - (len(layer) - 1) / 2 for layer in layers for i, n in enumerate(layer)}

    def mean_place(node: str) -> float:
        near = neighbours[node]
        return sum(place[other] for other in near) / len(near) if near else place[node]

    for sweep in (layers[1:], layers[-2::-1], layers[1:]):
        for layer in sweep:
            layer.sort(key=lambda node: round(mean_place(node), 6))
            place.update({n: i - (len(layer) - 1) / 2 for i, n in enumerate(layer)})
    return tuple(tuple(layer) for layer in layers)


class _Placer:
    """Places blocks: a latent with the tree of its indicators."""

    def __init__(
        self, sizes: dict[str, tuple[float, float]], structure: Structure, spread: float
    ) -> None:
        self.size = sizes
        self.children = structure.children
        self.structure = structure
        self.spread = spread
        self.places: dict[str, Point] = {}

    def breadth(self, code: str, axis: int) -> float:
        """Room a node and its tree need along the fan's edge (1: vertical, 0: horizontal)."""
        leaves = self.children.get(code, ())
        gap = LEAF_GAP * self.spread
        fan = sum(self.breadth(leaf, axis) + gap for leaf in leaves) - (gap if leaves else 0)
        return max(self.size[code][axis], fan)

    def reach(self, code: str, axis: int) -> float:
        """Room the tree needs away from the node's centre, in the direction of the fan."""
        across = 1 - axis
        leaves = self.children.get(code, ())
        own = self.size[code][across] / 2
        if not leaves:
            return own
        deepest = max(self.size[leaf][across] / 2 + self.reach(leaf, axis) for leaf in leaves)
        return own + FAN_GAP * self.spread + deepest

    def fan(self, code: str, centre: Point, side: str) -> None:
        """Put ``code`` at ``centre`` and its indicators on ``side``."""
        self.places[code] = centre
        leaves = self.children.get(code, ())
        axis = 1 if side in ("left", "right") else 0
        sign = -1 if side in ("left", "top") else 1
        across = 1 - axis
        gap = LEAF_GAP * self.spread
        total = sum(self.breadth(leaf, axis) + gap for leaf in leaves) - gap
        along = centre[axis] - total / 2
        widest = max((self.size[leaf][across] for leaf in leaves), default=0.0)
        away = self.size[code][across] / 2 + FAN_GAP * self.spread + widest / 2
        for leaf in leaves:
            breadth = self.breadth(leaf, axis)
            spot = [0.0, 0.0]
            spot[axis] = along + breadth / 2
            spot[across] = centre[across] + sign * away
            self.fan(leaf, (spot[0], spot[1]), side)
            along += breadth + gap

    def column(self, layer: tuple[str, ...], x: float, side: str) -> None:
        """Stack blocks whose indicators go left or right, centred on y = 0."""
        gap = BLOCK_GAP * self.spread
        heights = [self.breadth(code, 1) for code in layer]
        y = -(sum(heights) + gap * (len(layer) - 1)) / 2
        for code, height in zip(layer, heights, strict=True):
            self.fan(code, (x, y + height / 2), side)
            y += height + gap

    def middle(self, index: int, layer: tuple[str, ...], x: float) -> None:
        """Stack blocks above and below a corridor that passing arrows use."""
        is_passed = index in self.structure.passed
        gap = BLOCK_GAP * self.spread
        if len(layer) == 1:
            self.fan(layer[0], (x, 0.0), "bottom" if index % 2 == 0 else "top")
            return
        upper = (len(layer) + 1) // 2
        half = CORRIDOR * self.spread / 2 if is_passed else gap / 2
        y = -half
        for code in reversed(layer[:upper]):
            self.fan(code, (x, y - self.size[code][1] / 2), "top")
            y -= self.size[code][1] / 2 + self.reach(code, 0) + gap
        y = half
        for code in layer[upper:]:
            self.fan(code, (x, y + self.size[code][1] / 2), "bottom")
            y += self.size[code][1] / 2 + self.reach(code, 0) + gap


def _column_width(placer: _Placer, layer: tuple[str, ...], *, is_end: bool) -> float:
    if is_end:
        return max(placer.size[code][0] for code in layer)
    return max(placer.breadth(code, 0) for code in layer)


def layered_positions(graph: PathGraph, *, direction: Direction, spread: float) -> dict[str, Point]:
    """Return the centre of every node of ``graph``."""
    structure = structure_of(graph)
    sizes = {node.code: node_size(node) for node in graph.nodes}
    if direction == "down":
        sizes = {code: (height, width) for code, (width, height) in sizes.items()}
    placer = _Placer(sizes, structure, spread)
    last = len(structure.layers) - 1
    edge = 0.0
    for index, layer in enumerate(structure.layers):
        width = _column_width(placer, layer, is_end=index in (0, last))
        x = edge + width / 2
        if index == 0:
            placer.column(layer, x, "left")
        elif index == last:
            placer.column(layer, x, "right")
        else:
            placer.middle(index, layer, x)
        edge = x + width / 2 + LAYER_GAP * spread
    _step_aside(placer, structure, graph)
    if direction == "down":
        return {code: (y, x) for code, (x, y) in placer.places.items()}
    return placer.places


def _step_aside(placer: _Placer, structure: Structure, graph: PathGraph) -> None:
    """Move a node that stands alone in its layer out of the way of passing arrows."""
    depth = {code: i for i, layer in enumerate(structure.layers) for code in layer}
    arrows = [
        (edge.source, edge.target)
        for edge in graph.edges
        if edge.kind == "path" and edge.source in depth and edge.target in depth
    ]
    for index in sorted(structure.passed):
        layer = structure.layers[index]
        passing = [(s, t) for s, t in arrows if depth[s] < index < depth[t]]
        if len(layer) == 1:
            _move_beyond(placer, layer[0], passing, -1 if index % 2 else 1)


def _move_beyond(placer: _Placer, code: str, passing: list[tuple[str, str]], sign: int) -> None:
    x, y = placer.places[code]
    heights = []
    for source, target in passing:
        (x0, y0), (x1, y1) = placer.places[source], placer.places[target]
        heights.append(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
    rim = max(heights) if sign > 0 else min(heights)
    shift = rim + sign * (placer.size[code][1] / 2 + PASSING_GAP * placer.spread) - y
    for member in [code, *_descendants(placer.children, code)]:
        mx, my = placer.places[member]
        placer.places[member] = (mx, my + shift)


def _descendants(children: dict[str, tuple[str, ...]], code: str) -> list[str]:
    found: list[str] = []
    for child in children.get(code, ()):
        found += [child, *_descendants(children, child)]
    return found
