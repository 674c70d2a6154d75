//! `beatplan completions` and `beatplan man`, and the help of every command.

use std::fs;

use crate::kit::beatplan;

#[test]
fn completions_name_commands_and_options_in_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = beatplan(["completions", shell]).expect(0).stdout;
        for word in ["call-plan", "isochrone", "changes-max", "no-cache"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    beatplan(["completions", "cmd"]).expect(2);
}

#[test]
fn every_command_has_a_man_page() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("man1");
    beatplan(["man", "--out", out.to_str().unwrap()]).expect(0);
    let mut pages: Vec<String> = fs::read_dir(&out)
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    for page in ["beatplan.1", "beatplan-plan.1", "beatplan-network-matrix.1"] {
        assert!(pages.iter().any(|own| own == page), "{page}: {pages:?}");
    }
    assert!(!pages.iter().any(|page| page.contains("batch-worker")), "{pages:?}");
    let main = beatplan(["man"]).expect(0).stdout;
    assert_eq!(main, fs::read_to_string(out.join("beatplan.1")).unwrap());
}

/// Names of the commands in a help text, without `help` itself.
fn commands(help: &str) -> Vec<String> {
    let list = help.split_once("Commands:\n").map_or("", |(_, rest)| rest);
    let names = list.lines().take_while(|line| line.starts_with("  "));
    let names = names.filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_help_names_the_global_options_once_and_has_an_example() {
    let mut waiting: Vec<Vec<String>> = vec![Vec::new()];
    let mut seen = 0;
    while let Some(command) = waiting.pop() {
        let help = beatplan(command.iter().map(String::as_str).chain(["--help"])).expect(0).stdout;
        let below = commands(&help);
        assert_eq!(help.matches("Global options:").count(), 1, "{command:?}\n{help}");
        let (own, global) = help.split_once("Global options:").unwrap();
        assert!(!own.contains("--threads") && global.contains("--threads"), "{help}");
        assert!(!below.is_empty() || help.contains("Example"), "{command:?} has no example");
        if command == ["plan"] {
            let headings = ["Options:", "--date", "Without a territory file:", "--osm"];
            assert!(headings.map(|text| help.find(text)).is_sorted(), "{help}");
        }
        waiting.extend(below.into_iter().map(|name| [command.clone(), vec![name]].concat()));
        seen += 1;
    }
    assert!(seen > 18, "{seen}");
}
