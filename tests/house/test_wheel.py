"""The wheel holds all that the service needs, and serves the form from an empty folder."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.load import Server, free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [built] = folder.glob("*.whl")
    return built


def test_everything_is_in_it_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for name in (
        "intake/_data/config.py",
        "intake/_data/templates/layout.html",
        "intake/_data/templates/letters/receipt.txt",
        "intake/static/app.css",
        "intake/translations/sv/LC_MESSAGES/messages.mo",
        "intake/directory/ljungby.toml",
        "intake/programmes/programmes.toml",
    ):
        assert name in names
    assert any(n.startswith("intake/_data/migrations/1") for n in names)
    assert all(n.startswith("intake/") or ".dist-info/" in n for n in names)
    assert not any("__pycache__" in n or "tests" in n for n in names)


def test_it_serves_the_form_from_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """In a fresh environment; only the dependencies are borrowed from this one."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
    )
    packages = next((home / "lib").glob("python*/site-packages"))
    (packages / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"])

    port = free_port()
    server = Server(
        [str(home / "bin" / "intake"), "serve"],
        port,
        {"INTAKE_PORT": str(port), "INTAKE_INSTANCE": str(tmp_path / "instance")},
        folder=tmp_path,
    )
    try:
        where = [python, "-c", "import intake; print(intake.__file__)"]
        found = subprocess.run(where, cwd=tmp_path, check=True, capture_output=True, text=True)
        assert str(home) in found.stdout
        for path, words in (("/sv/enquiry", "Berätta om din idé"), ("/en/enquiry", "your idea")):
            assert words in server.get(path)
        assert "--brand" in server.get("/theme.css")
        assert ":root" in server.get("/static/app.css")
    finally:
        server.stop()
