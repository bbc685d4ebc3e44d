package strata.base.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

import strata.base.OperatorException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Which files are taken, and what is said of those that are not. */
class LoadCredentialsTest {
    private static final String PASSWORD = "not-to-be-told";
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static final TestCertificates OWN = CA.issue("own");

    @TempDir
    Path directory;

    private static LoadCredentials.Credentials load(TlsFiles files) throws OperatorException {
        return new LoadCredentials(files).load();
    }

    private static void refused(TlsFiles files, String... said) {
        String message =
                assertThrows(OperatorException.class, () -> load(files)).getMessage();
        for (String part : said) {
            assertTrue(message.contains(part), message);
        }
        assertFalse(message.contains(PASSWORD), message);
    }

    private Path passwordFile(String password) throws IOException {
        Path file = directory.resolve("password");
        TestCertificates.writeSecret(file, password + "\r\nsecond line\n");
        return file;
    }

    private static String encrypted(TestCertificates of)
            throws GeneralSecurityException, IOException {
        String algorithm = "PBEWithSHA1AndDESede";
        SecretKey key = SecretKeyFactory.getInstance(algorithm)
                .generateSecret(new PBEKeySpec(PASSWORD.toCharArray()));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.ENCRYPT_MODE, key);
        byte[] secret = cipher.doFinal(of.keys().getPrivate().getEncoded());
        AlgorithmParameters parameters = cipher.getParameters();
        return TestCertificates.pem(
                "ENCRYPTED PRIVATE KEY",
                new EncryptedPrivateKeyInfo(parameters, secret).getEncoded());
    }

    @Test
    void plainKeysOfEachAlgorithmAreTaken() throws Exception {
        for (TestCertificates each : List.of(OWN, CA.issueRsa("rsa", 2048))) {
            TlsFiles files = each.files(directory, "own");
            assertEquals(List.of(each.certificate()), load(files).chain());
            assertEquals(List.of(CA.certificate()), load(files).anchors());
        }
    }

    @Test
    void keyAndChainMayShareAFileAndTheChainHoldsItsIssuers() throws Exception {
        Path both = directory.resolve("both.pem");
        TestCertificates.writeSecret(
                both,
                "made by hand\n"
                        + TestCertificates.pem(
                                "PRIVATE KEY", OWN.keys().getPrivate().getEncoded())
                        + OWN.certificatePem()
                        + CA.certificatePem());
        TlsFiles files = new TlsFiles(both, Optional.empty(), Optional.empty(), Optional.empty());
        assertEquals(List.of(OWN.certificate(), CA.certificate()), load(files).chain());
        assertEquals(List.of(), load(files).anchors());
    }

    @Test
    void anEncryptedKeyOpensWithItsPasswordOnly() throws Exception {
        TlsFiles plain = OWN.files(directory, "own");
        TestCertificates.writeSecret(plain.key(), encrypted(OWN));
        refused(plain, "own.key", "encrypted", "no password file");
        TlsFiles files = new TlsFiles(
                plain.key(),
                plain.certificates(),
                Optional.of(passwordFile(PASSWORD)),
                plain.trust());
        assertEquals(OWN.keys().getPrivate(), load(files).key());
        passwordFile("wrong");
        refused(files, "own.key", "password does not open");
        passwordFile("");
        refused(files, "password file", "empty");
    }

    @Test
    void aKeyThatOpensslEncryptedOpens() throws Exception {
        TlsFiles plain = OWN.files(directory, "own");
        Path encrypted = directory.resolve("encrypted.key");
        Path password = passwordFile(PASSWORD);
        Process openssl;
        try {
            openssl = new ProcessBuilder(
                            "openssl",
                            "pkcs8",
                            "-topk8",
                            "-v2",
                            "aes-256-cbc",
                            "-in",
                            plain.key().toString(),
                            "-out",
                            encrypted.toString(),
                            "-passout",
                            "pass:" + PASSWORD)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new TestAbortedException("no openssl on the path", e);
        }
        openssl.getInputStream().readAllBytes();
        assertEquals(0, openssl.waitFor());
        TlsFiles files =
                new TlsFiles(encrypted, plain.certificates(), Optional.of(password), plain.trust());
        assertEquals(OWN.keys().getPrivate(), load(files).key());
        passwordFile("wrong");
        refused(files, "encrypted.key", "password does not open");
    }

    @Test
    void aPkcs12HoldsKeyAndChain() throws Exception {
        Path store = OWN.pkcs12(directory.resolve("own.p12"), PASSWORD.toCharArray());
        TlsFiles files = new TlsFiles(
                store, Optional.empty(), Optional.of(passwordFile(PASSWORD)), Optional.empty());
        assertEquals(List.of(OWN.certificate(), CA.certificate()), load(files).chain());
        passwordFile("wrong");
        refused(files, "own.p12");
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws Exception {
        TlsFiles files = OWN.files(directory, "own");
        for (String open : List.of("rw-r--r--", "rw----r--", "rw-rw----")) {
            Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString(open));
            refused(files, "own.key", "read by others");
        }
        Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r-----"));
        assertEquals(OWN.keys().getPrivate(), load(files).key());
    }

    @Test
    void whatIsWrongWithAFileIsSaidWithItsName() throws Exception {
        TlsFiles files = OWN.files(directory, "own");
        Path certificate = files.certificates().orElseThrow();
        Files.writeString(certificate, CA.issue("other").certificatePem());
        refused(files, "own.pem", "not of the private key");
        Files.writeString(certificate, OWN.certificatePem() + OWN.certificatePem());
        refused(files, "own.pem", "number 2 did not issue");
        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----");
        refused(files, "own.pem", "broken PEM");
        Files.writeString(certificate, TestCertificates.pem("CERTIFICATE", new byte[] {1, 2}));
        refused(files, "own.pem", "broken certificate");
        Files.delete(certificate);
        refused(files, "own.pem", "no such file");
    }

    @Test
    void aKeyInAnotherFormIsRefusedWithTheWayToConvertIt() throws Exception {
        TlsFiles files = OWN.files(directory, "own");
        TestCertificates.writeSecret(
                files.key(), TestCertificates.pem("EC PRIVATE KEY", new byte[] {1}));
        refused(files, "own.key", "EC PRIVATE KEY", "openssl pkcs8");
        TestCertificates.writeSecret(
                files.key(), TestCertificates.pem("PRIVATE KEY", new byte[] {1}));
        refused(files, "own.key", "PKCS#8");
        TestCertificates.writeSecret(files.key(), "");
        refused(files, "own.key");
    }

    @Test
    void aShortKeyIsRefused() throws Exception {
        refused(CA.issueRsa("short", 1024).files(directory, "short"), "1024 bits", "2048");
    }

    @Test
    void trustWithoutACertificateIsRefused() throws Exception {
        TlsFiles files = OWN.files(directory, "own");
        Files.writeString(files.trust().orElseThrow(), "-----BEGIN NOTHING-----\n");
        refused(files, "own-ca.pem", "no certificate");
        Files.write(files.trust().orElseThrow(), new byte[3000]);
        refused(files, "own-ca.pem");
    }
}
