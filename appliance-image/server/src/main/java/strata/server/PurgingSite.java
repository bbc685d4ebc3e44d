package strata.server;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.SiteId;
import strata.replication.Note;
import strata.replication.NoteFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Which site ends for good what was deleted: all, each by its own rules, until one is promoted;
 * then that one alone. Everything else needs no promotion. The word for it is a note, and the later
 * one counts at all sites. Thread-safe.
 */
final class PurgingSite {
    static final String BOOK = "roles";
    private static final String KEY = "purges";

    private final NoteFile roles;
    private final SiteId self;
    private final String name;
    private final Audit audit;

    PurgingSite(NoteFile roles, SiteId self, String name, Audit audit, Metrics metrics) {
        this.roles = roles;
        this.self = self;
        this.name = name;
        this.audit = audit;
        metrics.gauge(
                "strata_replication_purges_here_state",
                "1 while this site purges what was deleted, 0 while another one does",
                () -> isHere() ? 1 : 0);
    }

    boolean isHere() {
        return promoted().map(word -> word.startsWith(self + " ")).orElse(true);
    }

    /** {@code SITE NAME} of the site that was promoted last. */
    Optional<String> promoted() {
        return roles.get(KEY).map(note -> new String(note.value(), StandardCharsets.UTF_8));
    }

    /** From now on this site purges; durable on return, and told to the other sites. */
    Note promote(String actor, String text) throws IOException {
        if (text.isBlank() || text.length() > 200) {
            throw new OperatorException("the parameter text says why, in 1 to 200 letters");
        }
        Note note = roles.put(KEY, (self + " " + name).getBytes(StandardCharsets.UTF_8));
        audit.record(
                Audit.Action.POLICY_CHANGED,
                Audit.Outcome.SUCCESS,
                actor,
                Map.of("event", "promoted", "site", self.toString(), "text", text));
        return note;
    }
}
