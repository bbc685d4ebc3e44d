package strata.policy.prefetch;

import strata.base.Uid;

/** An earlier study that a rule wants near before an examination, and the rule. */
public record Prior(Uid study, String rule, long bytes) {}
