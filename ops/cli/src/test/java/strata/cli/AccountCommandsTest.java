package strata.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.tls.TestCertificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The verbs on the file of accounts. */
class AccountCommandsTest {
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path folder;

    private Path password;

    @BeforeEach
    void passwordFile() throws IOException {
        password = folder.resolve("password");
        TestCertificates.writeSecret(password, PASSWORD + "\n");
    }

    private RunningSite.Run account(String... arguments) {
        List<String> all = new ArrayList<>(List.of("account"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--file", folder.resolve("accounts").toString()));
        return RunningSite.run(all.toArray(String[]::new));
    }

    private RunningSite.Run add(String name, String... more) {
        List<String> all =
                new ArrayList<>(List.of("add", name, "--password-file", password.toString()));
        all.addAll(List.of(more));
        return account(all.toArray(String[]::new));
    }

    @Test
    void accountsAreAddedListedAndRemoved() throws Exception {
        assertEquals(0, add("alice", "--role", "viewer", "--role", "MODALITY").exit());
        RunningSite.Run north = add(
                "north",
                "--role",
                "viewer",
                "--institution",
                "North Clinic",
                "--accession",
                "N-",
                "--one-time-codes");
        assertEquals(0, north.exit(), north.err());
        assertTrue(north.out().contains("otpauth://totp/Strata:north?secret="), north.out());
        assertEquals(
                "alice  modality,viewer  all studies\n"
                        + "north  viewer  with one-time codes  studies of north clinic, N-...\n",
                account("list").out());
        assertFalse(Files.readString(folder.resolve("accounts")).contains(PASSWORD));
        assertEquals(0, account("remove", "alice").exit());
        assertFalse(account("list").out().contains("alice"));
    }

    @Test
    void whatCannotBeIsSaidInOneLine() throws Exception {
        assertEquals(0, add("alice", "--role", "viewer").exit());
        assertSaid("already", add("alice", "--role", "viewer"));
        assertSaid("expected a role", add("bob", "--role", "owner"));
        assertSaid("no account", account("remove", "carol"));
        TestCertificates.writeSecret(password, "short\n");
        assertSaid("12 to 256", add("bob", "--role", "viewer"));
        Files.delete(password);
        assertSaid("no such file", add("bob", "--role", "viewer"));
        assertSaid("say add, remove or list", RunningSite.run("account"));
        assertTrue(RunningSite.run("account", "add", "--help").out().contains("Example"));
    }

    private static void assertSaid(String what, RunningSite.Run run) {
        assertEquals(2, run.exit(), run.err());
        assertTrue(run.err().contains(what), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }
}
