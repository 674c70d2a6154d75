//! The commands that README.md shows print what it shows.

use crate::kit::{Home, repository};

/// A command of a console block, and the lines below it.
fn shown() -> Vec<(String, Vec<String>)> {
    let text = std::fs::read_to_string(repository("README.md")).unwrap();
    let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut shown: Vec<(String, Vec<String>)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match line.strip_prefix("$ beatplan ") {
            Some(command) => shown.push((command.to_owned(), Vec::new())),
            None => shown.last_mut().expect("a command comes first").1.push(line.to_owned()),
        }
    }
    shown
}

/// The first of the lines `shown` that is not `printed`; a line that is only `…` stands for any
/// number of lines.
fn first_wrong<'a>(shown: &'a [String], printed: &str) -> Option<&'a str> {
    let mut printed = printed.lines();
    let mut may_skip = false;
    for line in shown {
        if line.trim() == "…" {
            may_skip = true;
            continue;
        }
        let is_it = |other: &str| other.trim_end() == line.trim_end();
        let is_there =
            if may_skip { printed.any(is_it) } else { printed.next().is_some_and(is_it) };
        if !is_there {
            return Some(line);
        }
        may_skip = false;
    }
    (!may_skip && printed.next().is_some()).then_some("the end")
}

#[test]
fn the_console_session_of_the_readme_is_what_the_commands_print() {
    let home = Home::empty();
    let shown = shown();
    assert!(shown.len() >= 2, "{shown:?}");
    for (command, lines) in &shown {
        let printed = home.run(command).expect(0).stdout;
        let wrong = first_wrong(lines, &printed);
        assert_eq!(wrong, None, "of `beatplan {command}`, which prints\n{printed}");
    }
}

#[test]
fn lines_may_be_left_out_only_where_it_is_said() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for shown in ["a\nb\nc", "a\n…\nc", "…\nc", "a\n  …", "…"] {
        assert_eq!(first_wrong(&lines(shown), "a\nb \nc\n"), None, "{shown}");
    }
    for (shown, wrong) in
        [("a\nc", "c"), ("a\nb", "the end"), ("b\n…", "b"), ("…\nd", "d"), ("a\nb\nc\nd", "d")]
    {
        assert_eq!(first_wrong(&lines(shown), "a\nb\nc\n"), Some(wrong), "{shown}");
    }
}
