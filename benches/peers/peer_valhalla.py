"""Valhalla as a peer: tiles built without elevation, time zones and admins, asked for a matrix over HTTP."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from measure import Answer, ask, free_port, median_run, run, say, service, wheel

REQUIREMENT = "pyvalhalla==3.9.1"


class Valhalla:
    """One extract prepared by Valhalla below `folder`."""

    name = REQUIREMENT.replace("pyvalhalla==", "Valhalla ")

    def __init__(self, extract: Path, folder: Path, cache: Path):
        self.extract = extract.resolve()
        self.folder = folder / "valhalla"
        self.package = wheel(REQUIREMENT, "cp312", cache) / "valhalla"

    def configuration(self, port: int) -> Path:
        """Its own defaults, but for places, limits and threads."""
        defaults = subprocess.run([sys.executable, self.package / "valhalla_build_config.py"],
                                  capture_output=True, text=True, check=True)
        config = json.loads(defaults.stdout)
        config["logging"]["color"] = False
        for absent in ("tile_extract", "traffic_extract", "admin", "landmarks", "timezone", "transit_dir",
                       "transit_feeds_dir"):
            config["mjolnir"][absent] = ""
        config["mjolnir"]["tile_dir"] = str(self.folder / "tiles")
        config["service_limits"]["auto"].update(max_matrix_location_pairs=10**8, max_matrix_distance=1e8,
                                                max_locations=10**5)
        config["service_limits"]["max_timedep_distance_matrix"] = 0
        config["httpd"]["service"].update(listen=f"tcp://127.0.0.1:{port}",
                                          loopback=f"ipc://{self.folder}/loopback",
                                          interrupt=f"ipc://{self.folder}/interrupt")
        for part in ("meili", "thor", "odin", "loki"):
            config[part].setdefault("service", {})["proxy"] = f"ipc://{self.folder}/{part}"
        path = self.folder / "valhalla.json"
        path.write_text(json.dumps(config))
        return path

    def prepare(self, repeats: int, patience_s: float) -> dict:
        """valhalla_build_tiles on all processors."""
        shutil.rmtree(self.folder, ignore_errors=True)
        tiles = self.folder / "tiles"
        tiles.mkdir(parents=True)
        config = self.configuration(free_port())
        say("valhalla_build_tiles")
        command = [self.package / "bin" / "valhalla_build_tiles", "-c", config, self.extract]
        built, times = median_run(repeats, patience_s, lambda: run(command, self.folder / "log.txt"))
        say(f"valhalla_build_tiles took {built.wall_s:.1f} s")
        return {"build_tiles": vars(built), "repeats": times,
                "mib": sum(file.stat().st_size for file in tiles.rglob("*.gph")) / 2**20}

    def tables(self, points: list, sizes: list, patience_s: float) -> dict:
        """Its sources_to_targets for `auto`, once warm: size → Answer, or a reason in words where there is none."""
        port, answers = free_port(), {}
        command = [self.package / "bin" / "valhalla_service", self.configuration(port), 1]
        for size in sizes:
            places = [{"lon": lon, "lat": lat} for lon, lat in points[:size]]
            body = json.dumps({"sources": places, "targets": places, "costing": "auto", "verbose": False})
            try:
                with service(command, port, self.folder / "log.txt") as pid:
                    answers[size] = ask(pid, port, "POST", "/sources_to_targets", body, 1, count_cells, patience_s)
            except TimeoutError:
                answers[size] = f"more than {patience_s:.0f} s"
            except (OSError, RuntimeError) as error:
                answers[size] = f"no answer: {str(error).splitlines()[0]}"
            told = answers[size]
            say(f"Valhalla, {size} places: "
                + (f"{told.cpu_ms:.0f} ms of processor time" if isinstance(told, Answer) else told))
        return answers


def count_cells(answer: dict) -> int:
    """How many cells of a matrix answer have a figure."""
    return sum(cell is not None for row in answer["sources_to_targets"]["durations"] for cell in row)
