package strata.frontdoor.web;

import strata.base.Uid;
import strata.catalog.QueryCursor;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.network.http.Caller;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** The answers to a search that are of studies which the caller may know of. For one thread. */
final class KnownAnswers implements Closeable {
    private final QueryCursor all;
    private final Caller.Studies studies;
    private DataSet next;
    private Optional<Uid> asked = Optional.empty();
    private boolean known;

    KnownAnswers(QueryCursor all, Caller.Studies studies) {
        this.all = all;
        this.studies = studies;
    }

    boolean hasNext() throws IOException {
        while (next == null && all.hasNext()) {
            DataSet answer = all.next();
            if (isKnown(answer)) {
                next = answer;
            }
        }
        return next != null;
    }

    DataSet next() throws IOException {
        if (!hasNext()) {
            throw new IllegalStateException("no further answer");
        }
        DataSet answer = next;
        next = null;
        return answer;
    }

    /** Answers come by study: each is asked for once. */
    private boolean isKnown(DataSet answer) throws IOException {
        if (studies == Caller.Studies.ALL) {
            return true;
        }
        Optional<Uid> study = answer.uid(Tag.StudyInstanceUID);
        if (!study.equals(asked)) {
            asked = study;
            known = study.isPresent() && studies.include(study.get());
        }
        return known;
    }

    @Override
    public void close() {
        all.close();
    }
}
