package strata.server;

import strata.access.AccountFile;
import strata.base.Audit;
import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.policy.language.PolicyFile;
import strata.policy.lifecycle.patients.PatientBook;
import strata.replication.Note;
import strata.replication.NoteBook;
import strata.replication.NoteFile;
import strata.replication.Notes;
import strata.server.configuration.AuthenticationSettings;
import strata.server.configuration.Configuration;
import strata.store.Store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What this site shares with others beside the objects: holds, releases, merges of patients, who
 * purges; the rules and the accounts where the configuration says so. Notes of its own are in the
 * directory {@code shared}, which its owner alone may read.
 */
final class Sharing {
    private static final String POLICY = "policy";
    private static final String ACCOUNTS = "accounts";
    private static final long LOOK_SECONDS = 5;

    private final Configuration configuration;
    private final Store store;
    private final PolicyParts policies;
    private final Path directory;
    private final List<NoteBook> books = new ArrayList<>();
    private final List<SharedFile> files = new ArrayList<>();
    private final PurgingSite purging;

    private Sharing(
            Configuration configuration,
            Store store,
            PolicyParts policies,
            PatientBook patients,
            Metrics metrics,
            Audit audit)
            throws IOException {
        this.configuration = configuration;
        this.store = store;
        this.policies = policies;
        this.directory = configuration.data().resolve("shared");
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        books.add(new HoldNotes(policies.keeping().book(), store.site(), audit));
        books.add(new ReleaseNotes(policies.keeping().book(), store.site()));
        books.add(new MergeNotes(patients, store.site()));
        NoteFile roles = open(PurgingSite.BOOK);
        books.add(roles);
        purging = new PurgingSite(roles, store.site(), configuration.aet().value(), audit, metrics);
        if (configuration.replication().sharesPolicy()) {
            share(POLICY, configuration.policy(), new PolicyForm());
        }
        if (configuration.replication().sharesAccounts()) {
            share(ACCOUNTS, accounts(), new AccountForm(new AccountFile(accounts())));
        }
    }

    /** @throws OperatorException when what is to be shared is not configured */
    static Sharing start(
            Configuration configuration,
            Store store,
            PolicyParts policies,
            PatientBook patients,
            OtherSites others,
            Metrics metrics,
            Audit audit)
            throws IOException {
        Sharing sharing = new Sharing(configuration, store, policies, patients, metrics, audit);
        others.share(new Notes(sharing.books, () -> store.time().now()));
        return sharing;
    }

    private NoteFile open(String book) throws IOException {
        NoteFile notes = NoteFile.open(
                new LocalDisk(),
                directory.resolve(book),
                book,
                store.site(),
                () -> store.time().now());
        return notes;
    }

    private void share(String book, Path path, SharedFile.Form form) throws IOException {
        NoteFile notes = open(book);
        books.add(notes);
        files.add(new SharedFile(path, directory.resolve(book + ".seen"), notes, form));
    }

    private Path accounts() throws OperatorException {
        return configuration
                .http()
                .authentication()
                .map(AuthenticationSettings::accounts)
                .orElseThrow(() -> new OperatorException("'replication.accounts' is shared, but"
                        + " there is no 'http.authentication' with accounts"));
    }

    /** Looks at the shared files now and then. */
    void look(ScheduledExecutorService timer) {
        files.forEach(file ->
                timer.scheduleWithFixedDelay(file::look, 0, LOOK_SECONDS, TimeUnit.SECONDS));
    }

    PurgingSite purging() {
        return purging;
    }

    /** The file of rules, as one part. */
    private final class PolicyForm implements SharedFile.Form {
        @Override
        public boolean isInEffect(byte[] file) {
            return Digest.ofBytes(file).equals(policies.rules().policy().digest());
        }

        @Override
        public Map<String, byte[]> parts(byte[] file) throws IOException {
            if (file.length > Note.MOST_VALUE_BYTES) {
                throw new OperatorException("it is too long to be shared");
            }
            check(file); // What is not right here is told to nobody.
            return Map.of(POLICY, file);
        }

        @Override
        public byte[] whole(Map<String, byte[]> parts) {
            return parts.getOrDefault(POLICY, new byte[0]);
        }

        @Override
        public void check(byte[] file) throws IOException {
            PolicyFile.parse(
                    configuration.policy().toString(), file, policies.rules().names());
        }

        @Override
        public void apply(byte[] file) throws IOException {
            policies.rules().adopt(file);
        }
    }

    /** The file of accounts, a part for each. */
    private record AccountForm(AccountFile file) implements SharedFile.Form {
        /** Each login reads it. */
        @Override
        public boolean isInEffect(byte[] content) {
            return true;
        }

        @Override
        public Map<String, byte[]> parts(byte[] content) throws IOException {
            return file.split(content);
        }

        @Override
        public byte[] whole(Map<String, byte[]> parts) throws IOException {
            return file.join(parts);
        }

        @Override
        public void check(byte[] content) throws IOException {
            file.split(content);
        }

        @Override
        public void apply(byte[] content) {
            // Who logs in reads the file again when it has changed.
        }
    }
}
