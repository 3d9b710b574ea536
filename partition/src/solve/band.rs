//! What a cell may weigh, and what it costs to weigh something else.

/// The bounds of a cell's load and the load it would best have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Band {
    pub(crate) target: f64,
    pub(crate) lo: i64,
    pub(crate) hi: i64,
}

/// A further criterion in one part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Side {
    pub(crate) band: Band,
    /// What leaving its band costs against leaving that of the first criterion.
    pub(crate) weight: f64,
    /// Whether every stage insists on it.
    pub(crate) hard: bool,
}

/// What a cell may weigh in every criterion.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds<'a> {
    pub(crate) band: Band,
    pub(crate) sides: &'a [Side],
}

impl Bounds<'_> {
    /// How far a cell is outside, as a share of the targets; soft criteria do not count.
    pub(crate) fn excess(&self, load: i64, sides: &[i64]) -> f64 {
        let share = |band: &Band, load: i64| band.excess(load) as f64 / band.target.max(1.0);
        let hard = self.sides.iter().zip(sides).filter(|(s, _)| s.hard);
        hard.fold(share(&self.band, load), |sum, (s, &w)| sum + share(&s.band, w))
    }
}

impl Band {
    /// `tolerance` around `target`; never so narrow that no integer lies in it.
    pub(crate) fn around(target: f64, tolerance: f64) -> Self {
        let lo = (target * (1.0 - tolerance)).ceil().min(target.floor()).max(0.0);
        let hi = (target * (1.0 + tolerance)).floor().max(target.ceil());
        Self { target, lo: lo as i64, hi: hi as i64 }
    }

    /// The same target with bounds moved towards it: `share` 1 keeps them, 0 leaves only the target.
    pub(crate) fn narrowed(self, share: f64) -> Self {
        let target = self.target.clamp(self.lo as f64, self.hi as f64);
        let lo = target - (target - self.lo as f64) * share;
        let hi = target + (self.hi as f64 - target) * share;
        Self { target, lo: lo.ceil().min(target.floor()) as i64, hi: hi.floor().max(target.ceil()) as i64 }
    }

    #[inline]
    pub(crate) fn admits(&self, load: i64) -> bool {
        self.lo <= load && load <= self.hi
    }

    /// How far outside the bounds a load is.
    #[inline]
    pub(crate) fn excess(&self, load: i64) -> i64 {
        (self.lo - load).max(load - self.hi).max(0)
    }

    /// Distance from the target as a share of it.
    pub(crate) fn deviation(&self, load: i64) -> f64 {
        (load as f64 - self.target).abs() / self.target.max(1.0)
    }

    /// Smooth inside the bounds, steep outside; `weight` is the price of leaving them.
    #[inline]
    pub(crate) fn penalty(&self, load: i64, weight: f64) -> f64 {
        let scale = self.target.max(1.0);
        let off = (load as f64 - self.target) / scale;
        let outside = self.excess(load) as f64 / scale;
        weight * (outside + 4.0 * outside * outside) + 0.5 * off * off
    }
}
