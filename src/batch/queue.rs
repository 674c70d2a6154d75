//! Orders the work of a batch. Large maps come before small ones, and territories with much work
//! before those with little. Building networks alternates with planning, so that the first plans
//! are finished early even if there are many maps.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::settings::PlanJob;

/// The work of a batch. The threads that give tasks to worker processes share it.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

/// A territory that waits to be planned.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct QueuedTerritory {
    pub(super) job: PlanJob,
    /// Fingerprint of everything that decides the plan of the territory.
    pub(super) key: String,
    /// Estimated work, in seconds of one thread.
    pub(super) work_s: f64,
}

/// Territories that use the same road networks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// Size of the map of these territories, in bytes.
    pub(super) map_bytes: u64,
    /// Territories of the group.
    pub(super) territories: Vec<QueuedTerritory>,
}

/// A task for a worker process.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Task {
    /// Build the road networks of the group `group`. `example` is one of its territories.
    Networks { group: String, example: PlanJob },
    /// Plan the territory.
    Plan(QueuedTerritory),
}

#[derive(Default)]
struct State {
    /// Groups whose networks are not built yet. The last group in the list is built next.
    groups: Vec<(String, Group)>,
    /// Groups whose networks are being built, by the name of the group.
    building: BTreeMap<String, Group>,
    /// Territories whose networks are built. The last territory in the list is planned next.
    ready: Vec<QueuedTerritory>,
    /// True if the last task was to build networks.
    map_was_last: bool,
}

impl Queue {
    pub(super) fn new(groups: BTreeMap<String, Group>) -> Self {
        let mut groups: Vec<(String, Group)> = groups.into_iter().collect();
        groups.sort_by_key(|(_, group)| group.map_bytes);
        let state = State { groups, ..State::default() };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Returns the next task. If none is ready, waits until one is. Returns `None` if no tasks are
    /// left.
    pub(super) fn next(&self) -> Option<Task> {
        let mut state = self.state();
        loop {
            let is_map_next = !state.map_was_last || state.ready.is_empty();
            if is_map_next && let Some((name, group)) = state.groups.pop() {
                state.map_was_last = true;
                let Some(first) = group.territories.first() else { continue };
                let example = first.job.clone();
                state.building.insert(name.clone(), group);
                return Some(Task::Networks { group: name, example });
            }
            if let Some(territory) = state.ready.pop() {
                state.map_was_last = false;
                return Some(Task::Plan(territory));
            }
            if state.building.is_empty() {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes the territories of a group ready to be planned. Its networks are built, or each of its
    /// territories must report its own fault.
    pub(super) fn networks_ready(&self, group: &str) {
        let mut state = self.state();
        let territories = state.building.remove(group).map(|group| group.territories);
        state.ready.extend(territories.into_iter().flatten());
        let by_work = |a: &QueuedTerritory, b: &QueuedTerritory| {
            a.work_s.total_cmp(&b.work_s).then_with(|| b.job.id.cmp(&a.job.id))
        };
        state.ready.sort_by(by_work);
        self.changed.notify_all();
    }

    /// Removes and returns the territories of a group whose networks cannot be built.
    pub(super) fn drop_group(&self, group: &str) -> Vec<QueuedTerritory> {
        let removed = self.state().building.remove(group);
        self.changed.notify_all();
        removed.map_or_else(Vec::new, |group| group.territories)
    }

    /// Removes and returns all territories that no worker process has received yet.
    pub(super) fn clear(&self) -> Vec<QueuedTerritory> {
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

    fn territory(id: &str, work_s: f64) -> QueuedTerritory {
        let job = PlanJob { id: id.to_owned(), file: id.into(), dates: Vec::new() };
        QueuedTerritory { job, key: String::new(), work_s }
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
        queue.networks_ready("town");
        assert_eq!(name(queue.next()), "a");
        queue.networks_ready("county");
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
        queue.networks_ready("a");
        assert_eq!([name(queue.next()), name(queue.next())], ["a1", "b"]);
        queue.networks_ready("b");
        assert_eq!([(); 3].map(|()| name(queue.next())), ["a2", "b1", "none"]);
    }

    #[test]
    fn a_thread_that_waits_for_networks_wakes_when_there_will_be_none() {
        let queue = queue(&[("town", 1, &[("a", 1.0)])]);
        assert_eq!(name(queue.next()), "town");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| name(queue.next()));
            assert_eq!(queue.drop_group("town"), [territory("a", 1.0)]);
            assert_eq!(waiting.join().unwrap(), "none");
        });
    }

    #[test]
    fn territories_that_no_worker_has_got_can_be_removed() {
        let queue = queue(&[("town", 2, &[("a", 1.0), ("b", 2.0)]), ("county", 1, &[("c", 1.0)])]);
        assert_eq!(name(queue.next()), "town");
        queue.networks_ready("town");
        let mut ids: Vec<String> = queue.clear().into_iter().map(|p| p.job.id).collect();
        ids.sort();
        assert_eq!(ids, ["a", "b", "c"]);
        assert_eq!(name(queue.next()), "none");
    }
}
