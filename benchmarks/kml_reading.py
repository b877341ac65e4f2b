"""Reads one import and says what that took: `python -m benchmarks.kml_reading ID`.

DATABASE_URL is the bench's, DJANGO_SETTINGS_MODULE is set.
"""

import json
import resource
import sys
from time import perf_counter

import django


def main(import_id: int) -> None:
    django.setup()
    from layers import importing

    begun = perf_counter()
    importing.read(import_id)
    seconds = perf_counter() - begun
    said = {"seconds": seconds}
    for who, whose in (("writer", resource.RUSAGE_SELF), ("reader", resource.RUSAGE_CHILDREN)):
        used = resource.getrusage(whose)
        said[f"{who}_kb"] = used.ru_maxrss
        said[f"{who}_cpu_s"] = used.ru_utime + used.ru_stime
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(int(sys.argv[1]))
