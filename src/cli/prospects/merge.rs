//! The command `beatplan prospects merge`, which merges lists into one list that contains each
//! outlet once.

use std::path::{Path, PathBuf};

use beatplan::datum::Datum;
use beatplan::osm;
use beatplan::output::{ATTRIBUTION, discovery_as_csv};
use beatplan::prospects::merge::{
    MergeFigures, MergeOptions, Merged, Role, Source, Verdicts, merge, read_verdicts,
};
use beatplan::prospects::{DiscoverRequest, List, ListOptions, ListSettings, discover};
use beatplan::territory::Territory;
use beatplan::units::counted;
use clap::Args;
use serde_json::json;

use crate::cli::Done;
use crate::cli::print::{Printer, write_file};
use crate::cli::progress_bars::Bars;
use crate::cli::table::new_table;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  beatplan prospects merge licences.csv colleagues.xlsx --osm county.osm.pbf -o merged.csv --review review.csv\n  \
                  beatplan prospects merge --territory territory.toml --customers customers.csv --previous merged.csv -o merged.csv\n\n\
                  Name the lists in the order of trust: where two lists differ, the first one counts; customers count before \
                  all. Pairs of high and medium confidence become one outlet. Pairs of medium and low confidence are on the \
                  review list: write \"same\" or \"different\" into its column verdict, and pass it back with --verdicts.\n\n\
                  Exit codes: 0 done; 1 rows were rejected, or pairs wait for a verdict; 2 a list cannot be read."
)]
pub(crate) struct MergeArgs {
    /// Lists to merge, as text files or workbooks; the list that you trust most comes first
    #[arg(value_name = "LIST", required_unless_present_any = ["territory", "osm"])]
    lists: Vec<PathBuf>,
    /// Datum of the coordinates in LIST and in --customers: wgs84, gcj02 (Amap, Tencent) or bd09
    /// (Baidu); a column datum in a list takes precedence [default: wgs84]
    #[arg(long)]
    datum: Option<Datum>,
    /// Territory file: also merge its lists, with the settings in this file; they come before LIST
    #[arg(long, value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// List of our customers; all outlets that are not in it become blank spots
    #[arg(long, value_name = "LIST")]
    customers: Option<PathBuf>,
    /// Map whose outlets are merged too; they come after LIST
    #[arg(long, value_name = "EXTRACT")]
    osm: Option<PathBuf>,
    /// Result of the previous merge: outlets keep the ids that they have there, and changes are
    /// reported
    #[arg(long, value_name = "MERGED.csv")]
    previous: Option<PathBuf>,
    /// Merged list to write
    #[arg(short, long, value_name = "MERGED.csv")]
    output: PathBuf,
    /// Review list to write: pairs of rows that may be one outlet, on which a person should decide
    #[arg(long, value_name = "REVIEW.csv")]
    review: Option<PathBuf>,
    /// Review list in which a person has entered verdicts; they are applied
    #[arg(long, value_name = "REVIEW.csv")]
    verdicts: Option<PathBuf>,
    /// File to write with the rejected rows and their faults [default: MERGED-rejected.csv, beside
    /// MERGED.csv]
    #[arg(long, value_name = "REJECTED.csv")]
    rejected: Option<PathBuf>,
    /// Leave personal columns out of the files
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
    write_file(&args.output, |file| merged.write(file))?;
    if let Some(path) = &args.review {
        write_file(path, |file| merged.write_review(file))?;
    }
    let has_rejected = merged.rejected().len() > 0;
    let rejected = args.rejected.clone().unwrap_or_else(|| beside(&args.output));
    if has_rejected {
        write_file(&rejected, |file| merged.write_rejected(file))?;
    }
    let figures = merged.figures();
    let mut as_json = json!(figures);
    as_json["remarks"] = json!(merged.remarks());
    printer.report(&as_json, || report(args, &merged, &figures, &rejected))?;
    printer.remarks(merged.remarks(), "--json lists all");
    if args.osm.is_some() {
        printer.note(ATTRIBUTION);
    }
    let needs_a_person = has_rejected || figures.pairs_to_review > 0;
    Ok(if needs_a_person { Done::NeedsAPerson } else { Done::Well })
}

/// Reads all lists; the list of highest trust comes first.
fn sources(args: &MergeArgs, bars: &Bars) -> anyhow::Result<Vec<Source>> {
    let mut lists: Vec<(PathBuf, ListSettings, Role)> = Vec::new();
    if let Some(path) = &args.territory {
        let own = Territory::read(path)?.prospects.into_iter();
        lists.extend(own.map(|list| (list.file, list.settings, Role::List)));
    }
    let datum = args.datum.unwrap_or_default();
    let stated = || ListSettings { datum, ..ListSettings::default() };
    lists.extend(args.lists.iter().map(|path| (path.clone(), stated(), Role::List)));
    lists.extend(args.customers.iter().map(|path| (path.clone(), stated(), Role::Customers)));
    // The positions in a merged list are in WGS-84.
    let previous = |path: &PathBuf| (path.clone(), ListSettings::default(), Role::Previous);
    lists.extend(args.previous.iter().map(previous));
    let mut sources = Vec::new();
    for (path, settings, role) in lists {
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

/// Returns the path for rejected rows, such as `lists/merged-rejected.csv` for `lists/merged.csv`.
fn beside(output: &Path) -> PathBuf {
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!("{stem}-rejected.csv"))
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
        "{}: {}, {} of them in several rows; {} merged with high confidence, {} with medium",
        args.output.display(),
        counted(figures.outlets, "outlet", "outlets"),
        figures.of_several_rows,
        counted(figures.pairs_high, "pair", "pairs"),
        figures.pairs_medium
    ));
    if figures.pairs_to_review > 0 {
        let where_to = match &args.review {
            Some(path) => format!("see {}", path.display()),
            None => "--review FILE lists them".to_owned(),
        };
        let pairs = counted(
            figures.pairs_to_review,
            "pair may be one outlet and waits",
            "pairs may be one outlet and wait",
        );
        lines.push(format!("{pairs} for a verdict; {where_to}"));
    }
    if let Some(blank) = figures.blank_spots {
        lines
            .push(format!("{blank} of {} outlets are blank spots (no customers)", figures.outlets));
    }
    if figures.without_position > 0 {
        let outlets = counted(figures.without_position, "outlet has", "outlets have");
        lines.push(format!("{outlets} no position yet"));
    }
    if !figures.changes.is_empty() {
        let changes: Vec<String> =
            figures.changes.iter().map(|(change, count)| format!("{count} {change}")).collect();
        lines.push(format!("since the previous merge: {}", changes.join(", ")));
    }
    if merged.rejected().len() > 0 {
        let rows = counted(merged.rejected_rows(), "row", "rows");
        lines.push(format!("{rows} could not be used: {}", rejected.display()));
    }
    lines.join("\n") + "\n"
}
