"""What became of areas from one edition to the next, on toy squares."""

from shapely import box

from geodata.succession import Link, Moved, compare


def test_two_that_became_one_are_a_merge() -> None:
    before = {"44003": box(0, 0, 1, 1), "44160": box(1, 0, 2, 1), "44001": box(2, 0, 3, 1)}
    after = {"44213": box(0, 0, 2, 1), "44001": box(2, 0, 3, 1)}
    found = compare(before, after)
    assert found.merged == ((("44003", "44160"), "44213"),)
    assert found.links == (Link("44003", "44213", 1.0, 0.5), Link("44160", "44213", 1.0, 0.5))
    assert (found.split, found.renumbered, found.moved) == ((), (), ())


def test_one_that_took_in_another_is_a_merge_too() -> None:
    found = compare({"1": box(0, 0, 1, 1), "2": box(1, 0, 2, 1)}, {"1": box(0, 0, 2, 1)})
    assert found.merged == ((("1", "2"), "1"),)
    assert found.moved == ()


def test_one_that_became_two_is_a_split() -> None:
    found = compare({"1": box(0, 0, 2, 1)}, {"2": box(0, 0, 1, 1), "3": box(1, 0, 2, 1)})
    assert found.split == (("1", ("2", "3")),)


def test_the_same_ground_under_another_code_is_renumbered() -> None:
    found = compare({"1": box(0, 0, 1, 1)}, {"9": box(0, 0, 1, 1)})
    assert found.renumbered == (("1", "9"),)


def test_a_border_that_moved_is_told_in_square_metres() -> None:
    found = compare({"1": box(0, 0, 1, 1)}, {"1": box(0, 0, 1.1, 1)})
    (moved,) = found.moved
    assert isinstance(moved, Moved)
    assert 1.2e9 < moved.gained_m2 < 1.25e9
    assert moved.lost_m2 == 0


def test_an_outline_drawn_anew_has_not_moved() -> None:
    found = compare({"1": box(0, 0, 1, 1)}, {"1": box(0, 0, 1.001, 1)})
    assert found.moved == ()
    assert found.links == ()


def test_neighbours_that_share_slivers_are_not_related() -> None:
    before = {"1": box(0, 0, 1, 1), "2": box(1, 0, 2, 1)}
    after = {"1": box(0, 0, 1.02, 1), "2": box(1.02, 0, 2, 1)}
    assert {(link.before, link.after) for link in compare(before, after).links} == {
        ("1", "1"),
        ("2", "2"),
    }


def test_old_codes_know_a_merge_that_outlines_do_not_show() -> None:
    """44160 was never drawn with 44003: only the COG knows that it went into 44213."""
    before = {"44003": box(0, 0, 1, 1), "44160": box(5, 5, 6, 6)}
    after = {"44213": box(0, 0, 1, 1)}
    found = compare(before, after, old_codes={"44003": "44213", "44160": "44213"})
    assert found.merged == ((("44003", "44160"), "44213"),)
    assert Link("44160", "44213", 0.0, 0.0) in found.links


def test_holes_and_islands_count_as_ground() -> None:
    enclave = box(0.4, 0.4, 0.6, 0.6)
    before = {"1": box(0, 0, 1, 1).difference(enclave), "2": enclave}
    found = compare(before, {"1": box(0, 0, 1, 1)})
    assert found.merged == ((("1", "2"), "1"),)
