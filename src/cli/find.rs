//! Finds the outlet that an argument names.

use anyhow::bail;
use beatplan::prospects::Prospect;

/// Maximum number of outlets that a message suggests.
const OFFERED: usize = 3;

/// Returns the prospect with the id `text`. If there is none, returns the prospect with this former
/// id, or else the only prospect with this name. Upper and lower case of names count as equal.
pub(super) fn find_prospect<'a>(
    prospects: &'a [Prospect],
    text: &str,
) -> anyhow::Result<&'a Prospect> {
    let with_id = prospects.iter().find(|prospect| prospect.id == text);
    let once = || prospects.iter().find(|prospect| prospect.former_ids().any(|id| id == text));
    if let Some(found) = with_id.or_else(once) {
        return Ok(found);
    }
    let plain = |text: &str| text.trim().to_lowercase();
    let wanted = plain(text);
    let named: Vec<&Prospect> =
        prospects.iter().filter(|prospect| plain(&prospect.name) == wanted).collect();
    let offered = |prospects: &[&Prospect]| {
        let one = |prospect: &&Prospect| format!("{} \"{}\"", prospect.id, prospect.name);
        prospects.iter().take(OFFERED).map(one).collect::<Vec<_>>().join(", ")
    };
    match named[..] {
        [only] => Ok(only),
        [] => {
            let likeness = |prospect: &Prospect| {
                let name = plain(&prospect.name);
                let by_part = if name.contains(&wanted) && !wanted.is_empty() { 0.95 } else { 0.0 };
                let by_name = strsim::jaro_winkler(&wanted, &name);
                by_name.max(strsim::jaro_winkler(&wanted, &plain(&prospect.id))).max(by_part)
            };
            let mut nearest: Vec<(f64, &Prospect)> =
                prospects.iter().map(|prospect| (likeness(prospect), prospect)).collect();
            nearest.sort_by(|(a, _), (b, _)| b.total_cmp(a));
            let nearest: Vec<&Prospect> =
                nearest.into_iter().map(|(_, prospect)| prospect).collect();
            bail!("no outlet has the id or name \"{text}\"; similar ones are {}", offered(&nearest))
        }
        _ => bail!(
            "{} outlets have the name \"{text}\"; use one of their ids: {}",
            named.len(),
            offered(&named)
        ),
    }
}

#[cfg(test)]
mod tests {
    use beatplan::lonlat::LonLat;

    use super::*;

    #[test]
    fn an_outlet_is_found_by_its_id_or_a_name_of_its_own() {
        let at = LonLat { lon: 14.4, lat: 35.9 };
        let names =
            [("P1", "Balzan Pharmacy"), ("P2", "Craig"), ("P3", "craig "), ("Craig", "Nova")];
        let prospects = names.map(|(id, name)| Prospect::new(id, name, at));
        let found =
            |text| find_prospect(&prospects, text).map(|p| p.id.clone()).map_err(|e| e.to_string());
        assert_eq!(found("P2"), Ok("P2".to_owned()));
        assert_eq!(found("balzan pharmacy"), Ok("P1".to_owned()));
        assert_eq!(found("Craig"), Ok("Craig".to_owned()), "an id goes before a name");
        assert_eq!(
            found("CRAIG").unwrap_err(),
            "2 outlets have the name \"CRAIG\"; use one of their ids: P2 \"Craig\", P3 \"craig \""
        );
        let told = found("balzan").unwrap_err();
        assert!(told.contains("similar ones are P1 \"Balzan Pharmacy\""), "{told}");
    }
}
