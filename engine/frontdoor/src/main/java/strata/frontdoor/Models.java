package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.QueryRoot;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The SOP classes of query and retrieve that are served, PS3.4 C.6. */
final class Models {
    static final Uid VERIFICATION = new Uid("1.2.840.10008.1.1");

    /** What a SOP class does. */
    enum Kind {
        FIND,
        MOVE,
        GET;

        Peers.Service service() {
            return switch (this) {
                case FIND -> Peers.Service.FIND;
                case MOVE -> Peers.Service.MOVE;
                case GET -> Peers.Service.GET;
            };
        }
    }

    /** What of an instance is asked for, and by which levels. */
    enum Scope {
        /** Whole instances, by all levels of the model. */
        MODEL,
        /** Whole instances, by their UIDs, PS3.4 Y. */
        COMPOSITE,
        /** Instances without bulk data, by their UIDs, PS3.4 Z. */
        WITHOUT_BULK_DATA
    }

    /** A SOP class: its operation and its information model. */
    record Model(Kind kind, QueryRoot root, Scope scope) {}

    private static final String PATIENT_STUDY_ONLY = "1.2.840.10008.5.1.4.1.2.3.";
    private static final Map<Uid, Model> BY_CLASS = new HashMap<>();

    static {
        add("1.2.840.10008.5.1.4.1.2.1.", QueryRoot.PATIENT);
        add("1.2.840.10008.5.1.4.1.2.2.", QueryRoot.STUDY);
        // Patient/Study Only (retired) is Patient Root without the lower levels.
        add(PATIENT_STUDY_ONLY, QueryRoot.PATIENT);
        BY_CLASS.put(
                new Uid("1.2.840.10008.5.1.4.1.2.4.2"),
                new Model(Kind.MOVE, QueryRoot.STUDY, Scope.COMPOSITE));
        BY_CLASS.put(
                new Uid("1.2.840.10008.5.1.4.1.2.4.3"),
                new Model(Kind.GET, QueryRoot.STUDY, Scope.COMPOSITE));
        BY_CLASS.put(
                new Uid("1.2.840.10008.5.1.4.1.2.5.3"),
                new Model(Kind.GET, QueryRoot.STUDY, Scope.WITHOUT_BULK_DATA));
    }

    private Models() {}

    private static void add(String prefix, QueryRoot root) {
        BY_CLASS.put(new Uid(prefix + 1), new Model(Kind.FIND, root, Scope.MODEL));
        BY_CLASS.put(new Uid(prefix + 2), new Model(Kind.MOVE, root, Scope.MODEL));
        BY_CLASS.put(new Uid(prefix + 3), new Model(Kind.GET, root, Scope.MODEL));
    }

    static Optional<Model> of(Uid sopClass) {
        return Optional.ofNullable(BY_CLASS.get(sopClass));
    }

    /** Whether a class is of Patient/Study Only, which ends with the STUDY level. */
    static boolean isWithoutSeries(Uid sopClass) {
        return sopClass.value().startsWith(PATIENT_STUDY_ONLY);
    }

    static Set<Uid> all() {
        return Set.copyOf(BY_CLASS.keySet());
    }
}
