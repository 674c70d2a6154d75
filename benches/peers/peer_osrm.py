"""OSRM as a peer: its car profile, prepared for both of its algorithms, asked for tables over HTTP and in process."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from measure import Answer, Run, ask, free_port, median_run, run, say, service, wheel

REQUIREMENT = "osrm-bindings==26.10.0"
IN_PROCESS = Path(__file__).with_name("osrm_in_process.py")


class Osrm:
    """One extract prepared by OSRM below `folder`."""

    name = REQUIREMENT.replace("osrm-bindings==", "OSRM ")

    def __init__(self, extract: Path, folder: Path, cache: Path):
        self.extract = extract.resolve()
        self.folder = folder / "osrm"
        self.package = wheel(REQUIREMENT, "abi3", cache)
        self.bin = self.package / "osrm" / "bin"

    def prepare(self, repeats: int, patience_s: float) -> dict:
        """osrm-extract, then osrm-contract for CH; osrm-partition and osrm-customize for MLD, on a copy."""
        shutil.rmtree(self.folder, ignore_errors=True)
        ch, mld, log = self.folder / "ch", self.folder / "mld", self.folder / "log.txt"
        ch.mkdir(parents=True)
        (ch / "map.osm.pbf").symlink_to(self.extract)
        profile = self.package / "osrm" / "share" / "profiles" / "car.lua"

        def tool(name: str, *arguments, cwd: Path = ch) -> Run:
            return run([self.bin / f"osrm-{name}", *arguments], log, cwd)

        say("osrm-extract")
        extracted, times = median_run(repeats, patience_s, lambda: tool("extract", "-p", profile, "map.osm.pbf"))
        shutil.copytree(ch, mld, symlinks=True)
        say(f"osrm-extract took {extracted.wall_s:.1f} s; osrm-contract")
        contracted, contract_times = median_run(repeats, patience_s, lambda: tool("contract", "map.osrm"))
        say(f"osrm-contract took {contracted.wall_s:.1f} s; osrm-partition and osrm-customize")
        partitioned = tool("partition", "map.osrm", cwd=mld).then(tool("customize", "map.osrm", cwd=mld))
        return {
            "extract": vars(extracted), "contract": vars(contracted), "repeats": min(times, contract_times),
            "partition and customize": vars(partitioned),
            "mib": sum(file.stat().st_size for file in ch.glob("map.osrm*")) / 2**20,
        }

    def tables(self, algorithm: str, points: list, sizes: list, repeats: int) -> dict:
        """Tables of seconds over HTTP, without hints and waypoints, as `osrm-routed` answers them: size → Answer."""
        port, answers = free_port(), {}
        data = self.folder / algorithm.lower() / "map.osrm"
        command = [self.bin / "osrm-routed", "--ip", "127.0.0.1", "--port", port, "--algorithm", algorithm,
                   "--max-table-size", max(sizes), "--max-header-size", 64 * max(sizes) + 65536, data]
        with service(command, port, self.folder / "log.txt") as pid:
            for size in sizes:
                places = ";".join(f"{lon:.7f},{lat:.7f}" for lon, lat in points[:size])
                target = f"/table/v1/driving/{places}?generate_hints=false&skip_waypoints=true"
                answers[size] = ask(pid, port, "GET", target, "", repeats, count_cells)
                say(f"OSRM {algorithm}, {size} places: {answers[size].cpu_ms:.0f} ms of processor time")
        return answers

    def tables_in_process(self, points: list, sizes: list, repeats: int) -> dict:
        """Tables of seconds by CH through the Python bindings, thus without HTTP and JSON; {} without Python 3.12."""
        python = python_for(self.package)
        if python is None:
            say("OSRM in process is left out: its bindings need a Python 3.12 or newer, and there is none")
            return {}
        question = {"data": str(self.folder / "ch" / "map.osrm"), "points": points, "sizes": sizes, "repeats": repeats}
        result = subprocess.run([python, IN_PROCESS, self.package], input=json.dumps(question), text=True,
                                stdout=subprocess.PIPE, check=True)
        return {int(size): Answer(**answer) for size, answer in json.loads(result.stdout).items()}


def count_cells(answer: dict) -> int:
    """How many cells of a table answer have a figure."""
    return sum(cell is not None for row in answer["durations"] for cell in row)


def python_for(package: Path):
    """A Python that can import the bindings, or None."""
    at_home = sorted(Path.home().glob(".pyenv/versions/3.1[2-9]*/bin/python"), reverse=True)
    named = [shutil.which(f"python3.{minor}") for minor in range(19, 11, -1)]
    attempt = "import sys; sys.path.insert(0, sys.argv[1]); import osrm"
    for python in [sys.executable, *named, *at_home]:
        if python and subprocess.run([python, "-c", attempt, package], capture_output=True).returncode == 0:
            return python
    return None
