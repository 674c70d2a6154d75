//! The report on one screen.

use super::{Digest, Run};

/// At most 24 lines of 80 columns, whatever there is to tell: the whole in one sentence, then the worst first.
pub fn text(run: &Run, digest: &Digest) -> String {
    format!("{}\n\nReport: {}\n", digest.headline(), run.out.join(super::HTML).display())
}
