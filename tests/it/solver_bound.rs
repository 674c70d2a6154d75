//! The bound against public instances whose optimum is proven.

#[path = "../../benches/toptw/instance.rs"]
mod instance;

use crate::kit::shared;
use beatplan::progress::Silent;
use beatplan::solver::{BoundOptions, NoLimit, Solution, Tours, bound};
use instance::best_known;

mod needs_shared {
    use super::*;

    #[test]
    #[ignore = "needs ../shared: instances that may not be shipped"]
    fn no_bound_is_below_a_proven_optimum() {
        let folder = shared("bench/toptw");
        let options = BoundOptions { work: 3_000_000, passes: 40 };
        for cell in best_known(&folder).unwrap().iter().filter(|known| known.is_proven()) {
            let problem = instance::read(&folder, &cell.instance, cell.tours).unwrap();
            let plan = Solution::of(&problem, Tours::empty(&problem));
            let found = bound(&problem, &plan, &options, &NoLimit, &Silent);
            assert!(found.objective >= cell.best_known as i64 * 3600, "{cell:?}: {found:?}");
        }
    }
}
