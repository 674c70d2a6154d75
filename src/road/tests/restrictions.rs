//! Turn restrictions on towns drawn as text: their members, and turning round to evade them.

use super::grid;
use super::town::Town;

/// A street with the manoeuvre from `ab` (0) via `bmc` (1) into `cd` (2), and a way round that is a
/// kilometre longer. `root` is the node where a side street begins; `f` is a junction
/// of three streets.
///
/// ```text
///       d------k
///       |      |
/// a-b-m-c------e
///   (root)     |
///     f--------t
///     y--------z
/// ```
fn side_street(root: char) -> Town {
    let east = " ".repeat(8);
    let picture = format!("      d{east}k\na b m c{east}e\n    f  {east}t\n    y  {east}z");
    Town::drawn(&picture)
        .street("ab") // 0
        .street("bmc") // 1
        .street("cd") // 2
        .street("ce") // 3
        .street("dk") // 4
        .street("ke") // 5
        .street(&format!("{root}f")) // 6
        .street("ft") // 7
        .street("te") // 8
        .street("fy") // 9
        .street("yz") // 10
        .street("zt") // 11
}

#[test]
fn a_restriction_via_a_way_is_not_evaded_by_turning_round_in_a_side_street() {
    for root in ['b', 'm', 'c'] {
        let town = side_street(root).way_restriction(0, &[1], 2, "no_left_turn");
        let streets = town.build("car");
        assert!(streets.remarks.is_empty());
        // Via e and k: 50 + 200 + 450 + 100 + 450 + 50; with a U-turn at f at most 600 m.
        assert_eq!(streets.metres(('a', 'b'), ('c', 'd')), Some(1300.0), "side street at {root}");
        // A destination in the side street, and a trip that comes out of it, are free.
        assert!(streets.metres(('a', 'b'), (root, 'f')).unwrap() < 400.0, "{root}");
        assert!(streets.metres(('f', 'y'), ('c', 'd')).unwrap() < 600.0, "{root}");
        assert!(streets.metres((root, 'f'), ('c', 'd')).unwrap() < 400.0, "{root}");
    }
}

#[test]
fn a_mandatory_turn_via_a_way_is_not_evaded_by_turning_round_in_a_side_street() {
    // From a, only straight on over c to e; from e a way round over k.
    for root in ['b', 'm'] {
        let town = side_street(root).way_restriction(0, &[1], 3, "only_straight_on");
        assert_eq!(town.build("car").metres(('a', 'b'), ('c', 'd')), Some(1300.0), "{root}");
    }
}

#[test]
fn a_way_round_a_block_and_a_dead_end_are_no_evasion() {
    let block = |last: &str| {
        Town::drawn("      d\na b m c e\n  f y")
            .street("ab")
            .street("bmc")
            .street("cd")
            .street("ce")
            .street("bf")
            .street("fy")
            .street(last)
            .way_restriction(0, &[1], 2, "no_left_turn")
    };
    // Round the block b, f, y, m: 50 + 100 + 100 + 100 + 100 + 50.
    assert_eq!(block("ym").build("car").metres(('a', 'b'), ('c', 'd')), Some(500.0));
    // The dead end e is nearer than the dead end y: 50 + 200 + 200 + 50.
    let dead_ends = block("bf").build("car").metres(('a', 'b'), ('c', 'd'));
    assert_eq!(dead_ends, Some(500.0));
}

#[test]
fn via_ways_may_be_listed_in_any_order() {
    for via in [[2, 3, 4], [4, 3, 2], [3, 2, 4], [2, 4, 3]] {
        let town = Town::drawn("  g h i\na b c d e f\n  k")
            .street("ab") // 0
            .street("gh") // 1
            .street("bc") // 2
            .street("dc") // 3
            .street("de") // 4
            .street("ef") // 5
            .street("bg") // 6
            .street("hi") // 7
            .street("ei") // 8
            .way_restriction(0, &via, 5, "no_straight_on");
        let streets = town.build("car");
        assert!(streets.remarks.is_empty(), "{via:?}");
        // Over g, h and i: 50 + 100 + 100 + 100 + the slanted street + 50.
        assert!(streets.metres(('a', 'b'), ('e', 'f')).unwrap() > 500.0, "{via:?}");
        assert_eq!(streets.metres(('b', 'c'), ('e', 'f')), Some(300.0), "{via:?}");
    }
}

#[test]
fn several_via_nodes_are_passed_one_after_the_other() {
    for via in ["be", "eb"] {
        let town = grid().wide_restriction(&[0], via, &[6], "no_right_turn");
        assert_eq!(town.build("car").remarks, ["restriction_left_out"], "`abc` passes b");
        let town = Town::drawn("a b c\nd e f\ng h i")
            .street("ab") // 0
            .street("bc") // 1
            .street("be") // 2
            .street("eh") // 3
            .street("def") // 4
            .street("adg") // 5
            .street("ghi") // 6
            .street("cfi") // 7
            .wide_restriction(&[0], via, &[3], "no_right_turn");
        let streets = town.build("car");
        assert!(streets.remarks.is_empty(), "{via}");
        assert_eq!(streets.metres(('a', 'b'), ('b', 'e')), Some(100.0));
        assert_eq!(streets.metres(('b', 'c'), ('e', 'h')), Some(200.0));
        // Over d: 50 + 100 + 100 + 50.
        assert_eq!(streets.metres(('a', 'b'), ('e', 'h')), Some(300.0));
    }
}

#[test]
fn several_mandatory_turns_from_one_arm_allow_each_of_them() {
    let mandatory = |to: &[i64]| {
        let only = |town: Town, to: &i64| {
            town.restriction(1, 'e', *to, &[("restriction", "only_straight_on")])
        };
        to.iter().fold(grid(), only)
    };
    let metres = |to: &[i64], end| mandatory(to).build("car").metres(('d', 'e'), end);
    // Right into `eh` (6) or straight on into `ef` (2), not left into `be`.
    assert_eq!(metres(&[2, 6], ('e', 'f')), Some(100.0));
    assert_eq!(metres(&[2, 6], ('e', 'h')), Some(100.0));
    assert_eq!(metres(&[2, 6], ('b', 'e')), Some(300.0));
    assert_eq!(metres(&[2], ('e', 'h')), Some(300.0));
}

#[test]
fn no_entry_and_no_exit_have_several_members() {
    // Nobody may enter `eh` (6) at e, from d (1), f (2) or b (5).
    let town = grid().wide_restriction(&[1, 2, 5], "e", &[6], "no_entry");
    let streets = town.build("car");
    assert!(streets.remarks.is_empty());
    assert_eq!(streets.metres(('d', 'e'), ('e', 'h')), Some(300.0));
    assert_eq!(streets.metres(('e', 'f'), ('e', 'h')), Some(300.0));
    assert_eq!(streets.metres(('b', 'e'), ('d', 'e')), Some(100.0));
    // From d, no way out at e but straight on.
    let town = grid().wide_restriction(&[1], "e", &[5, 6], "no_exit");
    let streets = town.build("car");
    assert_eq!(streets.metres(('d', 'e'), ('e', 'h')), Some(300.0));
    assert_eq!(streets.metres(('d', 'e'), ('b', 'e')), Some(300.0));
    assert_eq!(streets.metres(('d', 'e'), ('e', 'f')), Some(100.0));
    // Of other kinds, it is unclear which of several members is meant.
    let town = grid().wide_restriction(&[1], "e", &[5, 6], "no_left_turn");
    assert_eq!(town.build("car").remarks, ["restriction_left_out"]);
}

#[test]
fn of_a_way_in_several_parts_the_one_at_the_junction_counts() {
    // The members `from` are `ad` (4) and `de` (1), the members `to` are `be` (5) and `abc` (0).
    let town = grid().wide_restriction(&[4, 1], "e", &[0, 5], "no_left_turn");
    let streets = town.build("car");
    assert!(streets.remarks.is_empty());
    assert_eq!(streets.metres(('d', 'e'), ('b', 'e')), Some(300.0));
    assert_eq!(streets.metres(('e', 'f'), ('b', 'e')), Some(100.0));
}

#[test]
fn members_may_be_drawn_in_any_direction() {
    for (from, via, to) in [("de", "ef", "fc"), ("ed", "fe", "cf"), ("de", "fe", "fc")] {
        let town = Town::drawn("a b c\nd e f\ng h i")
            .street("abc") // 0
            .street(from) // 1
            .street(via) // 2
            .street(to) // 3
            .street("adg") // 4
            .street("be") // 5
            .way_restriction(1, &[2], 3, "no_left_turn");
        let streets = town.build("car");
        assert!(streets.remarks.is_empty());
        // Over b: 50 + 100 + 100 + 50.
        assert_eq!(streets.metres(('d', 'e'), ('c', 'f')), Some(300.0));
        assert_eq!(streets.metres(('b', 'e'), ('c', 'f')), Some(200.0));
    }
}

#[test]
fn a_manoeuvre_over_a_closed_way_needs_no_restriction() {
    let town = Town::drawn("a b c\nd e f\ng h i")
        .street("abc") // 0
        .street("de") // 1
        .way("ef", &[("access", "no")]) // 2
        .street("cf") // 3
        .street("ad") // 4
        .street("be") // 5
        .way_restriction(1, &[2], 3, "no_left_turn");
    let streets = town.build("car");
    assert!(streets.remarks.is_empty());
    assert_eq!(streets.metres(('d', 'e'), ('b', 'e')), Some(100.0));
}
