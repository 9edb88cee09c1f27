//! What becomes of files that are not taken, or do not open.

use actix_web::http::StatusCode;

use super::Problem;
use crate::desk::FileError;
use crate::desk::evidence::Unclean;
use crate::intake::{Fault, Why};

/// The status for faults of fields: what is too long says so (R16), whatever else is at fault.
pub fn status_of(faults: &[Fault]) -> StatusCode {
    let too_long = |fault: &Fault| matches!(fault.why, Why::FileTooLong { .. });
    match faults.iter().any(too_long) {
        true => StatusCode::PAYLOAD_TOO_LARGE,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

pub(super) fn of_file(error: FileError) -> Problem {
    match error {
        FileError::TooLong(max) => Problem::too_large(max),
        FileError::Empty => {
            Problem::new(StatusCode::BAD_REQUEST, "empty_file", "文件是空的", "the file is empty")
        }
        FileError::UnknownType => Problem::media_type(
            "jpeg, png, gif, webp, heic, pdf, zip/docx/xlsx, mp3, wav, mp4, mov, text",
        ),
        FileError::Io(error) => {
            tracing::error!(kind = ?error.kind(), "a file could not be kept or read");
            Problem::unavailable()
        }
        FileError::Unsettled(_, error) => {
            tracing::error!(kind = ?error.kind(), "a file could not be kept under its name");
            Problem::unavailable()
        }
        error @ (FileError::Seal(_) | FileError::Changed | FileError::Malformed) => {
            tracing::error!(error = %error, "a file could not be read back");
            Problem::broken()
        }
    }
}

/// The original is still there, and whoever handles the case may decide to open it.
pub(super) fn unclean(why: Unclean) -> Problem {
    let (zh, en) = match why {
        Unclean::Kind => (
            "这类文件不能自动清除位置、设备、作者等信息；确需查看请打开原件，并注意保密",
            "files of this kind cannot be cleaned of places, devices and names; where needed open the original, and keep it to yourself",
        ),
        Unclean::Malformed => (
            "图片已损坏或不合格式，无法清除其中的位置、设备等信息；确需查看请打开原件，并注意保密",
            "the picture is damaged or keeps to no form, so it cannot be cleaned; where needed open the original, and keep it to yourself",
        ),
    };
    Problem::new(StatusCode::CONFLICT, "no_clean_copy", zh, en)
}
