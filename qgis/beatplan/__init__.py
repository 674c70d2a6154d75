"""beatplan in QGIS: Processing algorithms that call the installed program `beatplan`."""


def classFactory(_iface):  # noqa: N802, the name QGIS asks for
    """The plugin, as QGIS wants it."""
    from .plugin import BeatplanPlugin

    return BeatplanPlugin()
