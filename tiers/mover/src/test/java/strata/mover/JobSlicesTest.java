package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import strata.catalog.Catalog;
import strata.catalog.Job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

class JobSlicesTest extends TieredStore {
    private static List<String> names(List<Job> jobs) {
        return jobs.stream().map(Job::name).toList();
    }

    private Catalog tenJobs() throws IOException {
        for (int i = 0; i < 10; i++) {
            store.catalog().putJob("slice/" + i, new byte[] {(byte) i});
        }
        store.catalog().putJob("slices/other", new byte[1]);
        return store.catalog();
    }

    @Test
    void noMoreThanASliceIsHeldAndEachComesOnce() throws IOException {
        JobSlices slices = new JobSlices(tenJobs(), "slice/", job -> true, 4);
        assertEquals(List.of("slice/0", "slice/1", "slice/2", "slice/3"), names(slices.next()));
        assertEquals(List.of("slice/4", "slice/5", "slice/6", "slice/7"), names(slices.next()));
        assertEquals(List.of("slice/8", "slice/9"), names(slices.next()));
        assertEquals(List.of(), slices.next());
        assertEquals(List.of(), slices.next());
    }

    @Test
    void whatIsWorkedOnMeanwhileMovesNothing() throws IOException {
        Catalog catalog = tenJobs();
        JobSlices slices = new JobSlices(catalog, "slice/", job -> true, 3);
        List<String> seen = new ArrayList<>();
        for (List<Job> jobs = slices.next(); !jobs.isEmpty(); jobs = slices.next()) {
            for (Job job : jobs) {
                seen.add(job.name());
                if (job.value()[0] % 2 == 0) {
                    catalog.removeJob(job.name());
                } else {
                    catalog.putJob(job.name(), new byte[] {job.value()[0], 1});
                }
            }
            catalog.putJob("slice/-", new byte[1]);
        }
        assertEquals(10, seen.size(), seen.toString());
        assertEquals(10, seen.stream().distinct().count());
    }

    @Test
    void onlyWhatIsAskedForFillsASlice() throws IOException {
        JobSlices slices = new JobSlices(tenJobs(), "slice/", job -> job.value()[0] % 3 == 0, 3);
        assertEquals(List.of("slice/0", "slice/3", "slice/6"), names(slices.next()));
        assertEquals(List.of("slice/9"), names(slices.next()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new JobSlices(store.catalog(), "slice/", job -> true, 0));
    }
}
