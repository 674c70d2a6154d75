"""beatplan in QGIS: Processing algorithms that call the installed program `beatplan`."""


def classFactory(_iface):  # noqa: N802, the name QGIS asks for
    """Returns the plugin; QGIS calls this function."""
    from .plugin import BeatplanPlugin

    return BeatplanPlugin()
