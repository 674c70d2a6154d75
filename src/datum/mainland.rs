//! Holds the outline of mainland China, inside which maps are shifted.

use crate::lonlat::LonLat;

/// Returns whether `at` (WGS-84) is in mainland China with Hainan, where maps are shifted.
///
/// Uses an outline of about 250 points, which was drawn for this program from border towns, passes
/// and river mouths. The outline is within about 25 km of the land border, and within a few hundred
/// metres of the borders of Hong Kong and Macau. The tests show that all their border towns are on
/// the correct side. At sea, the outline contains the islands of the mainland; Taiwan, the Penghu
/// islands, Kinmen and Matsu are outside. Disputed land is inside if the People's Republic
/// administers it. The outline makes no statement about sovereignty.
///
/// O(points of the outline); takes less than 0.3 µs.
pub fn is_mainland(at: LonLat) -> bool {
    let (west, east, south, north) = (73.4, 135.2, 15.5, 53.7);
    (west..east).contains(&at.lon)
        && (south..north).contains(&at.lat)
        && (is_inside(at, MAINLAND) || is_inside(at, PARACELS))
        && !OTHERS.iter().any(|ring| is_inside(at, ring))
}

/// Returns whether a ray to the east crosses `ring` an odd number of times.
fn is_inside(at: LonLat, ring: &[(f64, f64)]) -> bool {
    let mut inside = false;
    let mut previous = ring[ring.len() - 1];
    for &(lon, lat) in ring {
        let (before_lon, before_lat) = previous;
        if (lat > at.lat) != (before_lat > at.lat)
            && at.lon < (before_lon - lon) * (at.lat - lat) / (before_lat - lat) + lon
        {
            inside = !inside;
        }
        previous = (lon, lat);
    }
    inside
}

/// Longitude and latitude of the points of the outline, clockwise from the mouth of the Yalu.
#[rustfmt::skip]
const MAINLAND: &[(f64, f64)] = &[
    // The sea in the east, beyond the islands of the mainland.
    (124.20, 39.75), (123.60, 39.10), (123.00, 38.50), (123.60, 37.20), (122.80, 36.20), (121.80, 34.80),
    (122.90, 32.60), (123.60, 31.00), (123.60, 29.50), (122.60, 28.00), (121.30, 26.80), (120.60, 26.00),
    (120.30, 25.60), (120.00, 25.00), (119.30, 24.40), (118.60, 24.00), (118.00, 23.20), (117.00, 22.50),
    // South of Guangdong and Hainan.
    (115.50, 21.80), (114.00, 21.60), (112.00, 20.90), (111.30, 19.60), (110.80, 18.40), (109.60, 17.90),
    (108.30, 18.20), (107.90, 19.40), (108.20, 20.60), (108.05, 21.40),
    // Vietnam: the Beilun at Dongxing, Pingxiang, Jingxi, Malipo, Hekou, Jinping.
    (107.985, 21.535), (107.960, 21.539), (107.80, 21.62), (107.40, 21.60), (107.05, 21.78), (106.75, 21.98), (106.66, 22.10),
    (106.55, 22.45), (106.80, 22.80), (106.30, 22.87), (105.85, 22.92), (105.55, 23.08), (105.33, 23.38),
    (104.85, 23.18), (104.75, 22.85), (104.35, 22.70), (104.00, 22.515), (103.955, 22.505), (103.62, 22.78), (103.30, 22.68),
    (103.05, 22.45), (102.50, 22.76), (102.25, 22.42),
    // Laos: Jiangcheng, Mohan, Mengla.
    (101.75, 22.48), (101.55, 22.25), (101.78, 21.75), (101.74, 21.20), (101.30, 21.17), (101.10, 21.60),
    // Myanmar: Daluo, Menglian, Zhenkang, Ruili, Yingjiang, the Gaoligong.
    (100.65, 21.47), (100.20, 21.45), (99.95, 21.68), (100.00, 22.05), (99.35, 22.10), (99.15, 22.15), (99.45, 22.80),
    (99.10, 23.08), (98.88, 23.35), (98.88, 23.75), (98.65, 24.10), (98.20, 24.08), (97.88, 23.98),
    (97.72, 23.86), (97.55, 23.92), (97.75, 24.30), (97.55, 24.75), (97.80, 25.20), (98.15, 25.60), (98.65, 26.10),
    (98.72, 26.70), (98.68, 27.50), (98.30, 27.65), (97.90, 28.10), (97.35, 28.25),
    // India, Bhutan, Nepal: the crest of the Himalaya.
    (96.40, 28.55), (96.10, 29.35), (95.30, 29.10), (94.60, 29.25), (94.00, 28.85), (93.35, 28.62), (92.50, 27.92),
    (91.70, 27.85), (91.20, 28.02), (90.30, 28.18), (89.60, 28.15), (89.20, 27.72), (88.97, 27.28), (88.85, 27.35), (88.75, 27.95),
    (88.10, 27.92), (87.00, 27.95), (86.15, 28.05), (85.95, 27.95), (85.75, 28.30), (85.30, 28.30), (85.10, 28.55),
    (84.20, 28.90), (83.50, 29.25), (82.20, 30.10), (81.40, 30.20), (80.95, 30.25), (80.20, 30.60), (79.40, 31.10),
    (78.80, 31.40), (78.75, 32.00), (78.45, 32.45), (79.25, 32.60), (79.05, 33.20), (78.75, 33.75), (78.75, 34.45),
    (78.15, 34.65), (78.05, 35.35), (77.80, 35.50), (76.90, 35.60), (76.15, 35.85), (75.90, 36.35), (75.45, 36.75), (74.85, 37.00),
    // Afghanistan, Tajikistan, Kyrgyzstan: the Pamir, Irkeshtam, Torugart, Khan Tengri.
    (74.55, 37.10), (74.95, 37.50), (74.90, 38.30), (74.30, 38.70), (73.85, 38.65), (73.65, 39.30), (73.95, 39.60), (74.00, 39.95),
    (74.70, 40.30), (75.40, 40.55), (76.30, 40.35), (76.90, 41.00), (78.10, 41.10), (79.50, 41.80), (80.25, 42.10),
    // Kazakhstan: Khorgas, Alashankou, Tacheng, Jeminay.
    (80.20, 42.80), (80.50, 43.10), (80.70, 43.25), (80.410, 44.05), (80.395, 44.25), (80.35, 44.70), (80.00, 44.90), (81.80, 45.35),
    (82.55, 45.20), (82.60, 45.45), (82.30, 45.60), (82.70, 46.75), (83.00, 47.20), (85.00, 47.05), (85.55, 47.15), (85.55, 48.10),
    (86.60, 48.55), (87.30, 49.08), (87.80, 49.17),
    // Mongolia: the Altai, Takashiken, Ceke, Erenhot, Zhu'engadabuqi.
    (88.00, 48.60), (89.00, 48.00), (90.10, 47.80), (91.00, 46.70), (91.00, 45.20), (93.50, 44.95), (95.40, 44.25),
    (96.40, 42.75), (99.50, 42.58), (101.80, 42.50), (104.90, 41.60), (107.50, 42.45), (109.50, 42.45), (110.80, 43.20),
    (111.70, 43.68), (111.99, 43.69), (111.60, 44.30), (111.90, 45.05), (113.70, 44.75), (115.70, 45.45), (116.20, 46.30),
    (117.80, 46.55), (119.80, 46.65), (119.00, 47.60), (118.00, 48.00), (115.90, 47.70), (115.60, 48.15), (116.70, 49.85),
    // Russia: Manzhouli, the Argun, the Amur past Heihe, the Ussuri, Suifenhe, Hunchun.
    (117.30, 49.63), (117.45, 49.64), (117.85, 49.52), (119.30, 50.20), (119.25, 50.45), (120.75, 52.05), (120.70, 52.55), (120.05, 52.75), (121.00, 53.30),
    (123.60, 53.55), (125.60, 53.08), (126.10, 52.75), (126.95, 51.35), (127.30, 50.75), (127.40, 50.43), (127.515, 50.262), (127.56, 50.23), (127.50, 49.85),
    (127.80, 49.58), (128.70, 49.55), (129.50, 49.42), (130.60, 48.88), (130.90, 47.95), (131.50, 47.72), (132.60, 47.74), (133.20, 48.10), (134.30, 48.40),
    (134.75, 48.27), (134.50, 47.40), (133.90, 46.40), (133.48, 45.75), (133.10, 45.10), (131.85, 45.33), (131.00, 44.85),
    (131.30, 44.05), (131.20, 43.50), (131.25, 43.20), (130.95, 42.88), (130.45, 42.75), (130.65, 42.42), (130.52, 42.50),
    // Korea: Tumen, the Changbai, Ji'an, Dandong.
    (130.25, 42.72), (130.22, 42.90), (129.85, 42.96), (129.75, 42.45), (129.20, 42.20), (128.30, 42.02), (128.05, 41.95), (128.25, 41.50),
    (127.20, 41.50), (126.95, 41.78), (126.50, 41.38), (126.25, 41.13), (126.00, 40.92), (125.00, 40.55), (124.70, 40.35), (124.40, 40.115), (124.355, 40.07),
    (124.365, 40.02), (124.362, 39.98), (124.33, 39.92),
];

/// The Paracel islands, administered from Sansha.
const PARACELS: &[(f64, f64)] = &[(111.0, 15.6), (111.0, 17.3), (113.0, 17.3), (113.0, 15.6)];

/// Areas inside the outline where maps are not shifted.
#[rustfmt::skip]
const OTHERS: &[&[(f64, f64)]] = &[
    // Hong Kong: Deep Bay, the Shenzhen river, Sha Tau Kok, Mirs Bay, and the sea around.
    &[
        (113.82, 22.10), (113.83, 22.28), (113.87, 22.42), (113.95, 22.475), (114.00, 22.495), (114.045, 22.507), (114.060, 22.515), (114.078, 22.518),
        (114.090, 22.527), (114.105, 22.5305), (114.118, 22.531), (114.130, 22.538), (114.150, 22.542), (114.165, 22.560), (114.185, 22.554),
        (114.205, 22.5545), (114.2235, 22.5470), (114.235, 22.545), (114.28, 22.56), (114.32, 22.57), (114.40, 22.54), (114.48, 22.46), (114.52, 22.15), (114.30, 22.13),
    ],
    // Macau: the canal at the northern gate, the Inner Harbour, the channel to Hengqin, Coloane and
    // the sea beside.
    &[
        (113.530, 22.180), (113.5325, 22.205), (113.5385, 22.2130), (113.5500, 22.2150), (113.5600, 22.2150), (113.600, 22.200), (113.605, 22.105),
        (113.550, 22.105), (113.5485, 22.125), (113.5520, 22.140), (113.5475, 22.160), (113.535, 22.170),
    ],
    // Kinmen and Lieyu.
    &[(118.18, 24.40), (118.24, 24.46), (118.33, 24.51), (118.50, 24.51), (118.50, 24.36), (118.20, 24.36)],
    // Matsu, Beigan.
    &[(119.86, 26.12), (119.86, 26.25), (120.05, 26.30), (120.05, 26.12)],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names_where<'a>(places: &'a [(&'a str, f64, f64)], inside: bool) -> Vec<&'a str> {
        let is_so = |(_, lon, lat): &&(&str, f64, f64)| {
            is_mainland(LonLat { lon: *lon, lat: *lat }) == inside
        };
        places.iter().filter(is_so).map(|(name, ..)| *name).collect()
    }

    #[test]
    fn towns_on_this_side_of_the_border_are_inside() {
        let places = [
            ("Dandong", 124.383, 40.129),
            ("Ji'an", 126.19, 41.13),
            ("Tumen", 129.84, 42.97),
            ("Hunchun", 130.36, 42.86),
            ("Suifenhe", 131.15, 44.40),
            ("Heihe", 127.49, 50.24),
            ("Mohe", 122.54, 52.97),
            ("Fuyuan", 134.29, 48.36),
            ("Manzhouli", 117.43, 49.59),
            ("Erenhot", 111.97, 43.65),
            ("Altay", 88.13, 47.85),
            ("Tacheng", 82.98, 46.75),
            ("Alashankou", 82.56, 45.17),
            ("Khorgas", 80.42, 44.21),
            ("Kashgar", 75.99, 39.47),
            ("Tashkurgan", 75.23, 37.78),
            ("Ngari", 80.10, 32.50),
            ("Yadong", 88.91, 27.49),
            ("Zhangmu", 85.98, 27.99),
            ("Lhasa", 91.11, 29.65),
            ("Ruili", 97.85, 24.015),
            ("Jinghong", 100.80, 22.01),
            ("Mohan", 101.69, 21.20),
            ("Hekou", 103.96, 22.525),
            ("Pingxiang", 106.76, 22.10),
            ("Dongxing", 107.97, 21.545),
            ("Sanya", 109.51, 18.25),
            ("Haikou", 110.20, 20.04),
            ("Zhuhai, Gongbei", 113.549, 22.2195),
            ("Zhuhai, Hengqin", 113.53, 22.13),
            ("Shenzhen, Futian", 114.055, 22.522),
            ("Shenzhen, Luohu", 114.118, 22.5335),
            ("Shenzhen, Shekou", 113.915, 22.485),
            ("Shenzhen, Shatoujiao", 114.228, 22.557),
            ("Shenzhen, Nan'ao", 114.48, 22.535),
            ("Xiamen", 118.09, 24.48),
            ("Pingtan", 119.79, 25.50),
            ("Zhoushan, Shengsi", 122.45, 30.73),
            ("Dalian", 121.61, 38.91),
        ];
        assert_eq!(names_where(&places, false), [""; 0]);
    }

    #[test]
    fn towns_on_the_other_side_are_outside() {
        let places = [
            ("Sinuiju", 124.40, 40.10),
            ("Hyesan", 128.18, 41.40),
            ("Vladivostok", 131.89, 43.12),
            ("Ussuriysk", 131.95, 43.80),
            ("Khabarovsk", 135.07, 48.48),
            ("Blagoveshchensk", 127.54, 50.27),
            ("Zabaikalsk", 117.33, 49.65),
            ("Zamyn-Uud", 111.90, 43.72),
            ("Ulaanbaatar", 106.91, 47.92),
            ("Zaysan", 84.87, 47.47),
            ("Zharkent", 80.00, 44.16),
            ("Almaty", 76.90, 43.25),
            ("Osh", 72.80, 40.53),
            ("Murghab", 73.97, 38.17),
            ("Gilgit", 74.31, 35.92),
            ("Leh", 77.58, 34.16),
            ("Kathmandu", 85.32, 27.72),
            ("Gangtok", 88.61, 27.33),
            ("Thimphu", 89.64, 27.47),
            ("Tawang", 91.87, 27.59),
            ("Myitkyina", 97.40, 25.38),
            ("Muse", 97.905, 23.985),
            ("Lao Cai", 103.97, 22.485),
            ("Lang Son", 106.76, 21.85),
            ("Mong Cai", 107.97, 21.525),
            ("Hanoi", 105.85, 21.03),
            ("Hong Kong, Lok Ma Chau", 114.066, 22.514),
            ("Hong Kong, Sheung Shui", 114.128, 22.502),
            ("Hong Kong, Sha Tau Kok", 114.221, 22.545),
            ("Hong Kong, Yuen Long", 114.03, 22.445),
            ("Hong Kong, Tung Chung", 113.94, 22.29),
            ("Macau", 113.543, 22.198),
            ("Macau, Barrier Gate", 113.549, 22.2135),
            ("Macau, Taipa", 113.56, 22.156),
            ("Macau, Coloane", 113.555, 22.118),
            ("Kinmen", 118.32, 24.44),
            ("Matsu, Nangan", 119.94, 26.155),
            ("Penghu", 119.57, 23.57),
            ("Taipei", 121.56, 25.03),
            ("Hualien", 121.60, 23.98),
            ("Fukuoka", 130.40, 33.59),
            ("Seoul", 126.98, 37.57),
        ];
        assert_eq!(names_where(&places, true), [""; 0]);
    }
}
