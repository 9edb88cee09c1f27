use super::*;
use crate::vault::{KeyRing, Vault};

fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let keys = KeyRing::create(&folder.path().join("keys")).unwrap();
    (folder, Vault::new(keys))
}

/// Pieces of every kind and of awkward lengths.
fn pieces() -> Vec<(Kind, Vec<u8>)> {
    let bytes = |length: usize| (0..length).map(|i| (i * 31 % 251) as u8).collect::<Vec<u8>>();
    vec![
        (Kind::Head, b"{}".to_vec()),
        (Kind::Rows, b"[1,\"canary\"]\n".repeat(50_000)),
        (Kind::File, b"name".to_vec()),
        (Kind::Data, bytes(PART - 5)),
        (Kind::Data, bytes(2 * PART + 1)),
        (Kind::Data, Vec::new()),
        (Kind::Tail, bytes(3)),
    ]
}

fn written(vault: &Vault, pieces: &[(Kind, Vec<u8>)]) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), vault).unwrap();
    pieces.iter().for_each(|(kind, bytes)| writer.piece(*kind, bytes).unwrap());
    writer.finish().unwrap()
}

fn read(vault: &Vault, bytes: &[u8]) -> Result<Vec<(Kind, Vec<u8>)>, ArchiveError> {
    let mut reader = Reader::open(bytes, vault)?;
    let mut pieces = Vec::new();
    while let Some(piece) = reader.piece()? {
        pieces.push(piece);
    }
    Ok(pieces)
}

#[test]
fn what_was_written_is_read_and_nothing_stands_in_clear() {
    let (_folder, vault) = vault();
    let archive = written(&vault, &pieces());
    assert_eq!(read(&vault, &archive).unwrap(), pieces());
    assert!(!archive.windows(6).any(|window| window == b"canary"));
    // A stream that ends where a part ends.
    let exact = vec![(Kind::Data, vec![7; PART - 5])];
    assert_eq!(read(&vault, &written(&vault, &exact)).unwrap(), exact);
    assert_eq!(read(&vault, &written(&vault, &[])).unwrap(), []);
}

/// Where each block of an archive begins, and where the file ends.
fn blocks(archive: &[u8]) -> Vec<usize> {
    let mut at = MAGIC.len();
    let mut found = vec![at];
    while at < archive.len() {
        at += 4 + u32::from_be_bytes(archive[at..at + 4].try_into().unwrap()) as usize;
        found.push(at);
    }
    found
}

#[test]
fn a_changed_byte_is_found_wherever_it_is_and_the_part_is_named() {
    let (_folder, vault) = vault();
    let archive = written(&vault, &pieces());
    let blocks = blocks(&archive);
    let ends = blocks.iter().flat_map(|at| [*at, at + 3, at + 4, at + 60]);
    for at in ends.chain([0, 5, archive.len() - 1]).filter(|at| *at < archive.len()) {
        let mut changed = archive.clone();
        changed[at] ^= 1;
        let error = read(&vault, &changed).unwrap_err();
        // The blocks of fingerprint and key come first; behind them the parts.
        let part = blocks.iter().skip(2).filter(|from| **from <= at).count();
        match error {
            ArchiveError::NotOurs => assert!(at < MAGIC.len()),
            ArchiveError::OtherKeys => assert!(at < blocks[2]),
            ArchiveError::Damaged { part: named, .. } | ArchiveError::Cut { part: named, .. } => {
                // A changed length is seen at the part or at the one after it.
                let wanted = (part.max(1) as u64) - 1;
                assert!((wanted..=wanted + 1).contains(&named), "{at}: {named}, not {wanted}");
            }
            other => panic!("{at}: {other}"),
        }
    }
}

#[test]
fn a_missing_end_is_said_to_be_missing() {
    let (_folder, vault) = vault();
    let archive = written(&vault, &pieces());
    let blocks = blocks(&archive);
    for length in [archive.len() - 1, blocks[4], blocks[4] + 2, blocks[3] + 100, blocks[2], 30] {
        let error = read(&vault, &archive[..length]).unwrap_err();
        assert!(matches!(error, ArchiveError::Cut { .. }), "{length}: {error}");
    }
    let longer = [&archive[..], &archive[blocks[2]..blocks[3]]].concat();
    assert!(matches!(read(&vault, &longer), Err(ArchiveError::TooLong(_))));
}

#[test]
fn parts_keep_their_places_and_their_archive() {
    let (_folder, vault) = vault();
    let [one, two] = [(); 2].map(|()| written(&vault, &pieces()));
    let at = blocks(&one);
    // The second and third part, which are of one length, change places.
    let swapped = [&one[..at[3]], &one[at[4]..at[5]], &one[at[3]..at[4]], &one[at[5]..]].concat();
    assert_eq!(swapped.len(), one.len());
    assert!(matches!(read(&vault, &swapped), Err(ArchiveError::Damaged { part: 1, .. })));
    // A part of another archive under the same keys.
    let mixed = [&one[..at[3]], &two[at[3]..]].concat();
    assert!(matches!(read(&vault, &mixed), Err(ArchiveError::Damaged { part: 1, .. })));
}

#[test]
fn other_keys_open_nothing_and_other_files_are_none() {
    let ((_a, mine), (_b, other)) = (vault(), vault());
    assert!(matches!(read(&other, &written(&mine, &pieces())), Err(ArchiveError::OtherKeys)));
    for bytes in [&b""[..], b"PK\x03\x04", b"hotline archive 2\nxxxxxxxxxxxxxxxx"] {
        assert!(matches!(read(&mine, bytes), Err(ArchiveError::NotOurs)));
    }
}
