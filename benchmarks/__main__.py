"""Runs the benches: `script/bench [module …]`.  Exits 1 when a bound is passed by.

Every other module of this folder that has `figures()` is a bench; it yields `Figure`s.
"""

import logging
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import django
import psycopg
from django.core.management import call_command
from psycopg import sql

import benchmarks


def main(wanted: list[str]) -> int:
    is_asked = wanted == [benchmarks.ANSWER]
    if not is_asked:
        _use_own_database()
    django.setup()
    _log_to_nowhere()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    if is_asked:
        import_module("benchmarks.growth").answer()
        return 0
    benches = _benches(wanted)
    if any(getattr(bench, "NEEDS_GROUND", True) for bench in benches):
        import_module("benchmarks.ground").prepare()
    return run(benches)


def run(benches: Iterable[ModuleType]) -> int:
    """Print every figure; the exit code."""
    kept = True
    for bench in benches:
        for figure in bench.figures():
            print(figure, flush=True)
            kept = kept and figure.is_within_bound
    return 0 if kept else 1


def _use_own_database() -> None:
    """A database of the bench's own on the server of DATABASE_URL, kept between runs."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(
        os.environ["DATABASE_URL"].replace("postgis://", "postgresql://", 1), autocommit=True
    ) as maintenance:
        found = maintenance.execute(
            "SELECT FROM pg_database WHERE datname = %s", [benchmarks.DATABASE]
        )
        if found.fetchone() is None:
            maintenance.execute(
                sql.SQL("CREATE DATABASE {}").format(sql.Identifier(benchmarks.DATABASE))
            )
    os.environ["DATABASE_URL"] = f"{server}/{benchmarks.DATABASE}"


def _log_to_nowhere() -> None:
    """Requests are logged as in production, so that the time it takes counts."""
    nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 open as long as the process
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(nowhere)


def _benches(wanted: list[str]) -> list[ModuleType]:
    names = sorted(module.name for module in iter_modules(benchmarks.__path__))
    modules = [
        import_module(f"benchmarks.{name}") for name in names if not name.startswith("__main__")
    ]
    benches = [module for module in modules if hasattr(module, "figures")]
    by_name = {bench.__name__.rpartition(".")[2]: bench for bench in benches}
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        sys.exit(f"There is no bench {unknown[0]}; there are: {', '.join(by_name)}.")
    return [by_name[name] for name in wanted or by_name]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
