package strata.server.configuration;

import strata.base.OperatorException;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TlsFiles;
import strata.replication.RateSchedule;
import strata.replication.WireCompression;
import strata.server.configuration.ReplicationSettings.OtherSite;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The section of other sites. */
final class ReplicationReader {
    private static final Endpoint USUAL = new Endpoint("127.0.0.1", 11114);
    private static final long MOST_BYTES_PER_SECOND = 1L << 40;

    private ReplicationReader() {}

    static ReplicationSettings read(Section replication, Optional<TlsFiles> tls)
            throws OperatorException {
        boolean canTls = tls.flatMap(TlsFiles::trust).isPresent();
        Setting encrypted = replication.value("tls");
        boolean secure = encrypted.as(ConfigurationReader::flag, canTls);
        if (secure && !canTls) {
            throw encrypted.wrong("replication over TLS needs 'tls.key' and 'tls.trust', since"
                    + " both sides show certificates");
        }
        Optional<Endpoint> listen = Optional.empty();
        boolean listens = replication.has("listen");
        Section at = replication.section("listen");
        Endpoint endpoint = ConfigurationReader.listen(at, USUAL);
        if (listens) {
            requireTls(at.value("bind"), endpoint.host(), secure);
            listen = Optional.of(endpoint);
        }
        Map<String, OtherSite> sites = new LinkedHashMap<>();
        for (Map.Entry<String, Setting> one : replication.named("sites").entrySet()) {
            if (!one.getKey().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
                throw one.getValue().wrong("a site's name has letters, digits, dots, _ and -");
            }
            OtherSite site = site(replication, one.getValue(), secure);
            sites.put(one.getKey(), site);
        }
        return new ReplicationSettings(
                listen,
                secure,
                sites,
                replication.value("policy").as(ReplicationReader::shared, false),
                replication.value("accounts").as(ReplicationReader::shared, false));
    }

    private static boolean shared(String text) {
        if (!text.equals("local") && !text.equals("shared")) {
            throw new IllegalArgumentException("expected local or shared");
        }
        return text.equals("shared");
    }

    private static void requireTls(Setting setting, String host, boolean secure)
            throws OperatorException {
        if (!secure && !BindCheck.isLoopback(setting, host)) {
            throw setting.wrong("replication goes beyond loopback (" + host
                    + ") inside TLS only; set 'tls.key' and 'tls.trust'");
        }
    }

    /** {@code {host, port, ...}} or {@code HOST:PORT}. */
    private static OtherSite site(Section replication, Setting setting, boolean secure)
            throws OperatorException {
        if (!setting.isMap()) {
            Endpoint at = ConfigurationReader.remote(setting, Optional.empty());
            requireTls(setting, at.host(), secure);
            return new OtherSite(
                    at, Optional.empty(), RateSchedule.UNLIMITED, WireCompression.AUTO);
        }
        Section one = replication.of(setting);
        Endpoint at = ConfigurationReader.remote(setting, Optional.of(one));
        requireTls(setting, at.host(), secure);
        Setting certificate = one.value("certificate");
        Optional<CertificateBinding> expected = certificate.as(CertificateBinding::parse);
        if (expected.isPresent() && !secure) {
            throw certificate.wrong("without TLS it shows no certificate");
        }
        return new OtherSite(
                at,
                expected,
                new RateSchedule(
                        one.value("rate").as(ReplicationReader::rate, 0L),
                        one.value("windows").listOf(ReplicationReader::window)),
                one.value("compress").as(ReplicationReader::compression, WireCompression.AUTO));
    }

    private static long rate(String text) {
        return text.equals("unlimited") ? 0 : Size.parse(text, 1 << 10, MOST_BYTES_PER_SECOND);
    }

    private static WireCompression compression(String text) {
        return Arrays.stream(WireCompression.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected auto, always or never"));
    }

    /** {@code mon-fri 07:00-19:00 5MB}, bytes a second; without days, on all. */
    private static RateSchedule.Window window(String text) {
        List<String> words = List.of(text.strip().split("\\s+"));
        if (words.size() < 2 || words.size() > 3) {
            throw new IllegalArgumentException("expected DAYS FROM-TO RATE");
        }
        String[] times = words.get(words.size() - 2).split("-", 2);
        try {
            return new RateSchedule.Window(
                    words.size() == 3 ? days(words.get(0)) : Set.of(),
                    LocalTime.parse(times[0]),
                    LocalTime.parse(times[times.length - 1]),
                    rate(words.get(words.size() - 1)));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected times such as 07:00-19:00", e);
        }
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",")) {
            String[] ends = part.split("-", 2);
            DayOfWeek last = day(ends[ends.length - 1]);
            for (DayOfWeek day = day(ends[0]); ; day = day.plus(1)) {
                days.add(day);
                if (day == last) {
                    break;
                }
            }
        }
        return days;
    }

    private static DayOfWeek day(String text) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (text.length() == 3 && day.name().startsWith(text.toUpperCase(Locale.ROOT))) {
                return day;
            }
        }
        throw new IllegalArgumentException("expected days such as mon-fri or sat,sun");
    }
}
