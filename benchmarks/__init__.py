DATABASE = "cantonnier_bench"
"""Of the benches' own, beside the tests'."""
ANSWER = "--answer"
"""Has a process ask what another one names (benchmarks.growth), of DATABASE_URL as it is."""
