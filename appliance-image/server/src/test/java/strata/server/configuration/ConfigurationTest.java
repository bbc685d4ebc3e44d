package strata.server.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import strata.access.Role;
import strata.access.StudyScope;
import strata.access.User;
import strata.base.AeTitle;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TlsContext;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.http.CorsPolicy;
import strata.s3.LockMode;
import strata.telemetry.LogFormat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

class ConfigurationTest {
    @TempDir
    Path directory;

    @Test
    void everythingHasADefault() throws Exception {
        Configuration byDefault = Configuration.load(Optional.empty(), Overrides.NONE);
        assertEquals(new AeTitle("STRATA"), byDefault.aet());
        assertEquals(Path.of("data").toAbsolutePath(), byDefault.data());
        assertEquals(new Endpoint("127.0.0.1", 11112), byDefault.dicom().listen());
        assertEquals(new Endpoint("127.0.0.1", 8080), byDefault.http().listen());
        assertEquals(byDefault.data().resolve("hot"), byDefault.tiers().hot().path());
        assertEquals(new FillMark.Share(80), byDefault.tiers().hot().keepBelow());
        assertEquals(Optional.empty(), byDefault.replication().listen());
        assertEquals(byDefault.data().resolve("policy.yaml"), byDefault.policy());
        assertEquals(byDefault, load(""));
        assertEquals(byDefault, load("# nothing\n"));
        assertEquals(byDefault, load("dicom:\nhttp: {}\n"));
    }

    @Test
    void theNamesThatStay() throws Exception {
        Configuration read = load("""
                        aet: ARCHIVE1
                        data: /srv/strata
                        dicom:
                          bind: 127.0.0.1
                          port: 11113
                          destinations:                 # where C-MOVE may send
                            WORKSTATION: { host: 127.0.0.1, port: 11190, associations: 4, notify: true }
                            PACS: localhost:11191
                          peers: any-on-loopback
                        http: { bind: 127.0.0.1, port: 8081 }
                        tiers:
                          hot: { path: /fast, keepBelow: 70% }
                          longterm: { path: cold }
                        replication:
                          listen: { bind: 127.0.0.1, port: 11115 }
                          sites:
                            dr: { host: 127.0.0.2, port: 11124 }
                        policy: rules.yaml
                        """);
        assertEquals(new AeTitle("ARCHIVE1"), read.aet());
        assertEquals(
                Map.of(
                        new AeTitle("WORKSTATION"),
                        new DestinationSettings(new Endpoint("127.0.0.1", 11190), 4, true),
                        new AeTitle("PACS"),
                        new DestinationSettings(new Endpoint("localhost", 11191), 1, false)),
                read.dicom().destinations());
        assertEquals(new Peers.AnyOnLoopback(), read.dicom().peers());
        assertEquals(new Endpoint("127.0.0.1", 8081), read.http().listen());
        assertEquals(Path.of("/fast"), read.tiers().hot().path());
        assertEquals(new FillMark.Share(70), read.tiers().hot().keepBelow());
        assertEquals(Path.of("/srv/strata/cold"), read.tiers().longTerm().path());
        assertEquals(
                Optional.of(new Endpoint("127.0.0.1", 11115)),
                read.replication().listen());
        assertEquals(
                new Endpoint("127.0.0.2", 11124),
                read.replication().sites().get("dr").at());
        assertEquals(Path.of("/srv/strata/rules.yaml"), read.policy());
    }

    @Test
    void mergedPatientsGoOutAsReceivedUnlessItSaysOtherwise() throws Exception {
        Configuration read = load("""
                dicom:
                  destinations:
                    A: { host: 127.0.0.1, port: 1, patientIdentity: current }
                    B: { host: 127.0.0.1, port: 2 }
                  peers:
                    C: { hosts: [127.0.0.1], patientIdentity: current }
                    D: { hosts: [127.0.0.1], patientIdentity: received }
                """);
        Map<AeTitle, DestinationSettings> to = read.dicom().destinations();
        assertEquals(PatientIdentity.CURRENT, to.get(new AeTitle("A")).identity());
        assertEquals(PatientIdentity.RECEIVED, to.get(new AeTitle("B")).identity());
        Map<AeTitle, Peers.Peer> peers = ((Peers.Listed) read.dicom().peers()).peers();
        assertEquals(PatientIdentity.CURRENT, peers.get(new AeTitle("C")).identity());
        assertEquals(PatientIdentity.RECEIVED, peers.get(new AeTitle("D")).identity());
        assertEquals(PatientIdentity.RECEIVED, read.http().identity());
        assertEquals(
                PatientIdentity.CURRENT,
                load("http: { patientIdentity: current }").http().identity());
    }

    @Test
    void theFurtherKeys() throws Exception {
        Configuration read = load("""
                        dicom: { limits: { associations: 8, maxPdu: 64 KiB, idle: 2 min } }
                        http:
                          limits: { connections: 10, workers: 4 }
                          cors: { origins: ["https://a.example"] }
                        tiers: { hot: { keepBelow: 1.5 TB, segmentSize: 1 GiB, reserve: 1 GB } }
                        catalog: { cache: 128 MiB }
                        scrub: { every: 7 d }
                        audit: { path: /var/log/strata, rotate: 1 MiB }
                        log: { format: JSON, level: debug }
                        """);
        assertEquals(8, read.dicom().associations());
        assertEquals(65_536, read.dicom().maxPduBytes());
        assertEquals(Duration.ofMinutes(2), read.dicom().idle());
        assertEquals(4, read.http().workers());
        assertEquals(
                new CorsPolicy(java.util.Set.of("https://a.example"), false),
                read.http().cors());
        assertEquals(new FillMark.Bytes(1_500_000_000_000L), read.tiers().hot().keepBelow());
        assertEquals(1L << 30, read.tiers().hot().segmentBytes());
        assertEquals(1_000_000_000L, read.tiers().hot().reserveBytes());
        assertEquals(128L << 20, read.catalogCacheBytes());
        assertEquals(Duration.ofDays(7), read.scrubEvery());
        assertEquals(Path.of("/var/log/strata"), read.audit().path());
        assertEquals(new LogSettings(LogFormat.JSON, "DEBUG"), read.log());
    }

    private static final Function<String, Set<InetAddress>> NO_NAMES = name -> Set.of();

    @Test
    void peersWithHostsAndServices() throws Exception {
        Configuration read = load("""
                        dicom:
                          peers:
                            CT1: { hosts: [10.1.2.3, "fd00::1"], services: [store] }
                            VIEWER:
                              hosts: 10.1.4.0/22
                              sopClasses: [1.2.840.10008.5.1.4.1.1.2]
                              transferSyntaxes: 1.2.840.10008.1.2.1
                              associations: 3
                              associationsPerMinute: 30
                        """);
        Peers.Listed listed = (Peers.Listed) read.dicom().peers();
        Peers.Peer ct = listed.peers().get(new AeTitle("CT1"));
        assertEquals(Set.of(PeerService.STORE), ct.services());
        assertTrue(ct.hosts().get(0).matches(InetAddress.getByName("10.1.2.3"), NO_NAMES));
        assertFalse(ct.hosts().get(0).matches(InetAddress.getByName("10.1.2.4"), NO_NAMES));
        assertTrue(ct.hosts().get(1).matches(InetAddress.getByName("fd00::1"), NO_NAMES));
        Peers.Peer viewer = listed.peers().get(new AeTitle("VIEWER"));
        assertEquals(5, viewer.services().size());
        assertEquals(Set.of(new Uid("1.2.840.10008.5.1.4.1.1.2")), viewer.sopClasses());
        assertEquals(Set.of(new Uid("1.2.840.10008.1.2.1")), viewer.transferSyntaxes());
        assertEquals(3, viewer.associations());
        assertEquals(30, viewer.associationsPerMinute());
        assertEquals(Set.of(), ct.sopClasses());
        assertEquals(0, ct.associations());
        assertTrue(viewer.hosts().get(0).matches(InetAddress.getByName("10.1.7.255"), NO_NAMES));
        assertFalse(viewer.hosts().get(0).matches(InetAddress.getByName("10.1.8.0"), NO_NAMES));
        assertFalse(viewer.hosts().get(0).matches(InetAddress.getByName("::1"), NO_NAMES));
    }

    @Test
    void optionsWinOverTheFile() throws Exception {
        Path file =
                write("aet: A\ndata: /a\ndicom: { port: 1, bind: 127.0.0.2 }\nhttp: { port: 2 }\n");
        Configuration read = Configuration.load(
                Optional.of(file), new Overrides("/b", "localhost", "0", "4", "B"));
        assertEquals(new AeTitle("B"), read.aet());
        assertEquals(Path.of("/b/hot"), read.tiers().hot().path());
        assertEquals(new Endpoint("localhost", 0), read.dicom().listen());
        assertEquals(new Endpoint("localhost", 4), read.http().listen());
    }

    @Test
    void wrongOptionsAreNamed() {
        assertEquals(
                "--dicom-port: a port is a number from 0 to 65535, not '99999'",
                errorOf(new Overrides(null, null, "99999", null, null)));
        assertEquals(
                "--aet: an AE title has 1 to 16 printable characters, not 'WAY TOO LONG AE TITLE'",
                errorOf(new Overrides(null, null, null, null, "WAY TOO LONG AE TITLE")));
        assertTrue(errorOf(new Overrides(null, "0.0.0.0", null, null, null))
                .startsWith("--bind: HTTP cannot listen beyond loopback (0.0.0.0)"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dicom:\\n  prot: 1|unknown key 'dicom.prot' in F line 2: did you mean 'port'?",
                "dicom:\\n  Port: 1|unknown key 'dicom.Port' in F line 2: did you mean 'port'?",
                "tier: {}|unknown key 'tier' in F line 1: did you mean 'tiers'?",
                "\\nkeepBelow: 80%|unknown key 'keepBelow' in F line 2: did you mean "
                        + "'tiers.hot.keepBelow'?",
                "log: { zzzzzzz: 1 }|unknown key 'log.zzzzzzz' in F line 1: known here: format, level",
                "dicom: { destinations: { A: { hots: a, port: 1 } } }"
                        + "|F line 1: dicom.destinations.A: needs 'host' and 'port'",
                "dicom: { destinations: { A: { host: a, port: 1, x: 2 } } }"
                        + "|unknown key 'dicom.destinations.A.x' in F line 1: "
                        + "known here: host, port, associations, notify, tls, certificate, patientIdentity",
                "dicom:\\n  port: abc|F line 2: dicom.port: a port is a number from 0 to 65535, not 'abc'",
                "dicom:\\n  port: -1|F line 2: dicom.port: a port is a number from 0 to 65535, not '-1'",
                "dicom:\\n  port: [1]|F line 2: dicom.port: must be a single value",
                "dicom: 7|F line 1: 'dicom' must be a map of keys",
                "7|F line 1: the file must be a map of keys",
                "a: 1\\na: 2|key 'a' is there twice in F line 2",
                "aet: ''|F line 1: aet: an AE title has 1 to 16 printable characters, not ''",
                "aet: 'A\\\\B'|F line 1: aet: an AE title has 1 to 16 printable "
                        + "characters, not 'A\\u005cB'",
                "tiers: { hot: { keepBelow: 100% } }"
                        + "|F line 1: tiers.hot.keepBelow: a share is 1% to 99%, not '100%'",
                "tiers: { hot: { keepBelow: 80 } }"
                        + "|F line 1: tiers.hot.keepBelow: expected a share or a size, "
                        + "such as 80% or 64 GB, not '80'",
                "tiers: { longterm: { path: hot/x } }"
                        + "|F line 1: tiers.longterm.path: the tiers need directories of their own",
                "scrub: { every: 31 d }|F line 1: scrub.every: expected from 3600 s to 30 d, not '31 d'",
                "dicom: { limits: { maxPdu: 8 KiB } }"
                        + "|F line 1: dicom.limits.maxPdu: expected from 16 KiB to 1 MiB, not '8 KiB'",
                "dicom: { destinations: { A: nohost } }"
                        + "|F line 1: dicom.destinations.A: expected HOST:PORT, not 'nohost'",
                "dicom: { destinations: { A: 'a/b:1' } }"
                        + "|F line 1: dicom.destinations.A: not a host name or address, not 'a/b:1'",
                "dicom: { peers: everyone }"
                        + "|F line 1: dicom.peers: expected any-on-loopback or a map of "
                        + "AE titles, not 'everyone'",
                "dicom: { peers: { A: {} } }"
                        + "|F line 1: dicom.peers.A: a peer needs 'hosts': addresses, networks or names",
                "dicom: { peers: { A: { hosts: 1.2.3.0/33 } } }"
                        + "|F line 1: dicom.peers.A.hosts: expected a network such as "
                        + "10.1.0.0/16, not '1.2.3.0/33'",
                "dicom: { peers: { A: { hosts: h, services: delete } } }"
                        + "|F line 1: dicom.peers.A.services: expected one of store, "
                        + "find, move, get, commit, not 'delete'",
                "data: &a x|F line 1: YAML anchors and tags are not used in this file",
                "data: !java.io.File x|F line 1: YAML anchors and tags are not used in this file",
                "replication: { sites: { 'a/b': 'h:1' } }"
                        + "|F line 1: replication.sites.a/b: a site's name has letters, "
                        + "digits, dots, _ and -",
                "replication: { sites: { dr: 'h:0' } }"
                        + "|F line 1: replication.sites.dr: port 0 cannot be connected to",
            })
    void mistakesAreNamedWithTheirLine(String content, String message) throws Exception {
        Path file = write(content.replace("\\n", "\n").replace("\\\\", "\\"));
        OperatorException error = assertThrows(
                OperatorException.class,
                () -> Configuration.load(Optional.of(file), Overrides.NONE));
        assertEquals(message, error.getMessage().replace(file.toString(), "F"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: [",
                "\tx: 1",
                "a: b: c",
                "\"",
                "? [a]\n: b",
                "a: *b",
                "--- 1\n--- 2",
                "\u0001"
            })
    void whatIsNotYamlIsOneLine(String content) throws Exception {
        assertFalse(error(content).contains("\n"), error(content));
    }

    @Test
    void deepNestingIsRefused() throws Exception {
        assertTrue(error("a: " + "[".repeat(100_000)).contains("nested too deeply"));
    }

    @Test
    void filesThatCannotBeReadAreNamed() throws Exception {
        Path missing = directory.resolve("none.yaml");
        OperatorException error = assertThrows(
                OperatorException.class,
                () -> Configuration.load(Optional.of(missing), Overrides.NONE));
        assertEquals("no configuration file " + missing, error.getMessage());
        Path binary = directory.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThrows(
                OperatorException.class,
                () -> Configuration.load(Optional.of(binary), Overrides.NONE));
        assertThrows(
                OperatorException.class,
                () -> Configuration.load(Optional.of(directory), Overrides.NONE));
    }

    @Test
    void beyondLoopbackIsClosed() throws Exception {
        assertTrue(error("http: { bind: 0.0.0.0 }")
                .contains("without 'http.tls' and 'http.authentication'"));
        assertTrue(
                error("replication: { listen: { bind: 192.0.2.1 } }").contains("inside TLS only"));
        assertTrue(error("replication: { sites: { dr: '192.0.2.1:11114' } }")
                .contains("inside TLS only"));
        assertTrue(error("dicom: { bind: 0.0.0.0 }").contains("set 'dicom.tls'"));
        assertTrue(error("dicom: { bind: 0.0.0.0, plainBeyondLoopback: true }")
                .contains("dicom.peers"));
        String listed = "peers: { CT1: { hosts: [192.0.2.7] } }";
        assertTrue(error("dicom: { bind: '::', " + listed + " }")
                .contains("plainBeyondLoopback: true"));
        assertTrue(error("dicom: { bind: '::', plainBeyondLoopback: true, peers: {} }")
                .contains("dicom.peers"));
        Configuration open =
                load("dicom: { bind: '::', plainBeyondLoopback: true, " + listed + " }");
        assertEquals("[::]:11112", open.dicom().listen().toString());
    }

    @Test
    void otherSitesHaveCertificatesAndRates() throws Exception {
        Configuration read = load(TLS
                + "replication: { listen: { bind: 192.0.2.1 }, sites: { dr: { host: 192.0.2.2,"
                + " port: 11114, certificate: 'dns:dr', rate: 20MB, compress: never,"
                + " windows: ['mon-fri 07:00-19:00 2MB', '22:00-04:00 unlimited'] } } }");
        assertTrue(read.replication().tls());
        ReplicationSettings.OtherSite dr = read.replication().sites().get("dr");
        assertEquals("dns:dr", dr.certificate().orElseThrow().toString());
        assertEquals(2, dr.rate().windows().size());
        ZoneId utc = ZoneOffset.UTC;
        assertEquals(
                Size.parse("2MB", 0, 1 << 30),
                dr.rate().at(LocalDateTime.of(2026, 3, 2, 8, 0).atZone(utc)));
        assertEquals(
                Size.parse("20MB", 0, 1 << 30),
                dr.rate().at(LocalDateTime.of(2026, 3, 1, 8, 0).atZone(utc)));
        assertEquals(0, dr.rate().at(LocalDateTime.of(2026, 3, 1, 3, 0).atZone(utc)));
        assertTrue(error("replication: { tls: true }").contains("needs 'tls.key'"));
        assertTrue(error("replication: { sites: { dr: { host: 127.0.0.1, port: 1, windows:"
                        + " ['noon 5MB'] } } }")
                .contains("07:00-19:00"));
    }

    private static final String TLS = "tls: { key: k.pem, certificates: c.pem, trust: ca.pem }\n";

    @Test
    void tlsIsForDoorsThatAskForIt() throws Exception {
        Configuration read = load(TLS
                + "dicom: { tls: { port: 0 }, destinations: { A: { host: a, port: 1, tls: true },"
                + " B: { host: b, port: 2, certificate: 'dns:b' } }, peers: { CT1: { hosts: c,"
                + " certificates: ['subject:CN=ct1', 'sha256:" + "ab".repeat(32) + "'] } } }\n"
                + "http: { tls: { enabled: true, clients: wanted } }");
        assertTrue(read.tls().orElseThrow().key().endsWith("k.pem"));
        assertEquals("127.0.0.1:0", read.dicom().tls().orElseThrow().toString());
        assertTrue(read.dicom().destinations().values().stream().allMatch(d -> d.tls()));
        assertEquals(
                CertificateBinding.parse("dns:b"),
                read.dicom().destinations().get(new AeTitle("B")).certificate().orElseThrow());
        Peers.Listed peers = (Peers.Listed) read.dicom().peers();
        assertEquals(2, peers.peers().get(new AeTitle("CT1")).certificates().size());
        assertEquals(
                Optional.of(TlsContext.ClientCertificates.WANTED), read.http().tls());
        assertEquals(Optional.empty(), load("").http().tls());
    }

    @Test
    void authenticationIsForWhoeverIsBeyondLoopback() throws Exception {
        String tls = TLS + "http: { bind: 0.0.0.0, tls: { enabled: true, clients: wanted }";
        assertTrue(error(tls + " }").contains("without 'http.tls' and 'http.authentication'"));
        AuthenticationSettings plain =
                load(tls + ", authentication: {} }").http().authentication().orElseThrow();
        assertTrue(plain.accounts().endsWith("accounts"));
        AuthenticationSettings all = load(tls + ", authentication: { session: 1 h, tokens: {"
                        + " issuer: 'https://id', audience: strata, keys: 'https://id/keys',"
                        + " keysBelieved: 2 h },"
                        + " certificates: { robot: { certificate: 'dns:robot', roles: [monitor],"
                        + " institutions: North } } } }")
                .http()
                .authentication()
                .orElseThrow();
        assertEquals("https://id", all.tokens().orElseThrow().issuer());
        assertEquals(Duration.ofHours(2), all.tokens().orElseThrow().keysBelieved());
        assertEquals(
                new User("robot", Set.of(Role.MONITOR), StudyScope.only(Set.of("North"), Set.of())),
                all.certificates().get(0).user());
    }

    @Test
    void authenticationThatLetsForgersInIsRefused() throws Exception {
        String tokens = "http: { authentication: { tokens: { issuer: a, audience: b";
        assertTrue(error(tokens + " } } }").contains("need 'issuer', 'audience' and 'keys'"));
        assertTrue(error(tokens + ", keys: k, algorithms: [HS256] } } }").contains("algorithms"));
        assertTrue(error(tokens + ", keys: 'http://example.org/k' } } }").contains("https"));
        assertTrue(error(tokens + ", keys: k, keysBelieved: 400 d } } }").contains("keysBelieved"));
        String robot = "certificates: { robot: { certificate: 'dns:robot', roles: [";
        assertTrue(error("http: { authentication: { " + robot + "owner] } } } }")
                .contains("expected a role"));
        assertTrue(error("http: { authentication: { " + robot + "admin] } } } }")
                .contains("need 'http.tls'"));
    }

    @Test
    void tlsThatCannotBeIsRefused() throws Exception {
        assertTrue(error("tls: { trust: ca.pem }").contains("'tls' needs a 'key' too"));
        assertTrue(error("dicom: { tls: {} }").contains("needs 'tls.key' and 'tls.trust'"));
        assertTrue(error("tls: { key: k }\nhttp: { tls: { enabled: true, clients: needed } }")
                .contains("need 'tls.trust'"));
        assertTrue(error("http: { tls: { enabled: true } }").contains("needs 'tls.key'"));
        assertTrue(error("dicom: { destinations: { A: { host: a, port: 1, tls: true } } }")
                .contains("needs 'tls.key' and 'tls.trust'"));
        assertTrue(error(TLS + "dicom: { tls: { bind: 0.0.0.0 } }")
                .contains("beyond loopback needs 'dicom.peers'"));
        assertTrue(error(TLS + "dicom: { peers: { A: { hosts: a, certificates: 'md5:1' } } }")
                .contains("expected sha256:HEX"));
    }

    @Test
    void bucketsMayBeToldToLockAndHowLongTheyTake() throws Exception {
        String keys = "tiers: { keys: { file: k }, s3: { offsite: { bucket: packs";
        TierSettings.S3 plain = load(keys + " } } }").tiers().s3().get(0);
        assertEquals(Optional.empty(), plain.lock());
        TierSettings.S3 locked =
                load(keys + ", lock: compliance } } }").tiers().s3().get(0);
        assertEquals(Optional.of(LockMode.COMPLIANCE), locked.lock());
        String wrong = error(keys + ", lock: forever } } }");
        assertTrue(wrong.contains("lock") && wrong.contains("governance"), wrong);
        assertEquals(Optional.empty(), plain.restoreTime());
        TierSettings.S3 slow =
                load(keys + ", restoreHours: 48 } } }").tiers().s3().get(0);
        assertEquals(Optional.of(Duration.ofHours(48)), slow.restoreTime());
        for (String hours : List.of("0", "721", "2 d", "-1")) {
            String refused = error(keys + ", restoreHours: " + hours + " } } }");
            assertTrue(refused.contains("restoreHours") && refused.contains("1 to 720"), refused);
        }
    }

    private String error(String content) throws Exception {
        Path file = write(content);
        return assertThrows(
                        OperatorException.class,
                        () -> Configuration.load(Optional.of(file), Overrides.NONE))
                .getMessage();
    }

    private static String errorOf(Overrides overrides) {
        return assertThrows(
                        OperatorException.class,
                        () -> Configuration.load(Optional.empty(), overrides))
                .getMessage();
    }

    private Configuration load(String content) throws Exception {
        return Configuration.load(Optional.of(write(content)), Overrides.NONE);
    }

    private Path write(String content) throws Exception {
        return Files.writeString(directory.resolve("strata.yaml"), content);
    }
}
