package strata.mover;

import strata.catalog.Catalog;
import strata.catalog.Job;
import strata.catalog.JobCursor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Goes over the jobs of a kind in the order of names, holding some of them at a time, with no
 * cursor open while they are worked on. What is entered behind the place that was reached is for
 * the next walk; what is entered again or removed does not come twice. For one thread.
 */
final class JobSlices {
    /** Jobs that are held at a time unless said otherwise, about a megabyte. */
    static final int MOST = 4096;

    private final Catalog catalog;
    private final String prefix;
    private final Predicate<Job> which;
    private final int most;
    private String after = "";

    /** @param most held at a time, 1 or more */
    JobSlices(Catalog catalog, String prefix, Predicate<Job> which, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a slice of " + most);
        }
        this.catalog = catalog;
        this.prefix = prefix;
        this.which = which;
        this.most = most;
    }

    /** The next of them; empty when there are no more. */
    List<Job> next() throws IOException {
        List<Job> out = new ArrayList<>();
        try (JobCursor jobs = catalog.jobs(prefix, after)) {
            while (jobs.hasNext() && out.size() < most) {
                Job job = jobs.next();
                after = job.name();
                if (which.test(job)) {
                    out.add(job);
                }
            }
        }
        return out;
    }
}
