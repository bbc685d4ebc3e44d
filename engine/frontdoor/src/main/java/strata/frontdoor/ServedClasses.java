package strata.frontdoor;

import strata.base.Uid;

import java.util.Set;
import java.util.TreeSet;

/**
 * The SOP classes, other than those of storage, that the door serves: for the conformance
 * statement.
 */
public final class ServedClasses {
    private ServedClasses() {}

    public static Set<Uid> all() {
        Set<Uid> all = new TreeSet<>(Models.all());
        all.add(Models.VERIFICATION);
        return all;
    }
}
