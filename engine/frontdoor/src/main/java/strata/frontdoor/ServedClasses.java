package strata.frontdoor;

import strata.base.Uid;
import strata.dicom.UidRegistry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The SOP classes, other than those of storage, that the door serves or uses. */
public final class ServedClasses {
    /** Storage Commitment Push Model, PS3.4 J. */
    public static final Uid STORAGE_COMMITMENT = new Uid("1.2.840.10008.1.20.1");

    /** Instance Availability Notification, PS3.4 R; as user only. */
    public static final Uid AVAILABILITY_NOTIFICATION = new Uid("1.2.840.10008.5.1.4.33");

    /** One of them: what the conformance statement says of it. */
    public record Served(Uid uid, String name, boolean provider, boolean user) {}

    private ServedClasses() {}

    /** In the order of their UIDs, part by part. */
    public static List<Served> table() {
        List<Served> table = new ArrayList<>();
        table.add(served(Models.VERIFICATION, true, true));
        table.add(served(STORAGE_COMMITMENT, true, true));
        table.add(served(AVAILABILITY_NOTIFICATION, false, true));
        // The command line's find and export use Study Root.
        Models.all().forEach(uid -> table.add(served(uid, true, isUsed(uid))));
        table.sort(Comparator.comparing(each -> each.uid().value()));
        return table;
    }

    private static boolean isUsed(Uid uid) {
        return uid.value().startsWith("1.2.840.10008.5.1.4.1.2.2.");
    }

    private static Served served(Uid uid, boolean provider, boolean user) {
        return new Served(uid, UidRegistry.name(uid), provider, user);
    }

    public static Set<Uid> all() {
        return table().stream().map(Served::uid).collect(Collectors.toCollection(TreeSet::new));
    }
}
