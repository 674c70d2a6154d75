//! The report for people: one page without scripts, read on a telephone or in a mail.

use std::io::{self, Write};

use askama::Template;

use super::{Digest, Run};

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    headline: &'a str,
    run: &'a Run,
    digest: &'a Digest,
}

/// Writes the page.
pub(super) fn write(file: &mut dyn Write, run: &Run, digest: &Digest) -> io::Result<()> {
    let page = Page { headline: &digest.headline(), run, digest };
    file.write_all(page.render().map_err(io::Error::other)?.as_bytes())
}
