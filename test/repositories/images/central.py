"""Makes an index of Debian's Maven repository, as the one of a server of packages has it.

Usage: central.py FOLDER   (the folder `maven-repo` of a Debian root)
"""

import hashlib
import pathlib
import re
import sys
from xml.sax.saxutils import escape


# Versions that Maven itself takes for what a project names no version of, and Debian has another one.
OF_MAVEN = {"org/apache/maven/plugins/maven-dependency-plugin": "3.7.0"}


def main(folder: str) -> None:
    root = pathlib.Path(folder)
    for path, version in OF_MAVEN.items():
        relocate(root, root / path, version)
    plugins: dict[pathlib.Path, list[str]] = {}
    for artifact in sorted({pom.parent.parent for pom in root.rglob("*.pom")}):
        versions = sorted(path.name for path in artifact.iterdir() if path.is_dir())
        # Debian's own names, such as `debian` and `4.x`, stay usable, and are no release.
        releases = [version for version in versions if re.fullmatch(r"\d[\w.-]*", version) and not version.endswith(".x")]
        newest = max(releases or versions, key=order)
        listed = "".join(f"<version>{escape(version)}</version>" for version in versions)
        versioning = f"<latest>{newest}</latest><release>{newest}</release><versions>{listed}</versions>"
        write(artifact, f"{names(root, artifact)}<versioning>{versioning}</versioning>")
        prefix = re.fullmatch(r"maven-(.+)-plugin|(.+)-maven-plugin", artifact.name)
        if prefix:
            name = prefix[1] or prefix[2]
            entry = f"<plugin><name>{name}</name><prefix>{name}</prefix><artifactId>{artifact.name}</artifactId></plugin>"
            plugins.setdefault(artifact.parent, []).append(entry)
    for group, entries in plugins.items():
        write(group, f"<plugins>{''.join(entries)}</plugins>")
    for file in [path for path in root.rglob("*") if path.suffix in {".pom", ".jar", ".xml"} and path.is_file()]:
        file.with_name(f"{file.name}.sha1").write_text(hashlib.sha1(file.read_bytes()).hexdigest())


def relocate(root: pathlib.Path, artifact: pathlib.Path, version: str) -> None:
    """Points to the newest version that there is, as Debian's own files of the kind do."""
    target = max((path.name for path in artifact.iterdir() if path.is_dir()), key=order)
    pom = artifact / version / f"{artifact.name}-{version}.pom"
    pom.parent.mkdir()
    named = f"{names(root, artifact)}<version>{version}</version>"
    moved = f"<distributionManagement><relocation><version>{target}</version></relocation></distributionManagement>"
    pom.write_text(f"<project><modelVersion>4.0.0</modelVersion>{named}{moved}</project>\n")


def order(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def names(root: pathlib.Path, artifact: pathlib.Path) -> str:
    group = ".".join(artifact.relative_to(root).parts[:-1])
    return f"<groupId>{group}</groupId><artifactId>{artifact.name}</artifactId>"


def write(folder: pathlib.Path, text: str) -> None:
    (folder / "maven-metadata.xml").write_text(f"<metadata>{text}</metadata>\n")


main(sys.argv[1])
