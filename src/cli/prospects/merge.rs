//! `beatplan prospects merge`: many lists into one, each outlet once.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use beatplan::datum::Datum;
use beatplan::osm;
use beatplan::output::{ATTRIBUTION, discovery_as_csv};
use beatplan::prospects::merge::{
    MergeFigures, MergeOptions, Merged, Role, Source, Verdicts, merge, read_verdicts,
};
use beatplan::prospects::{DiscoverRequest, List, ListOptions, ListSettings, discover};
use beatplan::territory::Territory;
use beatplan::whole_file::write_whole;
use clap::Args;
use serde_json::json;

use crate::cli::Done;
use crate::cli::print::Printer;
use crate::cli::table::new_table;
use crate::cli::terminal::Bars;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  beatplan prospects merge licences.csv colleagues.xlsx --osm county.osm.pbf -o merged.csv --review review.csv\n  \
                  beatplan prospects merge --territory territory.toml --customers customers.csv --previous merged.csv -o merged.csv\n\n\
                  Lists are given in the order of trust: where two say different things, the first counts; customers come \
                  before all. Pairs of high and medium confidence become one outlet; medium and low ones are on the review \
                  list, where the column verdict takes \"same\" or \"different\", to be heeded with --verdicts.\n\n\
                  Exit codes: 0 done; 1 rows were rejected, or pairs wait for a verdict; 2 a list cannot be read at all."
)]
pub(crate) struct MergeArgs {
    /// Lists, text or workbooks, in the order of trust
    #[arg(value_name = "LIST", required_unless_present_any = ["territory", "osm"])]
    lists: Vec<PathBuf>,
    /// What the coordinates of LIST and of the customers refer to: wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu); a column datum goes before
    #[arg(long)]
    datum: Option<Datum>,
    /// Merge the lists of this territory file, with what it says about them, before LIST
    #[arg(long, value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// The list of our customers; all other outlets are blank spots
    #[arg(long, value_name = "LIST")]
    customers: Option<PathBuf>,
    /// Also the outlets of this map
    #[arg(long, value_name = "EXTRACT")]
    osm: Option<PathBuf>,
    /// What the last merging wrote: outlets keep their ids, and what changed is told
    #[arg(long, value_name = "merged.csv")]
    previous: Option<PathBuf>,
    /// The merged list to write
    #[arg(short, long, value_name = "merged.csv")]
    output: PathBuf,
    /// Write pairs that may be one outlet here, for a person to decide
    #[arg(long, value_name = "review.csv")]
    review: Option<PathBuf>,
    /// A review list with verdicts
    #[arg(long, value_name = "review.csv")]
    verdicts: Option<PathBuf>,
    /// Write rows that cannot be used here, with what is wrong [default: beside the merged list, as …-rejected.csv]
    #[arg(long, value_name = "rejected.csv")]
    rejected: Option<PathBuf>,
    /// Leave out columns with personal content
    #[arg(long)]
    drop_personal: bool,
}

pub(super) fn run(args: &MergeArgs, printer: &Printer, bars: &Bars) -> anyhow::Result<Done> {
    let sources = sources(args, bars)?;
    let verdicts = match &args.verdicts {
        Some(path) => read_verdicts(path)?,
        None => Verdicts::default(),
    };
    let merged = merge(sources, &verdicts, MergeOptions { drop_personal: args.drop_personal });
    write(&args.output, |file| merged.write(file))?;
    if let Some(path) = &args.review {
        write(path, |file| merged.write_review(file))?;
    }
    let has_rejected = merged.rejected().len() > 0;
    let rejected = args.rejected.clone().unwrap_or_else(|| beside(&args.output));
    if has_rejected {
        write(&rejected, |file| merged.write_rejected(file))?;
    }
    let figures = merged.figures();
    if printer.json() {
        let mut report = json!(figures);
        report["remarks"] = json!(merged.remarks());
        printer.result(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        printer.table(&report(args, &merged, &figures, &rejected))?;
    }
    printer.remarks(merged.remarks());
    if args.osm.is_some() {
        printer.note(ATTRIBUTION);
    }
    let needs_a_person = has_rejected || figures.pairs_to_review > 0;
    Ok(if needs_a_person { Done::NeedsAPerson } else { Done::Well })
}

/// All lists that are asked for, in the order of trust.
fn sources(args: &MergeArgs, bars: &Bars) -> anyhow::Result<Vec<Source>> {
    let mut asked: Vec<(PathBuf, ListSettings, Role)> = Vec::new();
    if let Some(path) = &args.territory {
        let lists = Territory::read(path)?.prospects.into_iter();
        asked.extend(lists.map(|list| (list.file, list.settings, Role::List)));
    }
    let datum = args.datum.unwrap_or_default();
    let stated = || ListSettings { datum, ..ListSettings::default() };
    asked.extend(args.lists.iter().map(|path| (path.clone(), stated(), Role::List)));
    asked.extend(args.customers.iter().map(|path| (path.clone(), stated(), Role::Customers)));
    // What a merging wrote is WGS-84.
    let previous = |path: &PathBuf| (path.clone(), ListSettings::default(), Role::Previous);
    asked.extend(args.previous.iter().map(previous));
    let mut sources = Vec::new();
    for (path, settings, role) in asked {
        let list = List::read(&path, &ListOptions::of(&settings))?;
        sources.push(Source { list, settings, role });
    }
    if let Some(path) = &args.osm {
        let extract = osm::read(path, bars)?;
        let discovery = discover(&extract, &DiscoverRequest::default())?;
        let text = discovery_as_csv(&discovery)?;
        let settings = ListSettings::default();
        let name = path.display().to_string();
        let list = List::parse(&name, text.into_bytes(), &ListOptions::of(&settings))?;
        sources.push(Source { list, settings, role: Role::List });
    }
    Ok(sources)
}

/// `lists/merged-rejected.csv` for `lists/merged.csv`.
fn beside(output: &Path) -> PathBuf {
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!("{stem}-rejected.csv"))
}

fn write(
    path: &Path,
    write: impl FnOnce(&mut io::BufWriter<&mut File>) -> io::Result<()>,
) -> anyhow::Result<()> {
    write_whole(path, |file| {
        let mut buffered = io::BufWriter::new(file);
        write(&mut buffered)?;
        io::Write::flush(&mut buffered)
    })
    .with_context(|| format!("{}: cannot be written", path.display()))
}

fn report(args: &MergeArgs, merged: &Merged, figures: &MergeFigures, rejected: &Path) -> String {
    let mut table = new_table(["list", "rows", "rejected", "merged", "new"]);
    for list in &figures.lists {
        let counts =
            [list.rows, list.rejected, list.merged, list.new].map(|count| count.to_string());
        table.add_row([list.file.clone()].into_iter().chain(counts));
    }
    let mut lines = vec![table.to_string()];
    lines.push(format!(
        "{}: {} outlets, {} of them in several rows; {} pairs merged with high confidence, {} with medium",
        args.output.display(),
        figures.outlets,
        figures.of_several_rows,
        figures.pairs_high,
        figures.pairs_medium
    ));
    if figures.pairs_to_review > 0 {
        let where_to = match &args.review {
            Some(path) => format!("they are in {}", path.display()),
            None => "--review FILE lists them".to_owned(),
        };
        lines.push(format!(
            "{} pairs may be one outlet and wait for a verdict: {where_to}",
            figures.pairs_to_review
        ));
    }
    if let Some(blank) = figures.blank_spots {
        lines.push(format!("{blank} of {} outlets are blank spots: no customer", figures.outlets));
    }
    if figures.without_position > 0 {
        lines.push(format!("{} outlets have no position yet", figures.without_position));
    }
    if !figures.changes.is_empty() {
        let changes: Vec<String> =
            figures.changes.iter().map(|(change, count)| format!("{count} {change}")).collect();
        lines.push(format!("since the last merging: {}", changes.join(", ")));
    }
    if merged.rejected().len() > 0 {
        lines.push(format!(
            "{} rows could not be used: {}",
            merged.rejected_rows(),
            rejected.display()
        ));
    }
    lines.join("\n") + "\n"
}
