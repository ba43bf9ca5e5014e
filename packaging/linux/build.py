"""Build dist/medkarta_VERSION_ARCH.deb with PyInstaller and dpkg-deb."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import bundle

HERE = Path(__file__).resolve().parent

CONTROL = """\
Package: medkarta
Version: {version}
Architecture: {architecture}
Maintainer: Медкарта <medkarta@example.org>
Section: science
Priority: optional
Installed-Size: {size_kb}
Depends: libc6 (>= 2.34), libegl1, libgl1, libglib2.0-0 | libglib2.0-0t64, libdbus-1-3, libfontconfig1, libxkbcommon0,
 libxkbcommon-x11-0, libxcb-cursor0, libxcb-icccm4, libxcb-keysyms1, libxcb-shape0
Description: a family's medical record, encrypted, on their own computer
 Keeps the record of a family in an encrypted vault, readable without a network, and reconciles it with
 the region's FHIR R4 health portal.
"""


def main() -> int:
    """Build the folder, lay it out as Debian expects, and wrap it."""
    if not shutil.which("dpkg-deb"):
        print("Нужен dpkg-deb (пакет dpkg) / dpkg-deb is needed (package dpkg)", file=sys.stderr)
        return 2
    folder = bundle.bundle()
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout.strip()
    tree = bundle.BUILD / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(folder, tree / "opt" / "medkarta", symlinks=True)
    (tree / "usr" / "bin").mkdir(parents=True)
    (tree / "usr" / "bin" / "medkarta").symlink_to("/opt/medkarta/medkarta")
    for source, target in ((HERE / "medkarta.desktop", "usr/share/applications/medkarta.desktop"),
                           (HERE / "medkarta.svg", "usr/share/icons/hicolor/scalable/apps/medkarta.svg"),
                           (bundle.ROOT / "LICENSE", "usr/share/doc/medkarta/copyright")):
        (tree / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, tree / target)
    control = CONTROL.format(version=bundle.version(), architecture=architecture, size_kb=bundle.size_mb(tree) * 1024)
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control, encoding="utf-8")
    package = bundle.DIST / f"medkarta_{bundle.version()}_{architecture}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(package)], check=True,
                   stdout=subprocess.DEVNULL)
    print(f"{package.relative_to(bundle.ROOT)}: {package.stat().st_size // 2**20} MB, {bundle.size_mb(folder)} MB installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
