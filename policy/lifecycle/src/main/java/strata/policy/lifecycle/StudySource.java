package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.Policy;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The port to the facts. Thread-safe. */
public interface StudySource {
    /**
     * Opens a run over every study, with the facts that the policy reads. Memory does not grow with
     * the number of studies.
     */
    Studies studies(Policy policy) throws IOException;

    /**
     * Opens a run over the studies of which everything is deleted and something is not purged yet,
     * with the facts by which retention judges.
     */
    Studies deleted() throws IOException;

    /** All facts of one study, as complete as they can be had. */
    Optional<StudyFacts> study(Uid uid) throws IOException;

    /** How full the tiers are now. */
    TierFacts tiers() throws IOException;

    /**
     * Tells the listener from now on of every study whose facts may have changed other than by
     * time, once the change can be seen. The listener only notes the UIDs.
     */
    void onChange(Consumer<Set<Uid>> listener);

    /** A run over studies; may throw {@link java.io.UncheckedIOException}. For one thread. */
    interface Studies extends Iterator<StudyFacts>, Closeable {
        /** A run over facts in memory. */
        static Studies of(Collection<StudyFacts> facts) {
            Iterator<StudyFacts> all = List.copyOf(facts).iterator();
            return new Studies() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                public StudyFacts next() {
                    return all.next();
                }

                @Override
                public void close() {}
            };
        }
    }
}
