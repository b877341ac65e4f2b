"""What a run of the tests leaves behind: nothing."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def test_no_folder_of_media_is_left(tmp_path: Path) -> None:
    """Not by the process that gives out the tests either."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "tests/test_tangles.py"],
        cwd=settings.BASE_DIR,
        env={**ours, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert list(tmp_path.glob("cantonnier-test-media-*")) == []
