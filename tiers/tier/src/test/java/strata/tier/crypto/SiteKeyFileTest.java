package strata.tier.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.OperatorException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class SiteKeyFileTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("site.keys");
    }

    @Test
    void itIsMadeForItsOwnerAlone() throws Exception {
        SiteKeys made = SiteKeyFile.create(file());
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        assertEquals(made.current().id(), SiteKeyFile.read(file()).current().id());
        assertThrows(OperatorException.class, () -> SiteKeyFile.create(file()));
        assertFalse(made.toString().contains(Files.readString(file()).split(" ")[1]));
    }

    @Test
    void aFileThatOthersCanReadIsRefused() throws Exception {
        SiteKeyFile.create(file());
        for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"}) {
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
            OperatorException open =
                    assertThrows(OperatorException.class, () -> SiteKeyFile.read(file()), mode);
            assertTrue(open.getMessage().contains("chmod 600"), open.getMessage());
        }
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--------"));
        SiteKeyFile.read(file());
    }

    @Test
    void aNewKeyFollowsAndTheOldOnesRetire() throws Exception {
        String first = SiteKeyFile.create(file()).current().id();
        SiteKeys two = SiteKeyFile.add(file());
        assertEquals(2, two.all().size());
        assertEquals(first, two.all().get(0).id());
        SiteKeys one = SiteKeyFile.retire(file());
        assertEquals(1, one.all().size());
        assertEquals(two.current().id(), one.current().id());
    }

    @Test
    void linesThatAreNoKeysAreRefusedWithoutShowingThem() throws Exception {
        SiteKeyFile.create(file());
        for (String line : new String[] {"x", "0123456789abcdef c2hvcnQ=", "0123456789abcdef ?"}) {
            Files.writeString(file(), line + "\n");
            OperatorException wrong =
                    assertThrows(OperatorException.class, () -> SiteKeyFile.read(file()), line);
            assertFalse(wrong.getMessage().contains("c2hvcnQ"), wrong.getMessage());
        }
        Files.writeString(file(), "# nothing\n");
        assertThrows(OperatorException.class, () -> SiteKeyFile.read(file()));
        assertThrows(OperatorException.class, () -> SiteKeyFile.read(directory.resolve("none")));
    }
}
