//! The structure of `src/` is the one that ARCHITECTURE.md states: imports run downwards, and a public name has one meaning.
//!
//! The test reads `use` statements and the names of public types; macros and paths inside expressions are not looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::kit::repository;

/// Files of one folder that import each other. A new circle fails the test; a circle that is gone must leave this list.
const CIRCLES: &[&[&str]] = &[];

/// A module as the names on its path: `["road", "hierarchy"]`.
type Module = Vec<String>;

/// The modules of the library with their text, without their tests.
fn modules() -> BTreeMap<Module, String> {
    let root = repository("src");
    let files = walkdir::WalkDir::new(&root).into_iter().map(|entry| entry.unwrap().into_path());
    let sources = files.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let module = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        let name = path.strip_prefix(&root).unwrap().with_extension("");
        let mut name: Module = name.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        name.retain(|part| part != "mod");
        (name, code)
    };
    let all: BTreeMap<Module, String> = sources.map(module).collect();
    let is_program = |name: &Module| name[0] == "main" || name[0] == "lib";
    all.into_iter().filter(|(name, _)| !is_program(name) && !is_test(name)).collect()
}

/// Returns `true` if a module holds nothing but tests.
fn is_test(name: &Module) -> bool {
    name.iter().any(|part| part == "tests")
}

/// The paths of all `use` statements of `code`, one for each name; re-exports of a module's own children are left out.
fn used_paths(code: &str) -> Vec<Vec<String>> {
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut paths = Vec::new();
    for statement in code.split(';') {
        let Some((before, tree)) = statement.rsplit_once("use ") else { continue };
        let is_statement = before.is_empty() || before.ends_with(['\n', ' ']);
        if is_statement && tree.chars().all(|c| c.is_alphanumeric() || "_:{}, \n*".contains(c)) {
            expand(tree, &[], &mut paths);
        }
    }
    paths
}

/// Adds to `paths` each path of the use tree `tree` below `prefix`.
fn expand(tree: &str, prefix: &[String], paths: &mut Vec<Vec<String>>) {
    let (head, group) = match tree.split_once('{') {
        Some((head, rest)) => (head, rest.rsplit_once('}').map(|(group, _)| group)),
        None => (tree, None),
    };
    let head = head.split(" as ").next().unwrap();
    let parts = head.split("::").map(|part| part.trim().to_owned());
    let path: Vec<String> =
        prefix.iter().cloned().chain(parts.filter(|part| !part.is_empty())).collect();
    let Some(group) = group else {
        paths.push(path);
        return;
    };
    let mut depth = 0;
    let mut from = 0;
    for (at, c) in group.char_indices().chain([(group.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let item = &group[from..at];
                if !item.trim().is_empty() {
                    expand(item, &path, paths);
                }
                from = at + 1;
            }
            _ => {}
        }
    }
}

/// The module that `path`, used in `module`, leads to: the longest one there is.
fn target<'a>(
    path: &[String],
    module: &Module,
    modules: &'a BTreeMap<Module, String>,
) -> Option<&'a Module> {
    let (mut absolute, rest) = match path.first()?.as_str() {
        "crate" | "beatplan" => (Vec::new(), &path[1..]),
        "self" => (module.clone(), &path[1..]),
        "super" => {
            let up = path.iter().take_while(|part| *part == "super").count();
            (module[..module.len() - up].to_vec(), &path[up..])
        }
        _ => (module.clone(), path),
    };
    absolute.extend(rest.iter().cloned());
    (1..=absolute.len())
        .rev()
        .find_map(|length| modules.get_key_value(&absolute[..length]))
        .map(|(key, _)| key)
}

/// By module: the modules it imports, itself and its own children and parents left out.
fn imports() -> BTreeMap<Module, BTreeSet<Module>> {
    let modules = modules();
    let of = |(module, code): (&Module, &String)| {
        let targets = used_paths(code).into_iter();
        let targets = targets.filter_map(|path| target(&path, module, &modules).cloned());
        let others = targets.filter(|to| !to.starts_with(module) && !module.starts_with(to));
        (module.clone(), others.collect())
    };
    modules.iter().map(of).collect()
}

/// The folders in the order that ARCHITECTURE.md states, lowest first; those of one line share a rank.
fn stated_order() -> Vec<Vec<String>> {
    let text = fs::read_to_string(repository("ARCHITECTURE.md")).unwrap();
    let (_, list) = text.split_once("<!-- order of imports -->\n\n").unwrap();
    let lines = list.lines().take_while(|line| line.starts_with("    "));
    lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

#[test]
fn every_folder_imports_only_from_folders_below_it() {
    let order = stated_order();
    let rank = |folder: &String| {
        let rank = order.iter().position(|line| line.contains(folder));
        rank.unwrap_or_else(|| panic!("ARCHITECTURE.md does not place {folder}"))
    };
    let imports = imports();
    assert!(imports.len() > 200 && imports.values().map(BTreeSet::len).sum::<usize>() > 500);
    let mut upward = BTreeSet::new();
    for (module, targets) in &imports {
        for to in targets.iter().filter(|to| to[0] != module[0]) {
            if rank(&to[0]) >= rank(&module[0]) {
                upward.insert(format!("{} imports {}", module.join("::"), to.join("::")));
            }
        }
    }
    assert!(upward.is_empty(), "imports against the order of ARCHITECTURE.md:\n{upward:#?}");
}

#[test]
fn circles_inside_folders_are_those_that_are_known() {
    let imports = imports();
    let reached: BTreeMap<&Module, BTreeSet<&Module>> = imports
        .keys()
        .map(|from| {
            let mut seen: BTreeSet<&Module> = BTreeSet::new();
            let mut next: Vec<&Module> = imports[from].iter().collect();
            while let Some(module) = next.pop() {
                if seen.insert(module) {
                    next.extend(&imports[module]);
                }
            }
            (from, seen)
        })
        .collect();
    let circle = |module: &&Module| {
        let others = reached[*module].iter().filter(|other| reached[**other].contains(*module));
        others.map(|other| other.join("/")).collect::<Vec<String>>()
    };
    let circles: BTreeSet<Vec<String>> = imports
        .keys()
        .collect::<Vec<_>>()
        .iter()
        .map(circle)
        .filter(|circle| !circle.is_empty())
        .collect();
    let known: BTreeSet<Vec<String>> = CIRCLES
        .iter()
        .map(|circle| circle.iter().map(|file| (*file).to_owned()).collect())
        .collect();
    assert_eq!(circles, known);
}

#[test]
fn no_two_public_types_share_a_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (module, code) in modules().iter().filter(|(module, _)| module[0] != "cli") {
        for line in code.lines() {
            let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            if let ["pub", "struct" | "enum" | "trait" | "type", name, ..] = words[..] {
                places.entry(name.to_owned()).or_default().push(module.join("::"));
            }
        }
    }
    assert!(places.len() > 200, "{}", places.len());
    places.retain(|_, modules| modules.len() > 1);
    assert!(places.is_empty(), "one name, several types:\n{places:#?}");
}

#[test]
fn architecture_names_only_files_that_exist() {
    let text = fs::read_to_string(repository("ARCHITECTURE.md")).unwrap();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let missing: Vec<&str> = links
        .filter(|link| !link.is_empty() && !link.contains("://") && !link.starts_with('#'))
        .filter(|link| !repository("").join(Path::new(link)).exists())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
