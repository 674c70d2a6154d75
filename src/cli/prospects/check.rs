//! The command `beatplan prospects check`, which reports the columns that are read and all faults
//! of lists.

use std::path::PathBuf;

use anyhow::bail;
use beatplan::datum::Datum;
use beatplan::lonlat::LonLat;
use beatplan::networks::NetworkCache;
use beatplan::planning::datum_fit;
use beatplan::prospects::{ListSettings, RowFault, check_list, swapped_rows};
use beatplan::road::RoadNetwork;
use beatplan::territory::Territory;
use clap::Args;

use super::super::Done;
use super::super::network_input;
use super::super::print::Printer;
use super::report::{CheckedList, MapComparison, json, text};

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan prospects check 药店.xlsx clinics.csv\n  \
                  beatplan prospects check pharmacies.csv --datum gcj02 --osm county.osm.pbf\n  \
                  beatplan prospects check --territory territory.toml --json\n\n\
                  Exit codes: 0 no faults; 1 some rows have faults; 2 a list cannot be read.")]
pub(crate) struct CheckArgs {
    /// Lists to check: text files in any encoding and with any delimiter, or workbooks
    #[arg(value_name = "LIST", required_unless_present = "territory")]
    lists: Vec<PathBuf>,
    /// Territory file: also check all its lists, with the settings in this file
    #[arg(long, value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// Map with which coordinates are compared: tests the datum, and counts places outside the map
    /// [default: no comparison]
    #[arg(long, value_name = "X.osm.pbf|X.road")]
    osm: Option<PathBuf>,
    /// Datum of the coordinates in LIST: wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu) [default: wgs84]
    #[arg(long, value_name = "DATUM")]
    datum: Option<Datum>,
    /// Sheet to read in workbooks among LIST [default: the sheet in which the program knows the largest number of columns]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Do not show the contents of personal columns
    #[arg(long)]
    drop_personal: bool,
}

/// A list to check, its settings, and the names of reps that it may contain; `None` allows any
/// name.
struct ListToCheck {
    file: PathBuf,
    settings: ListSettings,
    reps: Option<Vec<String>>,
}

pub(crate) fn run(
    args: &CheckArgs,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let bars = printer.bars();
    let lists = lists(args)?;
    let network = match &args.osm {
        Some(path) => Some(network_input::open(path, None, cache, printer, &bars)?),
        None => None,
    };
    let mut checked = Vec::new();
    let mut unreadable = Vec::new();
    for ListToCheck { file, settings, reps } in &lists {
        match check_list(file, settings, reps.as_deref()) {
            Ok(mut check) => {
                if args.drop_personal {
                    check.faults.iter_mut().chain(&mut check.doubts).for_each(|fault| {
                        hide_personal(fault, settings);
                    });
                }
                let map =
                    network.as_ref().map(|network| compare(network, &check.positions, settings));
                checked.push(CheckedList { check, settings: settings.clone(), map });
            }
            Err(error) => unreadable.push(anyhow::Error::new(error)),
        }
    }
    printer.report(&json(&checked, &unreadable), || text(&checked))?;
    if !unreadable.is_empty() {
        let reasons: Vec<String> = unreadable.iter().map(|error| format!("{error:#}")).collect();
        bail!("{}", reasons.join("\n"));
    }
    let is_faulty = checked.iter().any(|list| list.check.faulty > 0);
    Ok(if is_faulty { Done::NeedsAPerson } else { Done::Well })
}

/// Returns the lists of the territory, then the lists that the command line names.
fn lists(args: &CheckArgs) -> anyhow::Result<Vec<ListToCheck>> {
    let mut lists = Vec::new();
    if let Some(path) = &args.territory {
        let territory = Territory::read(path)?;
        let reps: Vec<String> = territory.reps.iter().map(|rep| rep.name.clone()).collect();
        for source in territory.prospects {
            let reps = Some(reps.clone());
            lists.push(ListToCheck { file: source.file, settings: source.settings, reps });
        }
    }
    for file in &args.lists {
        let settings = ListSettings {
            datum: args.datum.unwrap_or_default(),
            sheet: args.sheet.clone(),
            ..ListSettings::default()
        };
        lists.push(ListToCheck { file: file.clone(), settings, reps: None });
    }
    Ok(lists)
}

/// Compares the positions of a list with the map of `network`.
fn compare(
    network: &RoadNetwork,
    positions: &[(u64, LonLat)],
    settings: &ListSettings,
) -> MapComparison {
    let area = network.bounds();
    let places: Vec<_> = positions.iter().map(|(_, at)| *at).collect();
    MapComparison {
        off_the_map: places.iter().filter(|at| !at.is_within(area)).count(),
        swapped_rows: swapped_rows(positions, area),
        datum: datum_fit(&places, settings.datum, &[network]),
    }
}

fn hide_personal(fault: &mut RowFault, settings: &ListSettings) {
    if fault.column.as_ref().is_some_and(|header| settings.columns.is_personal(header)) {
        fault.found = "…".to_owned();
    }
}
