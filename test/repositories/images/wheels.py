"""Turns Debian's Python packages, with all that they depend on, into wheels that pip installs without an index.

Usage: wheels.py OUTPUT PACKAGE...   (as root, in a Debian root with python3-wheel and working apt sources)
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Parts of Debian's Python itself.
OWN = re.compile(r"python3-(minimal|distutils|lib2to3|pip|wheel|tk|all|dev|pip-whl|setuptools-whl)$")


def main(output: str, packages: list[str]) -> None:
    pathlib.Path(output).mkdir(parents=True, exist_ok=True)
    kinds = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"]
    listed = subprocess.run(
        ["apt-cache", "depends", "--recurse", *[f"--no-{kind}" for kind in kinds], *packages],
        check=True, capture_output=True, text=True,
    ).stdout
    names = {line for line in listed.splitlines() if re.match(r"python3-[a-z0-9.+-]+$", line) and not OWN.match(line)}
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        folder.chmod(0o755)
        download = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *sorted(names | set(packages))]
        subprocess.run(download, check=True, cwd=folder)
        wheels: dict[str, pathlib.Path] = {}
        parts: list[tuple[str, pathlib.Path]] = []
        for deb in sorted(folder.glob("*.deb")):
            unpacked = folder / deb.name.split("_")[0]
            subprocess.run(["dpkg-deb", "-x", str(deb), str(unpacked)], check=True)
            modules = unpacked / MODULES
            if len(metadata_of(modules)) == 1:
                wheels.setdefault(source_of(deb), unpacked)
            elif modules.is_dir():
                parts.append((source_of(deb), modules))
        # Debian has parts of a wheel as packages of their own: pkg_resources is one of setuptools.
        for source, modules in parts:
            if source in wheels:
                shutil.copytree(modules, wheels[source] / MODULES, symlinks=True, dirs_exist_ok=True)
        for unpacked in sorted(folder.iterdir()):
            if unpacked.is_dir() and len(metadata_of(unpacked / MODULES)) == 1:
                pack(unpacked, output)


MODULES = "usr/lib/python3/dist-packages"


def metadata_of(modules: pathlib.Path) -> list[pathlib.Path]:
    return [*modules.glob("*.dist-info"), *modules.glob("*.egg-info")]


def source_of(deb: pathlib.Path) -> str:
    fields = subprocess.run(
        ["dpkg-deb", "--show", "--showformat=${source:Package}", str(deb)], check=True, capture_output=True, text=True
    )
    return fields.stdout.strip()


def pack(unpacked: pathlib.Path, output: str) -> None:
    modules = unpacked / MODULES
    found = metadata_of(modules)
    stage = unpacked.with_name(unpacked.name + ".wheel")
    shutil.copytree(modules, stage, symlinks=True)
    for link in [path for path in stage.rglob("*") if path.is_symlink()]:
        resolve(link, pathlib.Path("/usr/lib/python3/dist-packages") / link.relative_to(stage), unpacked)
    metadata = stage / found[0].name
    if metadata.suffix == ".egg-info":
        metadata = from_egg_info(metadata)
    native = sorted(stage.rglob("*.cpython-*.so"))
    tag = "cp313-cp313-linux_x86_64" if native else "py3-none-any"
    pure = "false" if native else "true"
    (metadata / "WHEEL").write_text(f"Wheel-Version: 1.0\nGenerator: wheels\nRoot-Is-Purelib: {pure}\nTag: {tag}\n")
    (metadata / "RECORD").unlink(missing_ok=True)
    command = [sys.executable, "-m", "wheel", "pack", "-d", output, str(stage)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def resolve(link: pathlib.Path, place: pathlib.Path, unpacked: pathlib.Path) -> None:
    """Puts what a link of Debian's names in its place: a file of the package, or of one that the root has."""
    target = os.path.normpath(place.parent / os.readlink(link))
    link.unlink()
    for found in [unpacked / target.lstrip("/"), pathlib.Path(target)]:
        if found.is_file():
            shutil.copy(found, link)
            return
        if found.is_dir():
            shutil.copytree(found, link, ignore_dangling_symlinks=True)
            return


def from_egg_info(egg: pathlib.Path) -> pathlib.Path:
    name, version = re.match(r"(.+?)-([^-]+)", egg.stem).groups()
    target = egg.with_name(f"{name}-{version}.dist-info")
    target.mkdir()
    if egg.is_file():
        shutil.copy(egg, target / "METADATA")
        egg.unlink()
        return target
    shutil.copy(egg / "PKG-INFO", target / "METADATA")
    for extra in ("entry_points.txt", "top_level.txt"):
        if (egg / extra).exists():
            shutil.copy(egg / extra, target / extra)
    shutil.rmtree(egg)
    return target


main(sys.argv[1], sys.argv[2:])
