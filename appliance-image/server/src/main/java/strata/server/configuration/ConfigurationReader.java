package strata.server.configuration;

import strata.base.AeTitle;
import strata.base.OperatorException;
import strata.base.SiteId;
import strata.base.Uid;
import strata.base.tls.TlsFiles;
import strata.frontdoor.Destination;
import strata.frontdoor.QueryPolicy;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.http.CorsPolicy;
import strata.store.CompactionOptions;
import strata.store.ConflictPolicy;
import strata.store.DeletionOptions;
import strata.telemetry.LogFormat;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** The keys, their types, ranges and defaults. */
final class ConfigurationReader {
    private static final long MIB = 1L << 20;
    private static final long TIB = 1L << 40;
    private static final Endpoint DICOM = new Endpoint("127.0.0.1", 11112);
    private static final Endpoint HTTP = new Endpoint("127.0.0.1", 8080);
    /** Associations to a destination that the file does not limit. */
    private static final int USUAL_ASSOCIATIONS = 1;

    private final Optional<Path> path;
    private final Overrides overrides;
    private final List<String> known = new ArrayList<>();

    ConfigurationReader(Optional<Path> path, Overrides overrides) {
        this.path = path;
        this.overrides = overrides;
    }

    Configuration read() throws OperatorException {
        if (path.isEmpty()) {
            return read("(no file)", "");
        }
        return read(path.get().toString(), YamlFile.text(path.get()));
    }

    Configuration read(String name, String text) throws OperatorException {
        YamlFile file = new YamlFile(name);
        Section root = Section.root(file, file.parse(text), overrides, known);
        AeTitle aet = root.value("aet").as(ConfigurationReader::aeTitle, new AeTitle("STRATA"));
        Path data = root.value("data")
                .as(ConfigurationReader::path, Path.of("data"))
                .toAbsolutePath()
                .normalize();
        Optional<SiteId> site = root.value("site").as(ConfigurationReader::siteId);
        SecurityReader security = new SecurityReader(data);
        Optional<TlsFiles> tls = security.tls(root.section("tls"));
        Section dicomSection = root.section("dicom");
        Setting dicomBind = dicomSection.value("bind");
        DicomSettings dicom = dicom(dicomSection, security, tls);
        HttpSettings http = http(root.section("http"), tls, data);
        QueryPolicy queries = queries(root.section("query"));
        TierSettings tiers = TierReader.read(root.section("tiers"), data);
        StorageSettings storage = storage(root);
        ReplicationSettings replication = ReplicationReader.read(root.section("replication"), tls);
        Optional<Hl7Settings> hl7 = PrefetchReader.hl7(root, tls);
        PrefetchSettings prefetch = PrefetchReader.prefetch(root.section("prefetch"), tls);
        Path policy = below(data, root.value("policy"), "policy.yaml");
        long cache = root.section("catalog").value("cache").as(size(4 * MIB, TIB), 64 * MIB);
        Duration scrub = root.section("scrub")
                .value("every")
                .as(span(Duration.ofHours(1), Duration.ofDays(30)), Duration.ofDays(30));
        AuditSettings audit = audit(root.section("audit"), data);
        LogSettings log = log(root.section("log"));
        root.finish();
        BindCheck.dicom(dicomBind, dicom);
        BindCheck.dicomOverTls(dicomBind, dicom);
        return new Configuration(
                aet,
                data,
                site,
                tls,
                dicom,
                http,
                queries,
                tiers,
                storage,
                replication,
                hl7,
                prefetch,
                policy,
                cache,
                scrub,
                audit,
                log);
    }

    /** Full names of all keys, after reading. */
    List<String> known() {
        return known;
    }

    private DicomSettings dicom(Section dicom, SecurityReader security, Optional<TlsFiles> tls)
            throws OperatorException {
        Endpoint listen = listen(dicom, DICOM);
        Optional<Endpoint> secure = security.dicomListener(dicom, tls);
        boolean plain = dicom.value("plainBeyondLoopback").as(ConfigurationReader::flag, false);
        Map<AeTitle, DestinationSettings> destinations = new LinkedHashMap<>();
        for (Map.Entry<String, Setting> one : dicom.named("destinations").entrySet()) {
            AeTitle title = titleOf(one);
            destinations.put(title, destination(dicom, one.getValue(), tls));
        }
        Peers peers = peers(dicom);
        Section limits = dicom.section("limits");
        return new DicomSettings(
                listen,
                secure,
                plain,
                destinations,
                peers,
                limits.value("associations").as(count(1, 10_000), 64),
                limits.value("maxPdu").as(size(16 << 10, MIB), 128L << 10).intValue(),
                limits.value("idle")
                        .as(
                                span(Duration.ofSeconds(1), Duration.ofDays(1)),
                                Duration.ofSeconds(60)),
                commitment(dicom.section("commitment")),
                dicom.value("recallWait")
                        .as(span(Duration.ZERO, Duration.ofDays(1)), Duration.ofMinutes(2)));
    }

    private static CommitmentSettings commitment(Section commitment) throws OperatorException {
        Optional<Integer> copies = commitment.value("copies").as(count(1, 16));
        return new CommitmentSettings(
                copies.isPresent() ? OptionalInt.of(copies.get()) : OptionalInt.empty(),
                commitment.value("references").as(count(1, 100_000), 20_000),
                commitment
                        .value("patience")
                        .as(span(Duration.ZERO, Duration.ofDays(7)), Duration.ofMinutes(10)));
    }

    /** {@code {host, port, associations, notify, ..}} or {@code HOST:PORT}. */
    private static DestinationSettings destination(
            Section dicom, Setting setting, Optional<TlsFiles> tls) throws OperatorException {
        if (!setting.isMap()) {
            return new DestinationSettings(remote(dicom, setting), USUAL_ASSOCIATIONS, false);
        }
        Section one = dicom.of(setting);
        return SecurityReader.destination(
                one,
                remote(setting, Optional.of(one)),
                one.value("associations")
                        .as(count(1, Destination.MAX_ASSOCIATIONS), USUAL_ASSOCIATIONS),
                one.value("notify").as(ConfigurationReader::flag, false),
                tls);
    }

    private static Peers peers(Section dicom) throws OperatorException {
        Setting peers = dicom.value("peers");
        if (!peers.isMap()) {
            return peers.as(
                    text -> {
                        if (!text.equals("any-on-loopback")) {
                            throw new IllegalArgumentException(
                                    "expected any-on-loopback or a map of AE titles");
                        }
                        return new Peers.AnyOnLoopback();
                    },
                    new Peers.AnyOnLoopback());
        }
        Map<AeTitle, Peers.Peer> listed = new LinkedHashMap<>();
        for (Map.Entry<String, Setting> one : dicom.named("peers").entrySet()) {
            Section peer = dicom.of(one.getValue());
            List<HostPattern> hosts = peer.value("hosts").listOf(HostPattern::parse);
            if (hosts.isEmpty()) {
                throw one.getValue().wrong("a peer needs 'hosts': addresses, networks or names");
            }
            List<PeerService> services = peer.value("services").listOf(word(PeerService.class));
            Set<PeerService> allowed = services.isEmpty()
                    ? EnumSet.allOf(PeerService.class)
                    : EnumSet.copyOf(services);
            listed.put(
                    titleOf(one),
                    new Peers.Peer(
                            hosts,
                            allowed,
                            Set.copyOf(peer.value("sopClasses").listOf(ConfigurationReader::uid)),
                            Set.copyOf(peer.value("transferSyntaxes")
                                    .listOf(ConfigurationReader::uid)),
                            peer.value("associations").as(count(1, 10_000), 0),
                            peer.value("associationsPerMinute").as(count(1, 100_000), 0),
                            SecurityReader.bindings(peer),
                            identity(peer)));
        }
        return new Peers.Listed(listed);
    }

    /** Under which identity merged patients go out to whom the section is about. */
    static PatientIdentity identity(Section of) throws OperatorException {
        return of.value("patientIdentity")
                .as(word(PatientIdentity.class), PatientIdentity.RECEIVED);
    }

    private static QueryPolicy queries(Section query) throws OperatorException {
        QueryPolicy standard = QueryPolicy.DEFAULT;
        return new QueryPolicy(
                query.value("maxMatches").as(count(0, 1_000_000_000), standard.maxMatches()),
                query.value("page").as(count(1, 1_000_000), standard.maxPage()),
                query.value("universal")
                        .as(ConfigurationReader::flag, standard.answersUniversal()));
    }

    private static HttpSettings http(Section http, Optional<TlsFiles> tls, Path data)
            throws OperatorException {
        Endpoint listen = listen(http, HTTP);
        Section limits = http.section("limits");
        HttpSettings settings = new HttpSettings(
                listen,
                limits.value("connections").as(count(1, 100_000), 512),
                limits.value("workers").as(count(1, 1000), 32),
                identity(http),
                cors(http.section("cors")),
                SecurityReader.https(http, tls),
                new AuthenticationReader(data).read(http));
        BindCheck.http(http.value("bind"), settings);
        return settings;
    }

    private static CorsPolicy cors(Section cors) throws OperatorException {
        Setting origins = cors.value("origins");
        boolean credentials = cors.value("credentials").as(ConfigurationReader::flag, false);
        Set<String> allowed = new LinkedHashSet<>(origins.listOf(Function.identity()));
        try {
            return new CorsPolicy(allowed, credentials);
        } catch (IllegalArgumentException e) {
            throw origins.wrong(e.getMessage());
        }
    }

    private static StorageSettings storage(Section root) throws OperatorException {
        ConflictPolicy conflicts = root.section("versions")
                .value("conflict")
                .as(hyphened(ConflictPolicy.class), ConflictPolicy.KEEP_ASIDE);
        Section deletion = root.section("deletion");
        DeletionOptions standard = DeletionOptions.DEFAULT;
        Function<String, Duration> years = span(Duration.ZERO, Duration.ofDays(36_500));
        DeletionOptions deletions = new DeletionOptions(
                deletion.value("grace").as(years, standard.grace()),
                deletion.value("retention").as(years, standard.retention()),
                deletion.value("rejectionNotes").as(ConfigurationReader::flag, true),
                deletion.value("qualityHides").as(ConfigurationReader::flag, true));
        Section compaction = root.section("compaction");
        CompactionOptions usual = CompactionOptions.DEFAULT;
        return new StorageSettings(
                conflicts,
                deletions,
                new CompactionOptions(
                        compaction.value("rate").as(size(MIB, TIB), usual.bytesPerSecond()),
                        compaction
                                .value("deadShare")
                                .as(ConfigurationReader::share, usual.deadShare()),
                        compaction
                                .value("urgentAbove")
                                .as(ConfigurationReader::share, usual.urgentFill())));
    }

    private static Uid uid(String text) {
        if (!Uid.isValid(text)) {
            throw new IllegalArgumentException("expected a UID");
        }
        return new Uid(text);
    }

    private static double share(String text) {
        if (!text.matches("[1-9][0-9]? ?%")) {
            throw new IllegalArgumentException("expected a share, such as 25%");
        }
        return Integer.parseInt(text.replace("%", "").strip()) / 100.0;
    }

    private static <E extends Enum<E>> Function<String, E> hyphened(Class<E> words) {
        return text -> word(words).apply(text.replace('-', '_'));
    }

    private static AuditSettings audit(Section audit, Path data) throws OperatorException {
        return new AuditSettings(
                below(data, audit.value("path"), "audit"),
                audit.value("rotate").as(size(64 << 10, TIB), 16 * MIB));
    }

    private static LogSettings log(Section log) throws OperatorException {
        return new LogSettings(
                log.value("format").as(word(LogFormat.class), LogFormat.AUTO),
                log.value("level").as(word(Level.class), Level.INFO).name());
    }

    private enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    static Endpoint listen(Section section, Endpoint byDefault) throws OperatorException {
        String host = section.value("bind").as(Endpoint::checkedHost, byDefault.host());
        int port = section.value("port").as(Endpoint::parsePort, byDefault.port());
        return new Endpoint(host, port);
    }

    /** Where this site connects to: {@code {host, port}} or {@code HOST:PORT}. */
    private static Endpoint remote(Section parent, Setting setting) throws OperatorException {
        return remote(
                setting, setting.isMap() ? Optional.of(parent.of(setting)) : Optional.empty());
    }

    static Endpoint remote(Setting setting, Optional<Section> map) throws OperatorException {
        Endpoint endpoint;
        if (map.isPresent()) {
            Section at = map.get();
            Optional<String> host = at.value("host").as(Endpoint::checkedHost);
            Optional<Integer> port = at.value("port").as(Endpoint::parsePort);
            if (host.isEmpty() || port.isEmpty()) {
                throw setting.wrong("needs 'host' and 'port'");
            }
            endpoint = new Endpoint(host.get(), port.get());
        } else {
            endpoint = setting.as(Endpoint::parse)
                    .orElseThrow(() -> setting.wrong("expected HOST:PORT"));
        }
        if (endpoint.port() == 0) {
            throw setting.wrong("port 0 cannot be connected to");
        }
        return endpoint;
    }

    static AeTitle titleOf(Map.Entry<String, Setting> entry) throws OperatorException {
        try {
            return new AeTitle(entry.getKey());
        } catch (IllegalArgumentException e) {
            throw entry.getValue().wrong(e.getMessage());
        }
    }

    static Path below(Path data, Setting setting, String byDefault) throws OperatorException {
        return data.resolve(setting.as(ConfigurationReader::path, Path.of(byDefault)))
                .normalize();
    }

    private static SiteId siteId(String text) {
        if (!text.matches("[0-9a-f]{16}")) {
            throw new IllegalArgumentException("expected the 16 hex digits of a site id");
        }
        return SiteId.parse(text);
    }

    private static AeTitle aeTitle(String text) {
        try {
            return new AeTitle(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("an AE title has 1 to 16 printable characters", e);
        }
    }

    static Path path(String text) {
        try {
            if (text.isBlank()) {
                throw new IllegalArgumentException("expected a path");
            }
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("expected a path", e);
        }
    }

    static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("expected true or false");
        }
        return text.equals("true");
    }

    static Function<String, Integer> count(int least, int most) {
        return text -> {
            if (!text.matches("[0-9]{1,9}")
                    || Integer.parseInt(text) < least
                    || Integer.parseInt(text) > most) {
                throw new IllegalArgumentException(
                        "expected a whole number from " + least + " to " + most);
            }
            return Integer.valueOf(text);
        };
    }

    static Function<String, Long> size(long least, long most) {
        return text -> Size.parse(text, least, most);
    }

    private static Function<String, Duration> span(Duration least, Duration most) {
        return text -> TimeSpan.parse(text, least, most);
    }

    private static <E extends Enum<E>> Function<String, E> word(Class<E> words) {
        return text -> {
            for (E word : words.getEnumConstants()) {
                if (word.name().equalsIgnoreCase(text)) {
                    return word;
                }
            }
            List<String> all = new ArrayList<>();
            for (E word : words.getEnumConstants()) {
                all.add(word.name().toLowerCase(Locale.ROOT));
            }
            throw new IllegalArgumentException("expected one of " + String.join(", ", all));
        };
    }
}
