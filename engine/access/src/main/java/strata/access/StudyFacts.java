package strata.access;

import strata.base.Uid;

import java.io.IOException;
import java.util.Optional;

/** What the archive knows of a study that scopes go by. */
@FunctionalInterface
public interface StudyFacts {
    /**
     * @param institution empty text when it is not known
     * @param accession empty text when it is not known
     */
    record Facts(String institution, String accession) {}

    /** Empty when no such study is shown. */
    Optional<Facts> of(Uid study) throws IOException;
}
