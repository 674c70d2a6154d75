//! In which order the work is done: a large map before a small one, a long territory before a short one, and maps in turn with
//! territories, so that plans come early however many maps there are.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::order::PlanJob;

/// The work of a batch, shared by those who hand it to workers.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

/// A territory and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    pub(super) job: PlanJob,
    /// Fingerprint of all that goes into the plan.
    pub(super) key: String,
    /// About how much work it is.
    pub(super) work_s: f64,
}

/// Territories that share networks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// How large their map is.
    pub(super) map_bytes: u64,
    /// The territories.
    pub(super) territories: Vec<Planned>,
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Task {
    /// The networks of a group, which is called by this name, as this territory needs them.
    Networks { group: String, as_in: PlanJob },
    /// A territory.
    Plan(Planned),
}

#[derive(Default)]
struct State {
    /// Groups without networks; the last one is the next.
    groups: Vec<(String, Group)>,
    /// Groups whose networks are being built.
    building: BTreeMap<String, Group>,
    /// Territories whose networks are there; the last one is the next.
    ready: Vec<Planned>,
    /// Whether a map was handed out last.
    was_map: bool,
}

impl Queue {
    pub(super) fn new(groups: BTreeMap<String, Group>) -> Self {
        let mut groups: Vec<(String, Group)> = groups.into_iter().collect();
        groups.sort_by_key(|(_, group)| group.map_bytes);
        let state = State { groups, ..State::default() };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The next piece of work, as soon as there is one; `None` when all is handed out.
    pub(super) fn next(&self) -> Option<Task> {
        let mut state = self.state();
        loop {
            let is_map_next = !state.was_map || state.ready.is_empty();
            if is_map_next && let Some((name, group)) = state.groups.pop() {
                state.was_map = true;
                let Some(first) = group.territories.first() else { continue };
                let as_in = first.job.clone();
                state.building.insert(name.clone(), group);
                return Some(Task::Networks { group: name, as_in });
            }
            if let Some(territory) = state.ready.pop() {
                state.was_map = false;
                return Some(Task::Plan(territory));
            }
            if state.building.is_empty() {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The networks of a group are there, or each of its territories may find out why not.
    pub(super) fn networks_are_there(&self, group: &str) {
        let mut state = self.state();
        let territories = state.building.remove(group).map(|group| group.territories);
        state.ready.extend(territories.into_iter().flatten());
        let order = |a: &Planned, b: &Planned| {
            a.work_s.total_cmp(&b.work_s).then_with(|| b.job.id.cmp(&a.job.id))
        };
        state.ready.sort_by(order);
        self.changed.notify_all();
    }

    /// Takes out the territories of a group for which there never will be a network.
    pub(super) fn there_are_no_networks(&self, group: &str) -> Vec<Planned> {
        let removed = self.state().building.remove(group);
        self.changed.notify_all();
        removed.map_or_else(Vec::new, |group| group.territories)
    }

    /// Takes out all that was not handed out yet.
    pub(super) fn clear(&self) -> Vec<Planned> {
        let mut state = self.state();
        let State { groups, building, ready, .. } = std::mem::take(&mut *state);
        self.changed.notify_all();
        let groups = groups.into_iter().map(|(_, group)| group).chain(building.into_values());
        ready.into_iter().chain(groups.flat_map(|group| group.territories)).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn territory(id: &str, work_s: f64) -> Planned {
        let job = PlanJob { id: id.to_owned(), file: id.into(), dates: Vec::new() };
        Planned { job, key: String::new(), work_s }
    }

    /// Name, size of the map, and territories with their work.
    type Made<'a> = (&'a str, u64, &'a [(&'a str, f64)]);

    fn queue(groups: &[Made<'_>]) -> Queue {
        let group = |(name, map_bytes, territories): &Made<'_>| {
            let territories = territories.iter().map(|(id, work_s)| territory(id, *work_s));
            (
                (*name).to_owned(),
                Group { map_bytes: *map_bytes, territories: territories.collect() },
            )
        };
        Queue::new(groups.iter().map(group).collect())
    }

    fn name(task: Option<Task>) -> String {
        match task {
            None => "none".to_owned(),
            Some(Task::Networks { group, .. }) => group,
            Some(Task::Plan(planned)) => planned.job.id,
        }
    }

    #[test]
    fn large_maps_come_first_and_then_long_territories() {
        let queue = queue(&[
            ("town", 1, &[("a", 3.0), ("b", 1.0)]),
            ("county", 2, &[("c", 2.0), ("d", 3.0)]),
        ]);
        assert_eq!([name(queue.next()), name(queue.next())], ["county", "town"]);
        queue.networks_are_there("town");
        assert_eq!(name(queue.next()), "a");
        queue.networks_are_there("county");
        let rest = [(); 4].map(|()| name(queue.next()));
        assert_eq!(rest, ["d", "c", "b", "none"]);
    }

    #[test]
    fn maps_and_territories_take_turns() {
        let queue = queue(&[
            ("a", 3, &[("a1", 2.0), ("a2", 1.0)]),
            ("b", 2, &[("b1", 1.0)]),
            ("c", 1, &[]),
        ]);
        assert_eq!(name(queue.next()), "a");
        queue.networks_are_there("a");
        assert_eq!([name(queue.next()), name(queue.next())], ["a1", "b"]);
        queue.networks_are_there("b");
        assert_eq!([(); 3].map(|()| name(queue.next())), ["a2", "b1", "none"]);
    }

    #[test]
    fn who_waits_for_networks_is_woken_when_there_will_be_none() {
        let queue = queue(&[("town", 1, &[("a", 1.0)])]);
        assert_eq!(name(queue.next()), "town");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| name(queue.next()));
            assert_eq!(queue.there_are_no_networks("town"), [territory("a", 1.0)]);
            assert_eq!(waiting.join().unwrap(), "none");
        });
    }

    #[test]
    fn what_was_not_handed_out_can_be_taken_back() {
        let queue = queue(&[("town", 2, &[("a", 1.0), ("b", 2.0)]), ("county", 1, &[("c", 1.0)])]);
        assert_eq!(name(queue.next()), "town");
        queue.networks_are_there("town");
        let mut ids: Vec<String> = queue.clear().into_iter().map(|p| p.job.id).collect();
        ids.sort();
        assert_eq!(ids, ["a", "b", "c"]);
        assert_eq!(name(queue.next()), "none");
    }
}
