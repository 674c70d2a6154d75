//! `beatplan prospects check`: what is understood of lists, and everything that is wrong with them.

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
use super::super::network;
use super::super::print::Printer;
use super::super::terminal::Bars;
use super::report::{CheckedList, MapFit, json, text};

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan prospects check 药店.xlsx clinics.csv\n  \
                  beatplan prospects check pharmacies.csv --datum gcj02 --osm county.osm.pbf\n  \
                  beatplan prospects check --territory territory.toml --json\n\n\
                  Exit codes: 0 all rows are good; 1 rows are at fault; 2 a list cannot be read at all.")]
pub(crate) struct CheckArgs {
    /// Lists: text in any encoding and with any delimiter, or workbooks
    #[arg(value_name = "LIST", required_unless_present = "territory")]
    lists: Vec<PathBuf>,
    /// Check all lists of this territory file, with what it says about them
    #[arg(long, value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// Hold places against this map: the datum, and what lies off it
    #[arg(long, value_name = "X.osm.pbf|X.road")]
    osm: Option<PathBuf>,
    /// What the coordinates of LIST refer to: wgs84, gcj02 or bd09 [default: wgs84]
    #[arg(long, value_name = "DATUM")]
    datum: Option<Datum>,
    /// The sheet to read of workbooks in LIST [default: the one with most known columns]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Do not quote what stands in columns that are personal
    #[arg(long)]
    drop_personal: bool,
}

/// A list, how to read it, and who may be named in it.
struct Asked {
    file: PathBuf,
    settings: ListSettings,
    reps: Option<Vec<String>>,
}

pub(crate) fn run(
    args: &CheckArgs,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let bars = Bars::new(printer.shows_progress());
    let asked = asked(args)?;
    let network = match &args.osm {
        Some(path) => Some(network::open(path, cache, printer, &bars)?),
        None => None,
    };
    let mut checked = Vec::new();
    let mut unreadable = Vec::new();
    for Asked { file, settings, reps } in &asked {
        match check_list(file, settings, reps.as_deref()) {
            Ok(mut check) => {
                if args.drop_personal {
                    check.faults.iter_mut().chain(&mut check.doubts).for_each(|fault| {
                        hide_personal(fault, settings);
                    });
                }
                let map = network.as_ref().map(|network| fit(network, &check.positions, settings));
                checked.push(CheckedList { check, settings: settings.clone(), map });
            }
            Err(error) => unreadable.push(anyhow::Error::new(error)),
        }
    }
    if printer.json() {
        printer.result(&json(&checked, &unreadable)?)?;
    } else {
        printer.table(&text(&checked))?;
    }
    if !unreadable.is_empty() {
        let reasons: Vec<String> = unreadable.iter().map(|error| format!("{error:#}")).collect();
        bail!("{}", reasons.join("\n"));
    }
    let is_faulty = checked.iter().any(|list| list.check.faulty > 0);
    Ok(if is_faulty { Done::NeedsAPerson } else { Done::Well })
}

/// All lists that are asked for: those of the territory, then those named one by one.
fn asked(args: &CheckArgs) -> anyhow::Result<Vec<Asked>> {
    let mut asked = Vec::new();
    if let Some(path) = &args.territory {
        let territory = Territory::read(path)?;
        let reps: Vec<String> = territory.reps.iter().map(|rep| rep.name.clone()).collect();
        for source in territory.prospects {
            let reps = Some(reps.clone());
            asked.push(Asked { file: source.file, settings: source.settings, reps });
        }
    }
    for file in &args.lists {
        let settings = ListSettings {
            datum: args.datum.unwrap_or_default(),
            sheet: args.sheet.clone(),
            ..ListSettings::default()
        };
        asked.push(Asked { file: file.clone(), settings, reps: None });
    }
    Ok(asked)
}

/// Where the places of a list lie on `network`.
fn fit(network: &RoadNetwork, positions: &[(u64, LonLat)], settings: &ListSettings) -> MapFit {
    let area = network.bounds();
    let places: Vec<_> = positions.iter().map(|(_, at)| *at).collect();
    MapFit {
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
