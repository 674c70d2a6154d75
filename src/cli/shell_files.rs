//! The commands `beatplan completions` and `beatplan man`, which generate files for the shell from
//! the definition of the command line.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Done;
use super::print::Printer;

#[derive(Args)]
#[command(
    after_help = "Example:\n  beatplan completions bash > ~/.local/share/bash-completion/completions/beatplan"
)]
pub(crate) struct CompletionsArgs {
    /// Shell for which the script is printed
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  beatplan man | man -l -\n  beatplan man --out ~/.local/share/man/man1"
)]
pub(crate) struct ManArgs {
    /// Folder for the man pages, one for each command [default: print the page of beatplan]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints the completion script of `command` for a shell.
pub(crate) fn completions(
    args: &CompletionsArgs,
    mut command: Command,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "beatplan", &mut script);
    printer.write_result(|out| out.write_all(&script))?;
    Ok(Done::Well)
}

/// Prints the man page of `command`. With a folder, writes this page and those of all subcommands
/// to it.
pub(crate) fn man(args: &ManArgs, command: Command, printer: &Printer) -> anyhow::Result<Done> {
    let command = command.disable_help_subcommand(true);
    let Some(folder) = &args.out else {
        printer.write_result(|out| Man::new(command).render(out))?;
        return Ok(Done::Well);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .with_context(|| format!("{}: cannot be written", folder.display()))?;
    printer.note(&format!("written: {}", folder.display()));
    Ok(Done::Well)
}
