//! Shows progress bars on a terminal.

use std::sync::{Mutex, PoisonError};

use beatplan::progress::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// Shows one progress bar at a time on standard error, and removes it at the end of its stage.
pub(crate) struct Bars {
    is_visible: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bars {
    /// Returns bars that are shown.
    pub(crate) fn visible() -> Self {
        Self { is_visible: true, bar: Mutex::new(None) }
    }

    /// Returns bars that are not shown.
    pub(crate) fn hidden() -> Self {
        Self { is_visible: false, bar: Mutex::new(None) }
    }

    fn with_bar(&self, act: impl FnOnce(&mut Option<ProgressBar>)) {
        if self.is_visible {
            act(&mut self.bar.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl Progress for Bars {
    fn begin(&self, name: &str, total: u64) {
        self.with_bar(|bar| {
            let new = if total == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(total) };
            let style = ProgressStyle::with_template("{msg:28} {wide_bar} {percent:>3} % {eta}");
            new.set_style(style.expect("the template is valid"));
            new.set_message(name.to_owned());
            *bar = Some(new);
        });
    }

    fn advance(&self, steps: u64) {
        self.with_bar(|bar| bar.iter().for_each(|bar| bar.inc(steps)));
    }

    fn end(&self) {
        self.with_bar(|bar| bar.take().iter().for_each(ProgressBar::finish_and_clear));
    }
}
