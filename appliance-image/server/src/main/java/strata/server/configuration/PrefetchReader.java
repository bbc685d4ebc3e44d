package strata.server.configuration;

import strata.base.AeTitle;
import strata.base.OperatorException;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TlsFiles;
import strata.policy.prefetch.PrefetchOptions;
import strata.policy.prefetch.PrefetchOptions.Procedure;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The sections of HL7 and of who is expected. */
final class PrefetchReader {
    private static final Endpoint USUAL = new Endpoint("127.0.0.1", 2575);

    private PrefetchReader() {}

    /** Empty where the section is not there: nothing listens. */
    static Optional<Hl7Settings> hl7(Section root, Optional<TlsFiles> tls)
            throws OperatorException {
        boolean listens = root.has("hl7");
        Section hl7 = root.section("hl7");
        Endpoint listen = ConfigurationReader.listen(hl7, USUAL);
        Setting encrypted = hl7.value("tls");
        boolean secure = encrypted.as(ConfigurationReader::flag, false);
        Setting plain = hl7.value("plainBeyondLoopback");
        boolean beyond = plain.as(ConfigurationReader::flag, false);
        List<HostPattern> senders = hl7.value("senders").listOf(HostPattern::parse);
        Set<CertificateBinding> certificates = SecurityReader.bindings(hl7);
        Section limits = hl7.section("limits");
        Hl7Settings settings = new Hl7Settings(
                listen,
                secure,
                senders,
                certificates,
                hl7.value("domain").as(PrefetchReader::domain, ""),
                hl7.value("zone").as(PrefetchReader::zone, ZoneId.systemDefault()),
                limits.value("connections").as(ConfigurationReader.count(1, 1000), 64),
                limits.value("idle")
                        .as(
                                text -> TimeSpan.parse(
                                        text, Duration.ofSeconds(1), Duration.ofDays(7)),
                                Duration.ofHours(1)));
        if (!listens) {
            return Optional.empty();
        }
        if (secure && tls.flatMap(TlsFiles::trust).isEmpty()) {
            throw encrypted.wrong("HL7 over TLS needs 'tls.key' and 'tls.trust', since both sides"
                    + " show certificates");
        }
        if (!secure && !certificates.isEmpty()) {
            throw encrypted.wrong("HL7 without 'tls: true' sees no certificates of senders");
        }
        Setting bind = hl7.value("bind");
        if (!BindCheck.isLoopback(bind, listen.host())) {
            if (senders.isEmpty()) {
                throw bind.wrong("HL7 beyond loopback needs 'hl7.senders', from where it is taken");
            }
            if (!secure && !beyond) {
                throw bind.wrong("HL7 cannot listen beyond loopback (" + listen.host()
                        + ") without 'hl7.tls: true', or 'hl7.plainBeyondLoopback: true' to take"
                        + " plain connections all the same");
            }
        }
        return Optional.of(settings);
    }

    static PrefetchSettings prefetch(Section prefetch, Optional<TlsFiles> tls)
            throws OperatorException {
        PrefetchOptions usual = PrefetchOptions.DEFAULT;
        Duration ahead = prefetch.value("ahead")
                .as(
                        text -> TimeSpan.parse(text, Duration.ofMinutes(1), Duration.ofDays(30)),
                        usual.ahead());
        Duration every = prefetch.value("every").as(PrefetchReader::every, usual.every());
        Map<String, Procedure> procedures = new LinkedHashMap<>();
        for (Map.Entry<String, Setting> one : prefetch.named("procedures").entrySet()) {
            Section of = prefetch.of(one.getValue());
            procedures.put(
                    one.getKey(),
                    new Procedure(
                            of.value("modality").as(PrefetchReader::code),
                            of.value("bodyParts").listOf(PrefetchReader::code)));
        }
        Map<AeTitle, DestinationSettings> worklists = new LinkedHashMap<>();
        for (Map.Entry<String, Setting> one : prefetch.named("worklists").entrySet()) {
            AeTitle title = ConfigurationReader.titleOf(one);
            Section of = prefetch.of(one.getValue());
            Endpoint at = ConfigurationReader.remote(one.getValue(), Optional.of(of));
            worklists.put(title, SecurityReader.destination(of, at, 1, false, tls));
        }
        Duration ask =
                prefetch.value("askWorklists").as(PrefetchReader::every, Duration.ofMinutes(5));
        return new PrefetchSettings(new PrefetchOptions(ahead, every, procedures), worklists, ask);
    }

    private static Duration every(String text) {
        return TimeSpan.parse(text, Duration.ofSeconds(1), Duration.ofDays(1));
    }

    private static String domain(String text) {
        if (text.length() > 64 || !text.matches("[\\x20-\\x7e]*") || text.contains("\\")) {
            throw new IllegalArgumentException("expected the namespace of an assigning authority");
        }
        return text;
    }

    private static String code(String text) {
        if (!text.matches("[A-Z0-9_ ]{1,16}")) {
            throw new IllegalArgumentException("expected a code in capitals, such as CT or CHEST");
        }
        return text;
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("expected a time zone such as Europe/Berlin", e);
        }
    }
}
