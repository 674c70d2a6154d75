//! The command `beatplan prospects discover`, which writes the outlets of an extract as a list.

use std::collections::BTreeMap;
use std::path::PathBuf;

use beatplan::osm;
use beatplan::output::{ATTRIBUTION, discovery_as_csv, discovery_as_geojson};
use beatplan::prospects::{DiscoverRequest, Discovery, discover};
use beatplan::units::counted;
use clap::Args;
use serde_json::json;

use crate::cli::Done;
use crate::cli::list_format::ListFormat;
use crate::cli::print::{Printer, write_file};
use crate::cli::progress_bars::Bars;

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan prospects discover county.osm.pbf -o map.csv\n  \
                  beatplan prospects discover county.osm.pbf -o map.geojson --kinds pharmacy,chemist --within Victoria\n\n\
                  The list can be used like any other; the id of an outlet is that of its OpenStreetMap object. A point \
                  and the building around it count as one outlet. Disused and abandoned outlets are left out and counted.")]
pub(crate) struct DiscoverArgs {
    /// OpenStreetMap extract
    #[arg(value_name = "EXTRACT")]
    extract: PathBuf,
    /// File to write; its extension selects CSV or GeoJSON [default: CSV to standard output]
    #[arg(short, long, value_name = "FILE.csv|FILE.geojson")]
    output: Option<PathBuf>,
    /// List only these kinds, separated by commas: pharmacy, clinic, doctors, hospital, chemist, or any value of healthcare=*
    /// [default: all except dentists, opticians and vets]
    #[arg(long, value_delimiter = ',', value_name = "KINDS")]
    kinds: Vec<String>,
    /// List only outlets in the administrative area with this name [default: the whole extract]
    #[arg(long, value_name = "AREA")]
    within: Option<String>,
}

pub(super) fn run(args: &DiscoverArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let format = args.output.as_deref().map(ListFormat::of).transpose()?;
    let extract = osm::read(&args.extract, bars)?;
    let request = DiscoverRequest { kinds: args.kinds.clone(), within: args.within.clone() };
    let discovery = discover(&extract, &request)?;
    match args.output.as_deref().zip(format) {
        Some((path, format)) => {
            let text = match format {
                ListFormat::Csv => discovery_as_csv(&discovery)?,
                ListFormat::GeoJson => discovery_as_geojson(&discovery),
            };
            write_file(path, |file| file.write_all(text.as_bytes()))?;
            report(path, &discovery, printer)?;
        }
        None => printer.result(&discovery_as_csv(&discovery)?)?,
    }
    printer.remarks(&discovery.remarks, "--json lists all");
    printer.note(ATTRIBUTION);
    if discovery.outlets.is_empty() {
        printer.note("note: the map has no such outlet here; the list is empty");
        return Ok(Done::NeedsAPerson);
    }
    Ok(Done::Well)
}

fn report(path: &std::path::Path, discovery: &Discovery, printer: &Printer) -> anyhow::Result<()> {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for outlet in &discovery.outlets {
        *kinds.entry(&outlet.kind).or_default() += 1;
    }
    let count = |is: fn(&&beatplan::prospects::MappedOutlet) -> bool| {
        discovery.outlets.iter().filter(is).count()
    };
    let named = count(|outlet| outlet.name().is_some());
    let addressed = count(|outlet| outlet.address().is_some());
    let phoned = count(|outlet| outlet.phone().is_some());
    let figures = json!({
        "file": path, "outlets": discovery.outlets.len(), "kinds": kinds, "with_name": named,
        "with_address": addressed, "with_phone": phoned, "as_of": discovery.as_of,
        "remarks": discovery.remarks, "attribution": ATTRIBUTION,
    });
    let mut by_count: Vec<(&str, usize)> = kinds.into_iter().collect();
    by_count.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let kinds: Vec<String> =
        by_count.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    printer.report(&figures, || {
        format!(
            "{}: {} ({}); {named} with a name, {addressed} with an address, {phoned} with a telephone\n",
            path.display(),
            counted(discovery.outlets.len(), "outlet", "outlets"),
            kinds.join(", "),
        )
    })
}
