"""Step 1, 导入: what the file is, what each column was understood as, what must be answered."""

from ui.panels.importing.panel import ImportPanel

__all__ = ["ImportPanel"]
