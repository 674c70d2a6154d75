//! `beatplan prospects discover`: the outlets of an extract as a list.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use beatplan::osm;
use beatplan::output::{ATTRIBUTION, discovery_as_csv, discovery_as_geojson};
use beatplan::prospects::{DiscoverRequest, Discovery, discover};
use beatplan::whole_file::write_whole;
use clap::Args;
use serde_json::json;

use crate::cli::Done;
use crate::cli::form::Form;
use crate::cli::print::Printer;
use crate::cli::terminal::Bars;

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan prospects discover county.osm.pbf -o map.csv\n  \
                  beatplan prospects discover county.osm.pbf -o map.geojson --kinds pharmacy,chemist --within Victoria\n\n\
                  The list has the columns of any other list; its id is the number of the object on the map. Points and \
                  the buildings around them are listed once; what is disused or abandoned is left out and counted.")]
pub(crate) struct DiscoverArgs {
    /// The extract
    #[arg(value_name = "EXTRACT")]
    extract: PathBuf,
    /// The list to write, CSV, or GeoJSON where it ends in .geojson [default: CSV to standard output]
    #[arg(short, long, value_name = "F.csv")]
    output: Option<PathBuf>,
    /// Only these kinds: pharmacy, clinic, doctors, hospital, chemist, or any value of healthcare=* [default: all but
    /// dentists, opticians and vets]
    #[arg(long, value_delimiter = ',', value_name = "KINDS")]
    kinds: Vec<String>,
    /// Only in the administrative area of this name
    #[arg(long, value_name = "AREA")]
    within: Option<String>,
}

pub(super) fn run(args: &DiscoverArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let form = args.output.as_deref().map(Form::of).transpose()?;
    let extract = osm::read(&args.extract, bars)?;
    let request = DiscoverRequest { kinds: args.kinds.clone(), within: args.within.clone() };
    let discovery = discover(&extract, &request)?;
    match args.output.as_deref().zip(form) {
        Some((path, form)) => {
            let text = match form {
                Form::Csv => discovery_as_csv(&discovery)?,
                Form::GeoJson => discovery_as_geojson(&discovery),
            };
            write_whole(path, |file| file.write_all(text.as_bytes()))
                .with_context(|| format!("{}: cannot be written", path.display()))?;
            report(path, &discovery, printer)?;
        }
        None => printer.result(&discovery_as_csv(&discovery)?)?,
    }
    printer.remarks(&discovery.remarks);
    printer.note(ATTRIBUTION);
    if discovery.outlets.is_empty() {
        printer.note("note: the map knows no such outlet here; the list is empty");
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
    if printer.json() {
        let figures = json!({
            "file": path, "outlets": discovery.outlets.len(), "kinds": kinds, "with_name": named,
            "with_address": addressed, "with_phone": phoned, "as_of": discovery.as_of,
            "remarks": discovery.remarks, "attribution": ATTRIBUTION,
        });
        return printer.result(&format!("{}\n", serde_json::to_string_pretty(&figures)?));
    }
    let mut by_count: Vec<(&str, usize)> = kinds.into_iter().collect();
    by_count.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let kinds: Vec<String> =
        by_count.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    printer.table(&format!(
        "{}: {} outlets ({}); {named} with a name, {addressed} with an address, {phoned} with a telephone\n",
        path.display(),
        discovery.outlets.len(),
        kinds.join(", "),
    ))
}
