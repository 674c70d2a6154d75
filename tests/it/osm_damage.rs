//! Messages for files that are damaged, cut short, or something else.

use std::path::PathBuf;

use crate::kit::extract;
use crate::kit::pbf::{Layout, Map, Member, Message, Packing, blob};
use beatplan::osm::{self, BlobFault, Extract, ExtractError};
use beatplan::progress::Silent;
use flate2::read::ZlibDecoder;
use osmpbfreader::fileformat::{Blob, BlobHeader};
use protobuf::Message as _;
use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

/// A file whose content changes from one reading to the next.
struct Changing {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Changing {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("map.osm.pbf");
        Self { _folder: folder, path }
    }

    fn read(&self, bytes: &[u8]) -> Result<Extract, ExtractError> {
        std::fs::write(&self.path, bytes).expect("the file can be written");
        osm::read(&self.path, &Silent)
    }
}

fn error_of(bytes: &[u8]) -> ExtractError {
    Changing::new().read(bytes).expect_err("the file cannot be read")
}

fn below(rng: &mut Pcg32, n: usize) -> usize {
    (rng.next_u64() % n as u64) as usize
}

#[test]
fn a_real_extract_cut_anywhere_is_an_error_with_an_offset() {
    let whole = std::fs::read(extract("helsinki")).expect("the extract is readable");
    let file = Changing::new();
    let all = file.read(&whole).expect("the extract is sound").objects;
    let mut rng = Pcg32::new(1, 1);
    let mut boundaries = Vec::new();
    for _ in 0..200 {
        let cut = below(&mut rng, whole.len());
        match file.read(&whole[..cut]) {
            Err(ExtractError::Truncated { offset, expected, found, .. }) => {
                assert_eq!(offset + found, cut as u64);
                assert!(expected > found);
                boundaries.push(offset as usize);
            }
            Err(ExtractError::NotPbf { .. }) => assert!(cut < 4, "cut after {cut} bytes"),
            other => panic!("cut after {cut} bytes: {other:?}"),
        }
    }
    boundaries.sort_unstable();
    boundaries.dedup();
    assert!(boundaries.len() > 3, "the cuts fell into several blobs: {boundaries:?}");
    for boundary in boundaries.into_iter().filter(|&boundary| boundary > 0) {
        let extract = file.read(&whole[..boundary]).expect("whole blobs are a sound file");
        assert!(extract.objects.nodes <= all.nodes && extract.objects.relations < all.relations);
    }
}

#[test]
fn no_flipped_byte_of_a_compressed_extract_makes_it_panic() {
    flip_bytes(std::fs::read(extract("niue")).expect("the extract is readable"), 100);
}

#[test]
fn no_flipped_byte_inside_the_blobs_makes_it_panic() {
    let whole = std::fs::read(extract("niue")).expect("the extract is readable");
    let (read, outcomes) = flip_bytes(unpacked(&whole), 250);
    assert!(read > 0 && outcomes > 0, "some flips are noticed ({outcomes}), some are not ({read})");
}

#[test]
fn no_flipped_byte_of_a_hand_made_map_makes_it_panic() {
    let plain = Layout { dense: false, locations_on_ways: true, ..Layout::default() };
    for layout in [Layout::default(), plain] {
        flip_bytes(small_map().layout(layout).encode(), 1000);
    }
}

/// Reads `bytes` with one to three bytes changed, `times` times; gives how often that went well and how often not.
fn flip_bytes(bytes: Vec<u8>, times: usize) -> (usize, usize) {
    let file = Changing::new();
    let mut rng = Pcg32::new(2, 2);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..times {
        let mut damaged = bytes.clone();
        for _ in 0..1 + below(&mut rng, 3) {
            let at = below(&mut rng, damaged.len());
            damaged[at] ^= 1 << below(&mut rng, 8);
        }
        match file.read(&damaged) {
            Ok(_) => read += 1,
            Err(error) => {
                refused += 1;
                let offset = error.offset().expect("the file could be opened");
                assert!(offset < damaged.len() as u64, "{error}");
            }
        }
    }
    (read, refused)
}

/// The same file without compression, so that flipped bytes reach the objects instead of the checksum.
fn unpacked(mut file: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some((word, rest)) = file.split_first_chunk() {
        let (header, rest) = rest.split_at(u32::from_be_bytes(*word) as usize);
        let header = BlobHeader::parse_from_bytes(header).expect("the extract is sound");
        let (body, rest) = rest.split_at(header.datasize() as usize);
        let body = Blob::parse_from_bytes(body).expect("the extract is sound");
        let mut raw = Vec::new();
        std::io::copy(&mut ZlibDecoder::new(body.zlib_data()), &mut raw).expect("zlib is sound");
        out.extend(blob(header.type_(), &raw, Packing::Raw));
        file = rest;
    }
    out
}

fn small_map() -> Map {
    Map::new()
        .node(1, (14.0, 35.0), &[("barrier", "gate")])
        .node(2, (14.1, 35.0), &[])
        .node(3, (14.1, 35.1), &[("amenity", "pharmacy"), ("name", "Corner")])
        .way(1, &[1, 2], &[("highway", "residential")])
        .way(2, &[2, 3, 1], &[("highway", "service")])
        .relation(
            1,
            &[("outer", Member::Way(1)), ("outer", Member::Way(2))],
            &[("boundary", "administrative"), ("admin_level", "8")],
        )
}

#[test]
fn other_kinds_of_file_are_recognised_with_what_to_do_about_them() {
    let cases: [(&[u8], &str, &str); 12] = [
        (b"", "an empty file", "fetch the extract again"),
        (b"<?xml version='1.0'?>\n<osm version=\"0.6\">", "an XML file", "osmium cat"),
        (b"\xef\xbb\xbf  <osm version=\"0.6\">", "an XML file", "osmium cat"),
        (b"<!DOCTYPE html><title>404</title>", "a web page", "fetch the extract again"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "a gzip archive", "unpack"),
        (b"BZh91AY&SY", "a bzip2 archive", "unpack"),
        (b"PK\x03\x04\x14\x00", "a zip archive", "unpack"),
        (b"\xff\xe0\x04o5m2", "an .o5m file", "osmium cat"),
        (&[0; 4096], "only zero bytes", "fetch the extract again"),
        (b"id,name,lon,lat\n1,Corner,14.0,35.0\n", "id,name,lon,", "give the path"),
        (b"\x00\x00", "only zero bytes", "fetch the extract again"),
        (b"\x00\x00\x00\x0b\x0a\x07OSMData\x18\x05", "OSMDa", "give the path"),
    ];
    for (bytes, found, advice) in cases {
        let error = error_of(bytes);
        assert!(matches!(error, ExtractError::NotPbf { .. }), "{error}");
        let message = error.to_string();
        assert!(message.contains("offset 0"), "{message}");
        assert!(message.contains(found) && message.contains(advice), "{message}");
        assert!(message.contains("map.osm.pbf"), "{message}");
    }
}

#[test]
fn a_path_that_is_not_a_file_cannot_be_opened() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for path in [folder.path().to_owned(), folder.path().join("absent.osm.pbf")] {
        let error = osm::read(&path, &Silent).expect_err("there is no file");
        assert!(matches!(error, ExtractError::Open { .. }), "{error}");
        assert_eq!(error.offset(), None);
        assert!(std::error::Error::source(&error).is_some(), "it says why");
    }
}

/// A header and one blob with the given content.
fn with_block(content: &Message) -> (u64, Vec<u8>) {
    let mut file = Map::new().encode();
    let offset = file.len() as u64;
    file.extend(blob("OSMData", &content.0, Packing::Raw));
    (offset, file)
}

/// A block of the strings "" and "highway" and one group.
fn block(group: Message) -> Message {
    let mut strings = Message::default();
    strings.bytes(1, b"");
    strings.bytes(1, b"highway");
    let mut block = Message::default();
    block.message(1, &strings);
    block.message(2, &group);
    block
}

#[test]
fn content_that_contradicts_itself_is_reported_at_its_blob() {
    let group = |field: u32, fill: &dyn Fn(&mut Message)| {
        let (mut object, mut group) = (Message::default(), Message::default());
        fill(&mut object);
        group.message(field, &object);
        with_block(&block(group))
    };
    /// The damage, the bad blob's offset and the file, and a test of the fault.
    type Case = (&'static str, (u64, Vec<u8>), fn(&BlobFault) -> bool);
    let cases: [Case; 9] = [
        (
            "a key that does not exist",
            group(3, &|way| {
                way.varint(1, 1);
                way.packed(2, [2]);
                way.packed(3, [1]);
            }),
            |fault| matches!(fault, BlobFault::StringNumber { found: 2, count: 2 }),
        ),
        (
            "a key without a value",
            group(3, &|way| {
                way.varint(1, 1);
                way.packed(2, [1]);
            }),
            |fault| matches!(fault, BlobFault::ListLength { found: 0, expected: 1, .. }),
        ),
        (
            "a key without a value among dense nodes",
            group(2, &|dense| {
                dense.packed(1, [2]);
                dense.packed(8, [2]);
                dense.packed(9, [2]);
                dense.packed(10, [1]);
            }),
            |fault| matches!(fault, BlobFault::ListLength { .. }),
        ),
        (
            "fewer latitudes than nodes",
            group(2, &|dense| {
                dense.packed(1, [2, 2]);
                dense.packed(8, [2]);
                dense.packed(9, [2, 2]);
            }),
            |fault| matches!(fault, BlobFault::ListLength { found: 1, expected: 2, .. }),
        ),
        (
            "ids beyond 64 bits",
            group(2, &|dense| {
                dense.packed(1, [u64::MAX - 1, 2]);
                dense.packed(8, [2, 2]);
                dense.packed(9, [2, 2]);
            }),
            |fault| matches!(fault, BlobFault::Overflow { .. }),
        ),
        (
            "a role that does not exist",
            group(4, &|relation| {
                relation.varint(1, 1);
                relation.packed(8, [u64::MAX]);
                relation.packed(9, [2]);
                relation.packed(10, [1]);
            }),
            |fault| matches!(fault, BlobFault::StringNumber { found: -1, .. }),
        ),
        (
            "a member of an unknown type",
            group(4, &|relation| {
                relation.varint(1, 1);
                relation.packed(8, [0]);
                relation.packed(9, [2]);
                relation.packed(10, [3]);
            }),
            |fault| matches!(fault, BlobFault::MemberType { found: 3 }),
        ),
        (
            "no strings at all",
            with_block(&{
                let mut bytes = Message::default();
                bytes.varint(17, 100);
                bytes
            }),
            |fault| matches!(fault, BlobFault::Protobuf(_)),
        ),
        ("no protocol buffer", with_block(&Message(vec![0xff; 20])), |fault| {
            matches!(fault, BlobFault::Protobuf(_))
        }),
    ];
    for (name, (blob_offset, bytes), check) in cases {
        let error = error_of(&bytes);
        let ExtractError::Damaged { offset, fault, .. } = &error else { panic!("{name}: {error}") };
        assert_eq!(*offset, blob_offset, "{name}");
        assert!(check(fault), "{name}: {fault:?}");
        assert!(error.to_string().contains(&format!("offset {blob_offset}: ")), "{error}");
    }
}

#[test]
fn a_blob_never_grows_beyond_what_it_announces_or_the_format_allows() {
    let zlib = |announced: Option<u64>, content: &[u8]| {
        let packed = blob("OSMData", content, Packing::Zlib);
        // Take the compressed bytes out of a blob that is right, and announce another size.
        let header_len = 4 + u32::from_be_bytes([packed[0], packed[1], packed[2], packed[3]]);
        let right = Blob::parse_from_bytes(&packed[header_len as usize..]).expect("it is sound");
        let mut body = Message::default();
        if let Some(size) = announced {
            body.varint(2, size);
        }
        body.bytes(3, right.zlib_data());
        let mut header = Message::default();
        header.bytes(1, b"OSMData");
        header.varint(3, body.0.len() as u64);
        let mut file = Map::new().encode();
        file.extend((header.0.len() as u32).to_be_bytes());
        file.extend(header.0);
        file.extend(body.0);
        match error_of(&file) {
            ExtractError::Damaged { fault, .. } => fault,
            other => panic!("{other}"),
        }
    };
    let content = vec![0; 1000];
    assert!(matches!(
        zlib(Some(999), &content),
        BlobFault::ContentSize { found: 1000, expected: 999 }
    ));
    assert!(matches!(
        zlib(Some(1001), &content),
        BlobFault::ContentSize { found: 1000, expected: 1001 }
    ));
    assert!(matches!(zlib(Some(1 << 30), &content), BlobFault::DataSize { .. }));
    // 40 MiB of zero bytes in 40 kB.
    let max = 32 << 20;
    let bomb = vec![0; 40 << 20];
    assert!(
        matches!(zlib(None, &bomb), BlobFault::ContentSize { expected, .. } if expected == max)
    );
}

#[test]
fn sizes_beyond_the_format_are_refused_before_anything_is_read() {
    let mut header = Message::default();
    header.bytes(1, b"OSMData");
    header.varint(3, 33 << 20);
    let mut file = Map::new().encode();
    let offset = file.len() as u64;
    file.extend((header.0.len() as u32).to_be_bytes());
    file.extend(header.0);
    let error = error_of(&file);
    assert!(
        matches!(error, ExtractError::Damaged { fault: BlobFault::DataSize { .. }, .. }),
        "{error}"
    );
    assert_eq!(error.offset(), Some(offset));

    let mut file = Map::new().encode();
    file.extend([0xff; 8]);
    let error = error_of(&file);
    assert!(
        matches!(error, ExtractError::Damaged { fault: BlobFault::HeaderLength { .. }, .. }),
        "{error}"
    );

    let mut file = Map::new().encode();
    file.extend([0, 0, 0, 0]);
    assert!(matches!(error_of(&file), ExtractError::Damaged { fault: BlobFault::Protobuf(_), .. }));
}
