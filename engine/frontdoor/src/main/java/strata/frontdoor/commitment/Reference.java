package strata.frontdoor.commitment;

import strata.base.Uid;

import java.util.Objects;

/** A SOP instance whose commitment is asked for. */
public record Reference(Uid sopClass, Uid sopInstance) {
    public Reference {
        Objects.requireNonNull(sopClass, "sopClass");
        Objects.requireNonNull(sopInstance, "sopInstance");
    }
}
