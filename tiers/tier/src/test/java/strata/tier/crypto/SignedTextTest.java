package strata.tier.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import strata.base.OperatorException;
import strata.base.StrataException;
import strata.tier.crypto.SignedText.Form;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class SignedTextTest {
    @TempDir
    Path dir;

    private SigningKey key;
    private Path file;

    @BeforeEach
    void makeKey() throws IOException {
        file = dir.resolve("integrity.key");
        key = SigningKey.open(file);
    }

    private String body() {
        return "{\n\"what\":\"größer\",\n\"publicKey\":\"" + SignedText.keyText(key.publicKey())
                + "\",\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSignedIsRightAndNothingElse(Form form) throws Exception {
        byte[] signed = bytes(SignedText.sign(key, form, body()));
        assertEquals(key.publicKey(), SignedText.check("report", signed));
        for (int at = 0; at < signed.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] other = signed.clone();
                other[at] ^= (byte) (1 << bit);
                int where = at;
                assertThrows(
                        StrataException.class,
                        () -> SignedText.check("report", other),
                        () -> form + ": a bit of byte " + where + " of " + signed.length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCutOrLengthenedIsWrong(Form form) {
        byte[] signed = bytes(SignedText.sign(key, form, body()));
        for (int length = 0; length < signed.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(signed, length);
            assertThrows(StrataException.class, () -> SignedText.check("report", cut));
        }
        String text = new String(signed, StandardCharsets.UTF_8);
        for (String other : new String[] {text + "\n", text + " ", "\n" + text, text + text}) {
            assertThrows(StrataException.class, () -> SignedText.check("report", bytes(other)));
        }
    }

    @Test
    void aSignatureOfAnotherTextDoesNotFit() {
        String one = SignedText.sign(key, Form.TEXT, body());
        String two = SignedText.sign(key, Form.TEXT, "more\n" + body());
        String mixed = "more\n" + body() + one.substring(one.lastIndexOf("signature "));
        assertEquals(two.length(), mixed.length());
        assertThrows(StrataException.class, () -> SignedText.check("report", bytes(mixed)));
    }

    @Test
    void whoSignsAnewHasAnotherFingerprint() throws Exception {
        SigningKey other = SigningKey.open(dir.resolve("other.key"));
        String forged = body().replace(
                        SignedText.keyText(key.publicKey()), SignedText.keyText(other.publicKey()));
        var found = SignedText.check("report", bytes(SignedText.sign(other, Form.JSON, forged)));
        assertNotEquals(SignedText.fingerprint(key.publicKey()), SignedText.fingerprint(found));
        assertThrows(
                IllegalArgumentException.class, () -> SignedText.sign(other, Form.JSON, body()));
    }

    @Test
    void theKeyStaysTheSameAndIsForItsOwnerAlone() throws Exception {
        assertEquals(key.publicKey(), SigningKey.open(file).publicKey());
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void twoHalvesOfDifferentKeysAreRefused() throws Exception {
        SigningKey.open(dir.resolve("other.key"));
        String mine = Files.readString(file);
        String other = Files.readString(dir.resolve("other.key"));
        String begin = "-----BEGIN PUBLIC";
        Files.writeString(
                file,
                mine.substring(0, mine.indexOf(begin)) + other.substring(other.indexOf(begin)));
        OperatorException e = assertThrows(OperatorException.class, () -> SigningKey.open(file));
        assertTrue(e.getMessage().contains("no pair"), e.getMessage());
        Files.writeString(file, "nonsense");
        assertThrows(OperatorException.class, () -> SigningKey.open(file));
    }
}
