//! Generates random numbers that are the same on every machine.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(Pcg64Mcg);

impl Random {
    /// Returns stream number `stream` of a seed. Streams with neighbouring numbers are independent.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let high = mix(seed ^ mix(stream));
        let low = mix(high ^ seed.rotate_left(32));
        Self(Pcg64Mcg::new((u128::from(high) << 64) | u128::from(low)))
    }

    /// Returns a random whole number from 0 to `bound − 1`; `bound` must be above zero. O(1), by
    /// multiplication (Lemire 2019).
    #[inline]
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let high = self.0.next_u64() >> 32;
        ((high * bound as u64) >> 32) as usize
    }

    /// Returns a random number from 0 to 1, excluding 1.
    #[inline]
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
}

/// Mixes the bits with the finaliser of SplitMix64 (Steele, Lea, Flood 2014,
/// doi:10.1145/2660193.2660195).
fn mix(bits: u64) -> u64 {
    let z = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
