//! Merging small lists, as the program does.

use insta::assert_snapshot;

use super::*;
use crate::prospects::ListOptions;

fn source(file: &str, text: &str, role: Role) -> Source {
    let settings = ListSettings::default();
    let list = List::parse(file, text.as_bytes().to_vec(), &ListOptions::of(&settings)).unwrap();
    Source { list, settings, role }
}

fn merged(sources: Vec<Source>) -> Merged {
    merge(sources, &Verdicts::default(), MergeOptions::default())
}

fn csv_of(merged: &Merged) -> String {
    let mut out = Vec::new();
    merged.write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Ids of the rows of each outlet, one line per outlet.
fn together(merged: &Merged) -> String {
    let ids = |rows: &Vec<u32>| {
        rows.iter().map(|row| merged.row(*row).id()).collect::<Vec<_>>().join(" ")
    };
    merged.resolution.outlets.iter().map(ids).collect::<Vec<_>>().join("\n")
}

const LICENCES: &str = "id,name,address,license_no,phone\n\
    L1,Balzan Pharmacy Ltd.,\"12 Main Street, Balzan\",MT-1,2144 0001\n\
    L2,Alpha Pharmacy,\"3 Church Road, Mosta\",MT-2,2144 0002\n";

const MAP: &str = "id,name,lon,lat,address,city,phone\n\
    node/1,BALZAN PHARMACY,14.45,35.90,12 Main St,Balzan,+356 21440001\n\
    node/2,Alpha Pharmacy,14.42,35.91,3 Church Rd,Mosta,\n\
    node/3,Gamma Clinic,14.40,35.95,,,\n";

#[test]
fn an_outlet_of_two_lists_is_one_row_with_the_best_of_both() {
    let merged = merged(vec![
        source("licences.csv", LICENCES, Role::List),
        source("map.csv", MAP, Role::List),
    ]);
    assert_snapshot!(csv_of(&merged), @r#"
    id,lon,lat,name,address,city,phone,license_no,white_space,confidence,change,former_ids,sources,provenance,conflicts
    L1,14.4500000,35.9000000,Balzan Pharmacy Ltd.,"12 Main Street, Balzan",Balzan,2144 0001,MT-1,,high,,,licences:L1; map:node/1,licences: name address phone license_no; map: lon lat city,name also BALZAN PHARMACY (map); address also 12 Main St (map); phone also +356 21440001 (map)
    L2,14.4200000,35.9100000,Alpha Pharmacy,"3 Church Road, Mosta",Mosta,2144 0002,MT-2,,high,,,licences:L2; map:node/2,licences: name address phone license_no; map: lon lat city,address also 3 Church Rd (map)
    node/3,14.4000000,35.9500000,Gamma Clinic,,,,,,,,,map:node/3,,
    "#);
}

#[test]
fn the_order_of_rows_does_not_count() {
    let reversed = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\n")
    };
    let sorted = |text: String| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let of = |licences: &str, map: &str| {
        sorted(csv_of(&merged(vec![
            source("licences.csv", licences, Role::List),
            source("map.csv", map, Role::List),
        ])))
    };
    assert_eq!(of(LICENCES, MAP), of(&reversed(LICENCES), &reversed(MAP)));
}

#[test]
fn an_id_survives_a_move_a_new_name_and_a_new_licence() {
    let first = merged(vec![source("licences-2026-10.csv", LICENCES, Role::List)]);
    let now = "id,name,address,license_no,phone\n\
        L1,Delta Drugs,\"9 Harbour Road, Sliema\",MT-9,2144 0001\n\
        L7,Beta Pharmacy,\"1 New Street, Mosta\",MT-7,2144 0007\n";
    let again = merged(vec![
        source("licences-2026-11.csv", now, Role::List),
        source("merged.csv", &csv_of(&first), Role::Previous),
    ]);
    let change = |at: usize| again.identities[at].change.as_ref().map(OutletChange::code);
    let ids: Vec<(&str, _)> = again
        .identities
        .iter()
        .enumerate()
        .map(|(at, identity)| (&*identity.id, change(at)))
        .collect();
    assert_eq!(ids, [("L1", Some("kept")), ("L7", Some("new")), ("L2", Some("gone"))]);
}

#[test]
fn two_licences_in_one_list_are_two_outlets_and_branches_are_apart() {
    let list = "id,name,lon,lat,license_no\n\
        A,国大药房第一分店,113.1,28.1,1\nB,国大药房第二分店,113.1,28.1,2\nC,国大药房第二分店,113.1,28.1,3\n";
    assert_eq!(together(&merged(vec![source("a.csv", list, Role::List)])), "A\nB\nC");
}

#[test]
fn neighbours_with_other_names_stay_apart_and_a_nameless_row_is_for_a_person() {
    let one = "id,name,lon,lat,outlet_type\nA,Alpha Pharmacy,14.4,35.9,pharmacy\n";
    let two = "id,name,lon,lat,outlet_type\nB,Zenith Pharmacy,14.40005,35.9,pharmacy\nC,,14.40005,35.9,pharmacy\n";
    let merged = merged(vec![source("a.csv", one, Role::List), source("b.csv", two, Role::List)]);
    assert_eq!(together(&merged), "A\nB\nC");
    assert_eq!(merged.figures().pairs_to_review, 1);
}

#[test]
fn a_verdict_is_heeded_either_way() {
    let one = "id,name,lon,lat\nA,Alpha Pharmacy,14.4,35.9\n";
    let two = "id,name,lon,lat\nB,Alpha Pharmacy,14.4,35.9\nC,Omega,15.0,35.0\n";
    let lists = || vec![source("a.csv", one, Role::List), source("b.csv", two, Role::List)];
    assert_eq!(together(&merged(lists())), "A B\nC");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.csv");
    let text = "verdict,a_id,a_name,b_id,b_name\n\
        different,A,Alpha Pharmacy,B,Alpha Pharmacy\nsame,A,Alpha Pharmacy,C,Omega\n";
    std::fs::write(&path, text).unwrap();
    let verdicts = read_verdicts(&path).unwrap();
    assert_eq!(together(&merge(lists(), &verdicts, MergeOptions::default())), "A C\nB");
}

#[test]
fn a_wrong_verdict_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.csv");
    std::fs::write(&path, "verdict,a_id,a_name,b_id,b_name\nmaybe,A,a,B,b\n").unwrap();
    let error = read_verdicts(&path).unwrap_err().to_string();
    assert_snapshot!(
        error.replace(&format!("{}/", folder.path().display()), ""),
        @r#"review.csv, row 2, column "verdict": found "maybe", expected same, different or a blank cell"#
    );
}

#[test]
fn outlets_that_no_customer_list_has_are_blank_spots() {
    let customers = "id,name,phone,address\nK1,Balzan Pharmacy,2144 0001,12 Main Street\n";
    let merged = merged(vec![
        source("licences.csv", LICENCES, Role::List),
        source("customers.csv", customers, Role::Customers),
    ]);
    assert_eq!(together(&merged), "K1 L1\nL2");
    assert_eq!(merged.figures().blank_spots, Some(1));
}
