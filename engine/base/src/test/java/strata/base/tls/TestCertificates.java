package strata.base.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;

/**
 * An authority of a test and the certificates that it issues, for {@code localhost} and 127.0.0.1:
 * made by hand in DER (RFC 5280), since the JDK has no public way to make one, and a program for
 * each would cost a second.
 */
public final class TestCertificates {
    private static final AtomicLong SERIALS = new AtomicLong(1);
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int GENERALIZED_TIME = 0x18;
    private static final byte[] TRUE = {0x01, 0x01, (byte) 0xff};
    private static final byte[] ECDSA_SHA256 =
            der(SEQUENCE, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
    private static final byte[] RSA_SHA256 =
            der(SEQUENCE, oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b), new byte[] {
                0x05, 0x00
            });

    private final KeyPair keys;
    private final X509Certificate certificate;
    private final TestCertificates issuer;

    private TestCertificates(
            KeyPair keys, String subject, TestCertificates issuer, Instant from, Instant until)
            throws GeneralSecurityException, IOException {
        this.keys = keys;
        this.issuer = issuer == null ? this : issuer;
        this.certificate = issue(subject, from, until);
    }

    /** A new authority. */
    public static TestCertificates authority(String commonName) {
        Instant now = Instant.now();
        return make(
                ecKeys(), commonName, null, now.minusSeconds(60), now.plus(Duration.ofDays(90)));
    }

    /** A certificate by this authority for the coming days, with an EC key. */
    public TestCertificates issue(String commonName) {
        return issue(commonName, Duration.ofDays(60));
    }

    /** As above, until so long from now, which may be in the past. */
    public TestCertificates issue(String commonName, Duration left) {
        Instant now = Instant.now();
        return make(ecKeys(), commonName, this, now.minus(Duration.ofDays(30)), now.plus(left));
    }

    /** As above, with an RSA key, which old peers may need. */
    public TestCertificates issueRsa(String commonName, int bits) {
        Instant now = Instant.now();
        KeyPair rsa = generate("RSA", bits);
        return make(rsa, commonName, this, now.minusSeconds(60), now.plus(Duration.ofDays(60)));
    }

    private static TestCertificates make(
            KeyPair keys, String name, TestCertificates issuer, Instant from, Instant until) {
        try {
            return new TestCertificates(keys, name, issuer, from, until);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a test's certificate", e);
        }
    }

    private static KeyPair ecKeys() {
        return generate("EC", 256);
    }

    private static KeyPair generate(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a test's keys", e);
        }
    }

    public KeyPair keys() {
        return keys;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** {@code sha256:HEX}, as configurations bind it. */
    public String fingerprint() {
        return "sha256:" + PeerCertificate.of(certificate).fingerprint();
    }

    // ---- files

    /** Writes NAME.key, NAME.pem and NAME-ca.pem (the issuer) to the directory. */
    public TlsFiles files(Path directory, String name) throws IOException {
        return files(directory, name, issuer);
    }

    /** As above, trusting another authority. */
    public TlsFiles files(Path directory, String name, TestCertificates trusted)
            throws IOException {
        Path key = directory.resolve(name + ".key");
        Path own = directory.resolve(name + ".pem");
        Path ca = directory.resolve(name + "-ca.pem");
        writeSecret(key, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        Files.writeString(own, certificatePem());
        Files.writeString(ca, trusted.certificatePem());
        return new TlsFiles(key, Optional.of(own), Optional.empty(), Optional.of(ca));
    }

    public String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate has an encoding", e);
        }
    }

    /** Key and chain under the password. */
    public Path pkcs12(Path file, char[] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", keys.getPrivate(), password, new X509Certificate[] {
            certificate, issuer.certificate
        });
        writeSecret(file, "");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password);
        }
        return file;
    }

    /** The JDK's client side: trusts the authority, and shows a certificate or none. */
    public static SSLContext client(TestCertificates trusted, Optional<TestCertificates> shown)
            throws IOException, GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("ca", trusted.certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (shown.isPresent()) {
            X509Certificate[] chain = {shown.get().certificate};
            own.setKeyEntry("own", shown.get().keys.getPrivate(), new char[0], chain);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    public static void writeSecret(Path file, String text) throws IOException {
        Files.writeString(file, text);
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    public static String pem(String label, byte[] content) {
        byte[] newline = {'\n'};
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, newline).encodeToString(content)
                + "\n-----END " + label + "-----\n";
    }

    // ---- DER

    private X509Certificate issue(String commonName, Instant from, Instant until)
            throws GeneralSecurityException, IOException {
        boolean authority = issuer == this;
        X500Principal subject = new X500Principal("CN=" + commonName + ",O=Strata Test");
        X500Principal by = authority ? subject : issuer.certificate.getSubjectX500Principal();
        boolean rsa = issuer.keys.getPrivate().getAlgorithm().equals("RSA");
        byte[] algorithm = rsa ? RSA_SHA256 : ECDSA_SHA256;
        byte[] content = der(
                SEQUENCE,
                der(0xa0, der(INTEGER, new byte[] {2})),
                der(INTEGER, BigInteger.valueOf(SERIALS.getAndIncrement()).toByteArray()),
                algorithm,
                by.getEncoded(),
                der(SEQUENCE, time(from), time(until)),
                subject.getEncoded(),
                keys.getPublic().getEncoded(),
                der(0xa3, der(SEQUENCE, authority ? authorityExtension() : nameExtension())));
        Signature sign = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSA");
        sign.initSign(issuer.keys.getPrivate());
        sign.update(content);
        byte[] whole = der(SEQUENCE, content, algorithm, bits(sign.sign()));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new java.io.ByteArrayInputStream(whole));
    }

    private static byte[] authorityExtension() {
        return der(SEQUENCE, oid(0x55, 0x1d, 0x13), TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE)));
    }

    private static byte[] nameExtension() throws IOException {
        byte[] dns = der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII));
        byte[] address = der(0x87, InetAddress.getByName("127.0.0.1").getAddress());
        return der(SEQUENCE, oid(0x55, 0x1d, 0x11), der(OCTET_STRING, der(SEQUENCE, dns, address)));
    }

    private static byte[] time(Instant at) {
        String text = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(at);
        return der(GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bits(byte[] content) {
        return der(BIT_STRING, new byte[] {0}, content);
    }

    private static byte[] oid(int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < content.length; i++) {
            bytes[i] = (byte) content[i];
        }
        return der(0x06, bytes);
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        out.write(tag);
        if (length >= 0x80) {
            byte[] digits = BigInteger.valueOf(length).toByteArray();
            int skip = digits[0] == 0 ? 1 : 0;
            out.write(0x80 | digits.length - skip);
            out.write(digits, skip, digits.length - skip);
        } else {
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
