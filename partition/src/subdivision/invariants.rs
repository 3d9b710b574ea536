//! What must hold of every subdivision.

use super::build::{FaceId, HalfEdge, Subdivision};
use crate::frame::{Bounds, Meeting, meet, meeting_pairs};

impl Subdivision {
    /// Checks everything that must hold; for tests, after each operation.
    ///
    /// Lines meet only in their ends; every half-edge is in one loop of the face to its left; Euler's formula; the
    /// areas of all faces add up to those of the hulls.
    ///
    /// # Errors
    /// The first thing that does not hold, in words.
    pub fn invariants(&self) -> Result<(), String> {
        let ends = |e: usize| self.edges[e].map(|p| self.points[p as usize]);
        let boxes: Vec<Bounds> =
            (0..self.edges.len()).map(|e| Bounds::of_segment(ends(e)[0], ends(e)[1])).collect();
        let mut wrong = None;
        meeting_pairs(&boxes, |i, j| {
            if !matches!(meet(ends(i), ends(j)), Meeting::Apart | Meeting::AtEnds) {
                wrong = Some(format!("edges {:?} and {:?} meet inside", ends(i), ends(j)));
            }
            wrong.is_none()
        });
        if let Some(w) = wrong {
            return Err(w);
        }
        let mut seen = vec![0u8; self.next.len()];
        for f in 0..self.face_count() as u32 {
            for &start in self.loops(FaceId(f)) {
                for h in self.around(start) {
                    seen[h.index()] += 1;
                    if self.left(h) != FaceId(f) || self.head(h) != self.origin(self.next[h.index()]) {
                        return Err(format!("half-edge {} is in a loop of face {f} by mistake", h.0));
                    }
                }
            }
        }
        if seen.iter().any(|&n| n != 1) {
            return Err("a half-edge is in no loop, or in two".into());
        }
        let components = self.component_count();
        let (v, e, f) = (self.points.len(), self.edges.len(), self.face_count());
        if v + f != e + components + 1 {
            return Err(format!("Euler: {v} points, {e} edges, {f} faces, {components} components"));
        }
        if self.inner_faces().any(|f| self.twice_area_um2(f) <= 0) {
            return Err("a face without area".into());
        }
        let outer: i128 = self.loops(FaceId::OUTSIDE).iter().map(|&h| self.loop_area(h)).sum();
        let inner: i128 = self.inner_faces().map(|f| self.twice_area_um2(f)).sum();
        if inner + outer != 0 {
            return Err(format!("areas: {inner} inside, {outer} outside"));
        }
        Ok(())
    }

    fn loop_area(&self, h: HalfEdge) -> i128 {
        let ring: Vec<_> = self.around(h).map(|e| self.origin(e)).collect();
        crate::frame::twice_area_um2(&ring)
    }

    fn component_count(&self) -> usize {
        let mut parent: Vec<usize> = (0..self.points.len()).collect();
        fn find(p: &mut [usize], mut i: usize) -> usize {
            while p[i] != i {
                p[i] = p[p[i]];
                i = p[i];
            }
            i
        }
        for &[a, b] in &self.edges {
            let (a, b) = (find(&mut parent, a as usize), find(&mut parent, b as usize));
            parent[a] = b;
        }
        (0..parent.len()).filter(|&i| parent[i] == i).count()
    }
}
