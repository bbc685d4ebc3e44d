package strata.server.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import strata.base.OperatorException;
import strata.base.tls.CertificateBinding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The section {@code hl7}: what it says, and what it may not. */
class Hl7SettingsTest {
    private static final String TLS = "tls: { key: k.pem, certificates: c.pem, trust: ca.pem }\n";

    @TempDir
    Path directory;

    private Configuration load(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("strata.yaml"), yaml);
        return Configuration.load(Optional.of(file), Overrides.NONE);
    }

    @Test
    void nothingListensWithoutTheSection() throws Exception {
        assertEquals(Optional.empty(), load(TLS).hl7());
    }

    @Test
    void everyKeyIsRead() throws Exception {
        Hl7Settings hl7 = load(TLS + """
                hl7:
                  bind: 0.0.0.0
                  port: 2576
                  tls: true
                  senders: [ 10.1.0.20 ]
                  certificates: [ "dns:adt.hospital.example" ]
                  domain: HOSPITAL
                  zone: Europe/Berlin
                  limits: { connections: 8, idle: 2 h }
                """).hl7().orElseThrow();
        assertEquals(
                new Hl7Settings(
                        new Endpoint("0.0.0.0", 2576),
                        true,
                        List.of(HostPattern.parse("10.1.0.20")),
                        Set.of(CertificateBinding.parse("dns:adt.hospital.example")),
                        "HOSPITAL",
                        ZoneId.of("Europe/Berlin"),
                        8,
                        Duration.ofHours(2)),
                hl7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hl7: { tls: true } | HL7 over TLS needs 'tls.key' and 'tls.trust'",
                "hl7: { certificates: ['dns:a'] } | without 'tls: true' sees no certificates",
                "hl7: { bind: 0.0.0.0 } | needs 'hl7.senders'",
                "hl7: { bind: 0.0.0.0, senders: [10.0.0.1] } | without 'hl7.tls: true'",
                "hl7: { certificates: [adt] } | expected sha256:HEX, subject:NAME or dns:NAME",
                "hl7: { domain: 'A\\F\\B' } | assigning authority",
                "hl7: { zone: Berlin } | time zone such as Europe/Berlin",
                "hl7: { certificate: a } | certificates",
            })
    void whatCannotBeIsRefusedWithItsReason(String yaml, String reason) {
        String said = assertThrows(OperatorException.class, () -> load(yaml)).getMessage();
        assertTrue(said.contains(reason), said);
    }
}
