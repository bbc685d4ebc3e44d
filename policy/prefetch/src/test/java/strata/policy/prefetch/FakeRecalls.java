package strata.policy.prefetch;

import strata.base.Uid;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Remembers what is wanted. */
final class FakeRecalls implements Recalls {
    final Map<Uid, Instant> wanted = new TreeMap<>();
    boolean broken;

    @Override
    public boolean ask(Uid study, Instant by) throws IOException {
        if (broken) {
            throw new IOException("the queue is away");
        }
        return wanted.put(study, by) == null;
    }

    @Override
    public void withdraw(Uid study) {
        wanted.remove(study);
    }
}
