"""Boxes on the page: cautions, conclusions, cards of the dashboard."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus.flowables import Flowable

from analysis.report.document import Card, Tone
from analysis.report.pdf.fonts import Fonts
from analysis.report.pdf.lines import Run
from analysis.report.pdf.styles import CAUTION, INK, QUIET, TINTS, TONES, TextStyle
from analysis.report.pdf.text import TextBlock

BAR = 3.0
PAD = 8.0
CARD_TITLE = TextStyle(size=9.5, leading=14.0, align="left", color=QUIET)
CARD_VALUE = TextStyle(size=19.0, leading=27.0, align="left", is_bold=True)
CARD_COMMENT = TextStyle(size=9.0, leading=13.0, align="left")
HEADLINE = TextStyle(size=13.0, leading=20.0, align="left", is_bold=True)
CONCLUSION = TextStyle(size=11.0, leading=18.0)
CARD_GAP = 9.0


class TextBox(Flowable):  # type: ignore[misc]
    """Texts below each other on a tinted ground with a coloured bar at the left."""

    def __init__(self, blocks: list[TextBlock], tone: Tone, *, space: float = 7.0) -> None:
        super().__init__()
        self.blocks = blocks
        self.tone: Tone = tone
        self.spaceBefore = space
        self.spaceAfter = space

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Break the texts to the width (called by reportlab)."""
        self.width = available_width
        for block in self.blocks:
            block.wrap(available_width - BAR - 2 * PAD, available_height)
        self.height = sum(block.height for block in self.blocks) + 2 * PAD - 4
        return available_width, self.height

    def draw(self) -> None:
        """Paint ground, bar and texts (called by reportlab)."""
        canvas = self.canv
        canvas.setFillColor(HexColor(TINTS[self.tone]))
        canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        canvas.setFillColor(HexColor(TONES[self.tone]))
        canvas.rect(0, 0, BAR, self.height, stroke=0, fill=1)
        y = self.height - PAD + 2
        for block in self.blocks:
            y -= block.height
            block.drawOn(canvas, BAR + PAD, y)


def caution_box(word: str, text: str, tone: Tone, fonts: Fonts) -> TextBox:
    """Return the box of one caution; ``word`` says how serious it is."""
    runs = (Run(word, is_bold=True, color=TONES[tone]), Run(text))
    return TextBox([TextBlock(runs, CAUTION, fonts)], tone, space=5.0)


def conclusion_box(headline: str, text: str, tone: Tone, fonts: Fonts) -> TextBox:
    """Return the box of one statement of the one-page summary."""
    blocks = [
        TextBlock((Run(headline, color=TONES[tone]),), HEADLINE, fonts),
        TextBlock((Run(text, color=INK),), CONCLUSION, fonts),
    ]
    return TextBox(blocks, tone, space=6.0)


class CardRow(Flowable):  # type: ignore[misc]
    """Cards side by side, all as high as the highest."""

    def __init__(self, cards: tuple[Card, ...], fonts: Fonts) -> None:
        super().__init__()
        self.cards = cards
        self.texts = [
            [
                TextBlock((Run(card.title),), CARD_TITLE, fonts),
                TextBlock((Run(card.value, color=TONES[card.tone]),), CARD_VALUE, fonts),
                TextBlock((Run(card.comment),), CARD_COMMENT, fonts),
            ]
            for card in cards
        ]
        self.spaceBefore = 5.0
        self.spaceAfter = 5.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Break the texts to the width of a card (called by reportlab)."""
        count = len(self.cards)
        self.width = available_width
        self.card_width = (available_width - CARD_GAP * (count - 1)) / count
        for texts in self.texts:
            for block in texts:
                block.wrap(self.card_width - 2 * PAD - BAR, available_height)
        self.height = max(sum(block.height for block in texts) for texts in self.texts) + 2 * PAD
        return available_width, self.height

    def draw(self) -> None:
        """Paint the cards (called by reportlab)."""
        for number, (card, texts) in enumerate(zip(self.cards, self.texts, strict=True)):
            x = number * (self.card_width + CARD_GAP)
            self._ground(self.canv, x, card.tone)
            y = self.height - PAD
            for block in texts:
                y -= block.height
                block.drawOn(self.canv, x + PAD + BAR, y)

    def _ground(self, canvas: Any, x: float, tone: Tone) -> None:
        canvas.setFillColor(HexColor(TINTS[tone]))
        canvas.rect(x, 0, self.card_width, self.height, stroke=0, fill=1)
        canvas.setFillColor(HexColor(TONES[tone]))
        canvas.rect(x, 0, BAR, self.height, stroke=0, fill=1)
