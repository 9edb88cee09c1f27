//! S42 and S43: what is taken in as evidence and what is not, whatever it is called, and what it
//! costs to take in and give out what was made to cost much.

use std::io::Write;
use std::time::Duration;

use hotline::clock::monotonic;
use serde_json::json;

use crate::case::{Case, call, photograph};
use crate::on_both;
use crate::units::COUNTY;
use crate::visitor::{OWN_PAGE, Visitor};
use crate::world::{Reply, World};

on_both!(
    s42_kinds_are_told_by_bytes_and_by_the_last_ending,
    s43_what_unpacks_or_claims_to_be_huge_costs_no_more_than_its_bytes,
);

/// Content, and the kind as which it is taken; none where it is refused.
fn corpus() -> Vec<(Vec<u8>, Option<&'static str>)> {
    let lnk = b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F".to_vec();
    vec![
        (photograph(b""), Some("image/jpeg")),
        (b"\x89PNG\r\n\x1a\nrest".to_vec(), Some("image/png")),
        (b"GIF89a\x01\0\x01\0".to_vec(), Some("image/gif")),
        (b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(), Some("image/webp")),
        (b"RIFF\x10\0\0\0WAVEfmt ".to_vec(), Some("audio/wav")),
        (b"%PDF-1.7".to_vec(), Some("application/pdf")),
        (b"PK\x03\x04\x14\0\0\0".to_vec(), Some("application/zip")),
        (b"ID3\x04\0\0".to_vec(), Some("audio/mpeg")),
        (b"\0\0\0\x18ftypmp42\0\0\0\0".to_vec(), Some("video/mp4")),
        (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), Some("image/heic")),
        (b"\0\0\0\x14ftypqt  \0\0\0\0".to_vec(), Some("video/quicktime")),
        ("村东头，约三亩".as_bytes().to_vec(), Some("text/plain")),
        // Polyglots are what their first bytes say, and are given out under that ending.
        ([photograph(b""), b"PK\x03\x04 an archive".to_vec()].concat(), Some("image/jpeg")),
        (b"GIF89a=1;alert(1)//<script>".to_vec(), Some("image/gif")),
        (b"%PDF-1.7\n<html><script>alert(1)</script>".to_vec(), Some("application/pdf")),
        // The test signature of virus scanners is a text; no scanner stands here.
        // In two pieces, so that this source is no alarm itself.
        (
            [&b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-"[..], b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"]
                .concat(),
            Some("text/plain"),
        ),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), None),
        (b"<?xml version='1.0'?><svg/>".to_vec(), None),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html><script>alert(1)</script>".to_vec(), None),
        (b"<hta:application/>".to_vec(), None),
        (lnk, None),
        (b"MZ\x90\0\x03\0\0\0".to_vec(), None),
        (b"\x7fELF\x02\x01\x01\0".to_vec(), None),
        (b"\xca\xfe\xba\xbe\0\0\0\x34".to_vec(), None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), None),
        (b"Rar!\x1a\x07\x01\0".to_vec(), None),
        (b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), None),
        (b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), None),
        (b"MSCF\0\0\0\0".to_vec(), None),
        (b"\0\x01\0\0Standard Jet DB\0".to_vec(), None),
        // A text for as long as the first bytes go, and then a program.
        ([b"notes of the day\n".repeat(20), b"MZ\x90\0\x03\0\0\0".to_vec()].concat(), None),
    ]
}

fn upload(world: &World, content: &[u8]) -> Reply {
    let kind = [("content-type", "application/octet-stream")];
    world.ask("POST", "", "/api/v1/files", &kind, content)
}

/// Sends a tip with one file from the page of the public.
fn send(world: &World, name: &str, content: &[u8]) -> Reply {
    let token = Visitor::public(world).token;
    let mut body = Vec::new();
    for (field, value) in [("token", &*token), ("division", COUNTY), ("text", "村东头占地")] {
        let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n");
        body.extend(format!("{head}{value}\r\n").into_bytes());
    }
    let head = "--cut\r\nContent-Disposition: form-data; name=\"files\"; filename=";
    body.extend(format!("{head}\"{name}\"\r\n\r\n").into_bytes());
    body.extend_from_slice(content);
    body.extend(b"\r\n--cut--\r\n");
    let kind = ("Content-Type", "multipart/form-data; boundary=cut");
    let headers: Vec<_> = OWN_PAGE.into_iter().chain([kind, ("Accept", "text/html")]).collect();
    world.ask("POST", "", "/tip", &headers, &body)
}

fn s42_kinds_are_told_by_bytes_and_by_the_last_ending(world: &mut World) {
    for (content, kind) in corpus() {
        let reply = upload(world, &content);
        match kind {
            Some(kind) => assert_eq!(reply.ok(201)["media_type"], kind),
            None => {
                let problem = reply.refused(415, "media_type");
                assert!(problem.to_string().len() < 400, "{problem}");
            }
        }
    }
    let photo = photograph(b"");
    for name in
        ["现场.jpg", "IMG_1.JPEG", "photo", "a.exe.png", "..%2f..%2fkeys.jpg", "../../x.jpg"]
    {
        assert_eq!(send(world, name, &photo).status, 201, "{name}");
    }
    for name in
        ["a.jpg.lnk", "a.jpg.exe", "a.svg", "a.html", "a.jpg.", "a.hta", "x.php", "a.jpg\\.bat"]
    {
        let reply = send(world, name, &photo);
        assert_eq!(reply.status, 422, "{name}");
        assert!(
            reply.text.contains("不接收这种文件") && reply.text.contains("村东头占地"),
            "{name}"
        );
    }
    // Of a name nothing is kept: files stand under their hashes, beside nothing else.
    let folder = world.folder.path().join("files");
    for part in std::fs::read_dir(&folder).unwrap() {
        let part = part.unwrap();
        let known = part.file_name().to_str().unwrap().to_owned();
        assert!(known == "draft" || (known.len() == 2 && part.path().is_dir()), "{known}");
        for file in std::fs::read_dir(part.path()).unwrap() {
            let name = file.unwrap().file_name();
            assert!(name.len() == 64 && known != "draft", "{name:?}");
        }
    }
}

/// An archive of a gigabyte of nothing, in an archive.
fn bomb() -> Vec<u8> {
    let packed = |name: &str, content: &mut dyn std::io::Read| {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::copy(content, &mut archive).unwrap();
        archive.flush().unwrap();
        archive.finish().unwrap().into_inner()
    };
    let inner = packed("zeros", &mut std::io::Read::take(std::io::repeat(0), 64 << 20));
    packed("inner.zip", &mut inner.as_slice())
}

/// A drawing that claims to be of 30,000 by 30,000 points.
fn flood() -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| {
        [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], name, data, b"sum!"].concat()
    };
    let side = 30_000_u32.to_be_bytes();
    let head = [&side[..], &side, &[8, 6, 0, 0, 0]].concat();
    let said = chunk(b"tEXt", b"Author\0Wang");
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        said,
        chunk(b"IDAT", &[0x78, 0x9c, 0, 1, 2]),
        chunk(b"IEND", b""),
    ]
    .concat()
}

fn s43_what_unpacks_or_claims_to_be_huge_costs_no_more_than_its_bytes(world: &mut World) {
    let (bomb, flood) = (bomb(), flood());
    let began = monotonic();
    let [archive, drawing] = [&bomb, &flood].map(|content| upload(world, content).ok(201));
    let mut body = call(COUNTY);
    body["files"] = json!([archive["sha256"], drawing["sha256"]]);
    let case = Case::log(world, "operator-430121", &body);
    let open = |file: &serde_json::Value, query: &str| {
        let path = case.path(&format!("/files/{}{query}", file["sha256"].as_str().unwrap()));
        world.get("judge-430121", &path)
    };
    // It goes out as it came; nothing here unpacks it.
    assert!(open(&archive, "?original=true").bytes == bomb);
    open(&archive, "").refused(409, "no_clean_copy");
    let clean = open(&drawing, "");
    assert_eq!((clean.status, clean.bytes.len()), (200, flood.len() - 23), "{}", clean.text);
    assert!(!clean.text.contains("Wang"));
    let took = began.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
}
