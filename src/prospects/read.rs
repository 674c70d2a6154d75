//! Reads one list of prospects as a whole.

use std::fs;
use std::path::Path;

use super::check::code_doubt;
use super::columns::Column;
use super::fault::{RowFault, TableError};
use super::list::{List, ListOptions};
use super::{FaultyRows, ListSettings, ListedProspect, ReadOptions};
use crate::remark::{Remark, RemarkCode, list_some};

/// Columns that can be used to look up a position if a list has no coordinates.
const ADDRESS_COLUMNS: &[Column] = &[Column::Address, Column::Township, Column::City];

/// The prospects of one list.
#[derive(Debug, Clone, PartialEq)]
pub struct ProspectList {
    /// Prospects in the order of the rows.
    pub prospects: Vec<ListedProspect>,
    /// Row number of each prospect, as a spreadsheet shows it.
    pub rows: Vec<u64>,
    /// Remarks about the list, and one remark for each fault of a row that was left out.
    pub remarks: Vec<Remark>,
    /// Number of rows that were left out because they are faulty.
    pub left_out: usize,
}

/// Reads the list `file`, a text file or a workbook.
///
/// `reps` are the names allowed in the column `rep`; `None` allows any. The list needs the columns
/// `lon` and `lat`, or one of `address`, `township` and `city`. Positions are converted to WGS-84.
/// [`List::parse`] describes how the file is read and what that costs.
///
/// ```
/// use beatplan::prospects::{ListSettings, read_prospects};
///
/// let file = "data/gozo/prospects.csv".as_ref();
/// let list = read_prospects(file, &ListSettings::default(), None)?;
/// assert_eq!(list.prospects[0].name, "Azzopardi Pharmacy");
/// # Ok::<(), beatplan::prospects::TableError>(())
/// ```
///
/// # Errors
/// The file cannot be read, is not a list or lacks columns. If rows are faulty and
/// `settings.faulty_rows` is [`FaultyRows::Refuse`], the error holds all faults of all rows.
pub fn read_prospects(
    file: &Path,
    settings: &ListSettings,
    reps: Option<&[String]>,
) -> Result<ProspectList, TableError> {
    let name = file.display().to_string();
    match fs::read(file) {
        Ok(bytes) => parse_prospects(&name, bytes, settings, reps),
        Err(source) => Err(TableError::Unreadable { file: name, source }),
    }
}

/// Does the same as [`read_prospects`], for the contents `bytes` of a file. Messages call the file
/// `file`.
///
/// # Errors
/// Same as [`read_prospects`].
pub fn parse_prospects(
    file: &str,
    bytes: Vec<u8>,
    settings: &ListSettings,
    reps: Option<&[String]>,
) -> Result<ProspectList, TableError> {
    let axes = [Column::Lon, Column::Lat];
    let parsed = List::parse(file, bytes, &ListOptions::of(settings));
    let mut list = parsed.map_err(|error| match error {
        TableError::Empty { file, mut required } => {
            required.extend(axes.map(Column::name));
            TableError::Empty { file, required }
        }
        other => other,
    })?;
    let has = |column: &Column| list.columns.iter().any(|own| own.column == Some(*column));
    if !ADDRESS_COLUMNS.iter().any(has) && !axes.iter().all(has) {
        return Err(TableError::MissingColumns {
            file: list.file,
            missing: axes.iter().filter(|axis| !has(axis)).map(|axis| axis.name()).collect(),
            found: list.columns.into_iter().map(|column| column.header).collect(),
        });
    }
    let options = ReadOptions { reps, ..ReadOptions::of(settings) };
    let mut faults = std::mem::take(&mut list.faults);
    let mut read = ProspectList {
        prospects: Vec::with_capacity(list.len()),
        rows: Vec::with_capacity(list.len()),
        remarks: std::mem::take(&mut list.remarks),
        left_out: faults.len(),
    };
    for row in list.rows() {
        match row.prospect(&options) {
            Ok(prospect) => {
                read.prospects.push(prospect);
                read.rows.push(row.number());
            }
            Err(mut found) => {
                read.left_out += 1;
                faults.append(&mut found);
            }
        }
    }
    faults.sort_by_key(|fault| fault.row);
    if !faults.is_empty() && settings.faulty_rows == FaultyRows::Refuse {
        return Err(TableError::Faults { file: list.file, faults });
    }
    let left_out = |fault: &RowFault| {
        Remark::new(RemarkCode::RowLeftOut, format!("{file}, {fault}: the row is left out"))
    };
    read.remarks.extend(faults.iter().map(left_out));
    let doubts: Vec<String> =
        list.rows().filter_map(code_doubt).map(|doubt| format!("row {}", doubt.row)).collect();
    if !doubts.is_empty() {
        read.remarks.push(Remark::new(
            RemarkCode::UsccCheck,
            format!(
                "{file}: {} of {} credit codes are not valid: {}; `beatplan prospects check` lists the reasons",
                doubts.len(),
                list.rows().filter(|row| row.cell(Column::Uscc).is_some()).count(),
                list_some(&doubts, 5)
            ),
        ));
    }
    let nameless = list.rows().filter(|row| row.cell(Column::Name).is_none()).count();
    if nameless > 0 {
        read.remarks.push(Remark::new(
            RemarkCode::NamelessProspects,
            format!(
                "{file}: {nameless} of {} rows have no name; their ids are used instead",
                list.len()
            ),
        ));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jiff::civil::{date, datetime};
    use proptest::prelude::*;

    use super::*;
    use crate::lonlat::LonLat;
    use crate::prospects::{FollowupType, OutletType, Pin, Prospect, Stage, Status, Tier};
    use crate::units::Seconds;

    fn read(text: &str) -> Result<ProspectList, TableError> {
        parse_prospects("prospects.csv", text.as_bytes().to_vec(), &ListSettings::default(), None)
    }

    fn faults(text: &str) -> String {
        read(text).expect_err("the text is at fault").to_string()
    }

    fn remarks(text: &str) -> String {
        let list = read(text).expect("the text is good");
        list.remarks.iter().map(|r| r.message.as_str()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn reads_every_column() {
        let list = read(
            "id,name,lon,lat,outlet_type,address,postcode,phone,license_no,uscc,status,tier,stage,followup_type,potential,revenue,visited_on,\
             interval_days,min_gap_days,next_action_date,must_visit,appointment,leeway_minutes,pinned,call_block_from,\
             call_block_until,visit_minutes,approach_minutes,opening_hours,visit_days,rep,source,source_date,note\n\
             P1,Balzan Pharmacy,14.4523,35.9001,health station,\"Main Street, Balzan\",BZN 1259,+356 2144,L7,91440300MA5F3T8K2H,suspended,b,not_soon,\
             Long term,1.5,12500.50,2026-11-10,21.0,0,2026/12/1,yes,2026-11-24 10:30,15,2026-11-24 10:30,2026-12-24,2027-01-06,30,6,\
             \"Mo-Fr 09:00-18:00\",\"Mo-We,fr\",Rep 1 | Rep 2,regulator,2026-01-31,\"Ask for Maria\nback door\"\n",
        )
        .unwrap();
        let expected = Prospect {
            outlet_type: OutletType::HealthStation,
            address: Some("Main Street, Balzan".into()),
            postcode: Some("BZN 1259".into()),
            phone: Some("+356 2144".into()),
            license_no: Some("L7".into()),
            uscc: Some("91440300MA5F3T8K2H".into()),
            status: Status::Suspended,
            tier: Some(Tier::B),
            stage: Stage::NotSoon,
            followup_type: Some(FollowupType::LongTerm),
            potential: 1.5,
            revenue: Some(12_500.5),
            visited_on: Some(date(2026, 11, 10)),
            interval_days: Some(21),
            min_gap_days: Some(0),
            next_action_date: Some(date(2026, 12, 1)),
            must_visit: true,
            appointment: Some(datetime(2026, 11, 24, 10, 30, 0, 0)),
            leeway_minutes: Some(15),
            pinned: Some(Pin { date: date(2026, 11, 24), time: Some(Seconds::from_minutes(630)) }),
            call_block_from: Some(date(2026, 12, 24)),
            call_block_until: Some(date(2027, 1, 6)),
            visit_minutes: Some(30),
            approach_minutes: Some(6),
            opening_hours: Some("Mo-Fr 09:00-18:00".parse().unwrap()),
            visit_days: Some("Mo,Tu,We,Fr".parse().unwrap()),
            reps: vec!["Rep 1".into(), "Rep 2".into()],
            source: Some("regulator".into()),
            source_date: Some(date(2026, 1, 31)),
            note: Some("Ask for Maria\nback door".into()),
            ..Prospect::new("P1", "Balzan Pharmacy", Some(LonLat { lon: 14.4523, lat: 35.9001 }))
        };
        assert_eq!(list.prospects, [expected]);
        assert_eq!((list.rows, list.remarks), (vec![2], vec![]));
    }

    #[test]
    fn all_faults_of_all_rows_are_reported_at_once() {
        assert_snapshot!(faults(
            "id,name,lon,lat,tier,stage,potential,visited_on,interval_days,must_visit,appointment,pinned,call_block_from,call_block_until,opening_hours\n\
             P1,A,8.5,\"49,87\",,,,,,,,,,,\n\
             P2,B,,abc,D,intrested,-1,24.11.2026,0,maybe,2026-11-24,tomorrow,2026-12-02,2026-12-01,Mo-Fr 9-5\n\
             P1,C,8.5,49.87,,,inf,,,,,,,,\n\
             ,D,200,49.87,,,,,,,,,,,\n\
             9.14201E+17,E,49.87,108.5,,,,,,,,,,,\n"
        ), @r#"
prospects.csv, row 2, column "lat": found "49,87", expected a decimal degree such as 49.87
prospects.csv, row 3, column "lon": found "", expected a decimal degree such as 14.51
prospects.csv, row 3, column "lat": found "abc", expected a decimal degree such as 49.87
prospects.csv, row 3, column "tier": found "D", expected one of A, B, C
prospects.csv, row 3, column "stage": found "intrested", expected one of blank, interested, hesitating, quoted, not_soon, never, customer, lost
prospects.csv, row 3, column "potential": found "-1", expected a number from 0 to 1000 such as 1.5
prospects.csv, row 3, column "visited_on": found "24.11.2026", expected a date such as 2026-11-24
prospects.csv, row 3, column "interval_days": found "0", expected a whole number from 1 to 3650
prospects.csv, row 3, column "must_visit": found "maybe", expected yes or no
prospects.csv, row 3, column "appointment": found "2026-11-24", expected a date and time such as 2026-11-24 10:30
prospects.csv, row 3, column "pinned": found "tomorrow", expected a date, or a date and time, such as 2026-11-24 10:30
prospects.csv, row 3, column "opening_hours": found "Mo-Fr 9-5", expected opening hours such as "Mo-Fr 09:00-12:00,14:00-18:00" (not understood from character 7 on: morning or afternoon? write it as in 09:00-17:00)
prospects.csv, row 3, column "call_block_until": found "2026-12-01", expected a date not before call_block_from (2026-12-02)
prospects.csv, row 4, column "id": found "P1", expected a unique id; row 2 has the same
prospects.csv, row 4, column "potential": found "inf", expected a number from 0 to 1000 such as 1.5
prospects.csv, row 5, column "lon": found "200", expected a decimal degree such as 14.51
prospects.csv, row 6, column "id": found "9.14201E+17", expected the whole id: a spreadsheet has rounded this one; format the column as text and enter it again
prospects.csv, row 6, column "lat": found "108.5", expected a latitude from -90 to 90; are lon and lat swapped?
"#);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let text = "\r\nid,name,lon,lat,note\r\n\r\nP1,A,8.5,x,\"two\r\nlines\"\r\n,,,,\r\nP2,B,8.5,y,\r\n";
        assert_snapshot!(faults(text), @r#"
prospects.csv, row 4, column "lat": found "x", expected a decimal degree such as 49.87
prospects.csv, row 6, column "lat": found "y", expected a decimal degree such as 49.87
"#);
        assert_snapshot!(faults(&text.replace("\r\n", "\n")), @r#"
prospects.csv, row 4, column "lat": found "x", expected a decimal degree such as 49.87
prospects.csv, row 6, column "lat": found "y", expected a decimal degree such as 49.87
"#);
    }

    #[test]
    fn a_row_with_cells_missing_or_too_many_is_a_fault() {
        assert_snapshot!(faults("id,name,lon,lat\nP1,A,8.5\nP2,B,8.5,49.8,x\nP3,Shop, Inc.,8.5,49.8\n"), @r#"
prospects.csv, row 2: found 3 cells, expected 4 as in the header; quote cells that contain ","
prospects.csv, row 3: found 5 cells, expected 4 as in the header; quote cells that contain ","
prospects.csv, row 4: found 5 cells, expected 4 as in the header; quote cells that contain ","
"#);
    }

    #[test]
    fn a_stray_quotation_mark_does_not_swallow_rows_silently() {
        assert_snapshot!(faults("id,name,lon,lat,note\nP1,A,8.5,49.8,\"said no\nP2,B,8.5,49.8,\nP3,C,8.5,49.8,\n"), @r#"prospects.csv, row 2: found a cell that spans several rows, expected a closing quotation mark at the end of each quoted cell (write a quotation mark inside a cell as "")"#);
        assert_snapshot!(faults("id,name,lon,lat,note\nP1,A,8.5,49.8,\"said no\nP2,B,8.5,49.8,\nP3,C,8.5,49.8,\"x\"\n"), @r#"prospects.csv, row 2: found a cell that spans several rows, expected a closing quotation mark at the end of each quoted cell (write a quotation mark inside a cell as "")"#);
        assert_snapshot!(faults("id,name,lon,lat,note\nP1,A,8.5,49.8,\"said no\nP2,B,8.5,49.8,\"\"\nP3,C,8.5,49.8,\"x\"\n"), @r#"prospects.csv, row 2: found a cell that spans several rows, expected a closing quotation mark at the end of each quoted cell (write a quotation mark inside a cell as "")"#);
        assert_eq!(
            read("id,name,lon,lat,note\nP1,A,8.5,49.8,a 5\" screen\nP2,B,8.5,49.8,\n")
                .unwrap()
                .rows,
            [2, 3]
        );
    }

    #[test]
    fn names_what_the_header_lacks() {
        assert_snapshot!(faults(""), @"prospects.csv is empty; expected a header row with the columns id, name, lon, lat");
        assert_snapshot!(faults("\n , \n"), @"prospects.csv is empty; expected a header row with the columns id, name, lon, lat");
        assert_snapshot!(faults("id;name;eastern;northern\n"), @r#"prospects.csv lacks the column "lon" and the column "lat" (it has: id, name, eastern, northern); add the missing columns, or rename the columns that hold these values"#);
        assert_snapshot!(faults("id,name,lon,lat,Name\n"), @r#"prospects.csv has two columns "Name"; rename or remove one"#);
    }

    #[test]
    fn remarks_on_unknown_columns_and_on_a_list_without_rows() {
        assert_snapshot!(remarks("id,name,lon,lat,tire,colour,\nP1,A,8.5,49.8,A,red,\n"), @r#"
prospects.csv: column 5 "tire" is unknown and is copied to the output unchanged; did you mean "tier"?
prospects.csv: column 6 "colour" is unknown and is copied to the output unchanged
"#);
        assert_snapshot!(remarks("id,name,lon,lat\n"), @"prospects.csv has a header of 4 columns but no rows");
    }

    #[test]
    fn an_outlet_without_a_name_goes_by_its_id() {
        let list = read("id,name,lon,lat\nP1, ,8.5,49.8\nP2,B,8.5,49.8").unwrap();
        assert_eq!(list.prospects[0].name, "P1");
        assert_eq!(list.remarks[0].code, RemarkCode::NamelessProspects);
    }

    #[test]
    fn a_rep_must_be_one_of_those_there_are() {
        let reps = ["Rep 1".to_owned(), "Rep 2".to_owned()];
        let text = "id,name,lon,lat,rep\nP1,A,8.5,49.8,Rep 2\nP2,B,8.5,49.8,Rep 2|rep 1\nP3,C,8.5,49.8,Li Wei\nP4,D,8.5,49.8,\n";
        let error = parse_prospects(
            "prospects.csv",
            text.as_bytes().to_vec(),
            &ListSettings::default(),
            Some(&reps),
        )
        .unwrap_err();
        assert_snapshot!(error.to_string(), @r#"
prospects.csv, row 3, column "rep": found "Rep 2|rep 1", expected the name of a rep; did you mean "Rep 1"?
prospects.csv, row 4, column "rep": found "Li Wei", expected the name of a rep: Rep 1, Rep 2
"#);
    }

    #[test]
    fn of_many_faults_fifty_are_spelled_out_and_all_are_counted() {
        let rows: String = (0..70).map(|n| format!("P{n},A,x,49.8\n")).collect();
        let message = faults(&format!("id,name,lon,lat\n{rows}"));
        assert_eq!(message.lines().count(), 51);
        assert_snapshot!(message.lines().last().unwrap(), @"prospects.csv: 70 faults in total; 20 are not shown here");
    }

    #[test]
    fn reads_what_chinese_spreadsheets_write() {
        let text = "id，name，lon，lat，note\r\nP1，北京，同仁堂\r\n"
            .replace("，同仁堂", "，116.4，39.9，\"一，二\"");
        let bytes = encoding_rs::GB18030.encode(&text).0;
        let list = parse_prospects("prospects.csv", bytes.to_vec(), &ListSettings::default(), None)
            .unwrap();
        assert_eq!(list.prospects[0].name, "北京");
        assert_eq!(list.prospects[0].note.as_deref(), Some("一，二"));
        assert_eq!(list.remarks[0].message, "prospects.csv is not UTF-8; it was read as gb18030");
    }

    /// A cell that may hold anything, quoted as CSV wants it.
    fn cell() -> impl Strategy<Value = (String, String)> {
        "[a-z\"，,;\t\r\n 药é]{0,12}".prop_map(|text| {
            let quoted = format!("\"{}\"", text.replace('"', "\"\""));
            (text.trim().to_owned(), quoted)
        })
    }

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse_prospects("x.csv", bytes.clone(), &ListSettings::default(), None);
            let with_header = [b"id,name,lon,lat,note,opening_hours,appointment\n", &bytes[..]].concat();
            let _ = parse_prospects("x.csv", with_header, &ListSettings::default(), None);
        }

        #[test]
        fn reading_rows_of_odd_cells_never_panics(
            text in "(P[0-9]|,|\"|\n|\r|\r\n|1\\.5|2026-11-24|e|E|-|:|T| |\\PC){0,80}"
        ) {
            let _ = read(&format!("id,name,lon,lat,note,opening_hours,appointment,visited_on,tier\n{text}"));
        }

        #[test]
        fn no_good_row_is_lost_or_changed(
            rows in prop::collection::vec((cell(), cell(), -180_000..180_000, -90_000..90_000), 0..20),
            delimiter in prop::sample::select(vec![",", ";", "\t", "，"]),
            line_end in prop::sample::select(vec!["\n", "\r\n", "\n\n"]),
        ) {
            let mut text = ["id", "name", "lon", "lat", "note"].join(delimiter) + line_end;
            for (at, ((_, name), (_, note), lon, lat)) in rows.iter().enumerate() {
                let (lon, lat) = (f64::from(*lon) / 1000.0, f64::from(*lat) / 1000.0);
                let cells = [format!("P{at}"), name.clone(), lon.to_string(), lat.to_string(), note.clone()];
                text += &(cells.join(delimiter) + line_end);
            }
            let list = read(&text).unwrap();
            prop_assert_eq!(list.prospects.len(), rows.len());
            for (at, ((name, _), (note, _), lon, lat)) in rows.iter().enumerate() {
                let prospect = &list.prospects[at];
                let id = format!("P{at}");
                prop_assert_eq!(&prospect.name, if name.is_empty() { &id } else { name });
                prop_assert_eq!(prospect.note.as_deref().unwrap_or_default(), note);
                let (lon, lat) = (f64::from(*lon) / 1000.0, f64::from(*lat) / 1000.0);
                prop_assert_eq!(prospect.at, Some(LonLat { lon, lat }));
            }
        }
    }
}
