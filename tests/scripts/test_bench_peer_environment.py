"""The peers' environment: what cannot be installed is left out and named."""

import bench_peer_environment
from bench_peer_environment import PACKAGES
from setup_errors import SetupError


def test_make_environment_goes_on_without_what_cannot_be_installed(tmp_path, monkeypatch):
    installed = []

    def run(command, doing, _log, _variables):
        if "jax" in command[-1]:
            raise SetupError(1, f"{doing} failed; its last lines follow", "tried\nno such version")
        installed.append(command[-1])

    monkeypatch.setattr(bench_peer_environment, "make_venv", lambda folder, *_: folder.mkdir())
    monkeypatch.setattr(bench_peer_environment, "run_logged", run)
    failed = bench_peer_environment.make_environment(tmp_path / "venv", lambda _: None)
    assert failed == {"JAX": "not installed: no such version"}
    assert installed == [p.requirement for p in PACKAGES if p.name != "JAX"]


def test_make_environment_that_cannot_be_made_leaves_everyone_out(tmp_path, monkeypatch):
    def make(*_):
        raise SetupError(6, "the disk is full")

    monkeypatch.setattr(bench_peer_environment, "make_venv", make)
    failed = bench_peer_environment.make_environment(tmp_path / "venv", lambda _: None)
    assert failed == {package.name: "not installed: the disk is full" for package in PACKAGES}
