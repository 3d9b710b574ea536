//! Who answers, and who may see their numbers.
