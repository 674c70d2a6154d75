"""Adds the provider to Processing and removes it; there is no menu and no tool bar."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsApplication

from .provider import BeatplanProvider


class BeatplanPlugin:
    """The object that QGIS loads and unloads."""

    def __init__(self) -> None:
        self._provider: Optional[BeatplanProvider] = None

    def initProcessing(self) -> None:  # noqa: N802
        """Also called alone, by `qgis_process`."""
        self._provider = BeatplanProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:  # noqa: N802
        """Called by the desktop."""
        self.initProcessing()

    def unload(self) -> None:
        """Called when the plugin is switched off."""
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
