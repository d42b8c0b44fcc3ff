"""Turns Debian's Python packages into wheels, so that pip has something to install where no package index is reached.

Usage: wheelhouse.py OUTPUT FOLDER PACKAGE...   (as root, in a Debian root with python3-wheel and working apt sources)

FOLDER holds a Python package of this project and becomes a wheel of its own, by the name of the folder.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def main(output: str, own: pathlib.Path, packages: list[str]) -> None:
    pathlib.Path(output).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        folder.chmod(0o755)
        subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *packages], cwd=folder, check=True)
        pack_own(own, folder / "own", output)
        for deb in sorted(folder.glob("*.deb")):
            unpacked = folder / deb.stem
            subprocess.run(["dpkg-deb", "-x", str(deb), str(unpacked)], check=True)
            pack(unpacked / "usr/lib/python3/dist-packages", folder / (deb.stem + ".wheel"), output)


def pack_own(own: pathlib.Path, stage: pathlib.Path, output: str) -> None:
    shutil.copytree(own, stage / own.name)
    metadata = stage / f"{own.name}-3.0.0.dist-info"
    metadata.mkdir()
    shutil.move(stage / own.name / "METADATA", metadata / "METADATA")
    (metadata / "WHEEL").write_text("Wheel-Version: 1.0\nGenerator: wheelhouse\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    subprocess.run([sys.executable, "-m", "wheel", "pack", "-d", output, str(stage)], check=True, stdout=subprocess.DEVNULL)


def pack(modules: pathlib.Path, stage: pathlib.Path, output: str) -> None:
    found = [*modules.glob("*.dist-info"), *modules.glob("*.egg-info")]
    if len(found) != 1:
        raise SystemExit(f"cannot make a wheel from {modules}: {len(found)} metadata folders")
    shutil.copytree(modules, stage)
    metadata = stage / found[0].name
    if metadata.suffix == ".egg-info":
        metadata = from_egg_info(metadata)
    native = sorted(stage.rglob("*.cpython-*.so"))
    if not (metadata / "WHEEL").exists() or native:
        tag = "cp313-cp313-linux_" + re.search(r"cpython-313-(\w+)-linux", native[0].name).group(1) if native else "py3-none-any"
        pure = "false" if native else "true"
        (metadata / "WHEEL").write_text(f"Wheel-Version: 1.0\nGenerator: wheelhouse\nRoot-Is-Purelib: {pure}\nTag: {tag}\n")
    (metadata / "RECORD").unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "wheel", "pack", "-d", output, str(stage)], check=True, stdout=subprocess.DEVNULL)


def from_egg_info(egg: pathlib.Path) -> pathlib.Path:
    name, version = re.match(r"(.+?)-([^-]+)", egg.stem).groups()
    target = egg.with_name(f"{name}-{version}.dist-info")
    target.mkdir()
    shutil.copy(egg / "PKG-INFO", target / "METADATA")
    for extra in ("entry_points.txt", "top_level.txt"):
        if (egg / extra).exists():
            shutil.copy(egg / extra, target / extra)
    shutil.rmtree(egg)
    return target


main(sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:])
