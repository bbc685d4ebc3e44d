package strata.server.configuration;

import strata.base.OperatorException;
import strata.s3.LockMode;
import strata.s3.S3TierOptions;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The keys below {@code tiers}. */
final class TierReader {
    private static final long MIB = 1L << 20;
    private static final long TIB = 1L << 40;
    private static final int MOST_MOVES = 64;
    private static final List<String> TAKEN = List.of("hot", "longterm");

    private TierReader() {}

    static TierSettings read(Section tiers, Path data) throws OperatorException {
        Section hot = tiers.section("hot");
        Path hotPath = ConfigurationReader.below(data, hot.value("path"), "hot");
        FillMark keepBelow = hot.value("keepBelow").as(FillMark::parse, new FillMark.Share(80));
        Function<String, Long> segmentSize = ConfigurationReader.size(MIB, 64L << 30);
        long segment = hot.value("segmentSize").as(segmentSize, 256 * MIB);
        long reserve = hot.value("reserve").as(ConfigurationReader.size(MIB, TIB), 64 * MIB);
        Optional<Path> keys = tiers.section("keys")
                .value("file")
                .as(ConfigurationReader::path)
                .map(data::resolve);
        TierSettings.LongTerm longTerm = longTerm(tiers.section("longterm"), data, hotPath, keys);
        List<TierSettings.S3> s3 = new ArrayList<>();
        for (Map.Entry<String, Setting> one : tiers.named("s3").entrySet()) {
            s3.add(s3(one.getKey(), one.getValue(), tiers, keys));
        }
        return new TierSettings(
                new TierSettings.Hot(hotPath, keepBelow, segment, reserve),
                longTerm,
                s3,
                keys,
                moves(tiers.section("moves")));
    }

    private static TierSettings.Moves moves(Section moves) throws OperatorException {
        int processors = Math.min(MOST_MOVES, Runtime.getRuntime().availableProcessors());
        return new TierSettings.Moves(
                moves.value("parallel").as(ConfigurationReader.count(1, MOST_MOVES), processors),
                moves.value("rate").as(ConfigurationReader.size(MIB, TIB), 0L));
    }

    private static TierSettings.LongTerm longTerm(
            Section section, Path data, Path hot, Optional<Path> keys) throws OperatorException {
        Setting path = section.value("path");
        Path longTerm = ConfigurationReader.below(data, path, "longterm");
        if (longTerm.startsWith(hot) || hot.startsWith(longTerm)) {
            throw path.wrong("the tiers need directories of their own");
        }
        Setting sealed = section.value("sealed");
        boolean seals = sealed.as(ConfigurationReader::flag, false);
        if (seals && keys.isEmpty()) {
            throw sealed.wrong("sealing needs the key file 'tiers.keys.file'");
        }
        return new TierSettings.LongTerm(longTerm, seals);
    }

    private static TierSettings.S3 s3(
            String name, Setting setting, Section tiers, Optional<Path> keys)
            throws OperatorException {
        if (!name.matches("[a-z0-9-]{1,64}") || TAKEN.contains(name)) {
            throw setting.wrong("a tier's name has a-z, 0-9 and -, and is not that of another");
        }
        if (keys.isEmpty()) {
            throw setting.wrong("what leaves is sealed: that needs 'tiers.keys.file'");
        }
        Section s3 = tiers.of(setting);
        Optional<String> bucket =
                s3.value("bucket").as(matching("[a-z0-9][a-z0-9.-]{2,62}", "the name of a bucket"));
        Optional<URI> endpoint = s3.value("endpoint").as(TierReader::endpoint);
        return new TierSettings.S3(
                name,
                bucket.orElseThrow(() -> setting.wrong("needs 'bucket'")),
                s3.value("prefix")
                        .as(matching("([A-Za-z0-9._-]+/){0,20}", "a prefix that ends with /"), ""),
                s3.value("region").as(matching("[a-z0-9-]{1,32}", "a region"), "us-east-1"),
                endpoint,
                s3.value("storageClass").as(matching("[A-Z_]{1,32}", "a storage class")),
                s3.value("restoreHours").as(TierReader::restoreTime),
                s3.value("lock").as(TierReader::lock));
    }

    private static Duration restoreTime(String text) {
        long least = S3TierOptions.LEAST_RESTORE_TIME.toHours();
        long most = S3TierOptions.MOST_RESTORE_TIME.toHours();
        if (!text.matches("[0-9]{1,4}")
                || Long.parseLong(text) < least
                || Long.parseLong(text) > most) {
            throw new IllegalArgumentException("expected hours, " + least + " to " + most);
        }
        return Duration.ofHours(Long.parseLong(text));
    }

    private static LockMode lock(String text) {
        return switch (text) {
            case "governance" -> LockMode.GOVERNANCE;
            case "compliance" -> LockMode.COMPLIANCE;
            default -> throw new IllegalArgumentException("expected governance or compliance");
        };
    }

    private static Function<String, String> matching(String pattern, String what) {
        return text -> {
            if (!text.matches(pattern)) {
                throw new IllegalArgumentException("expected " + what);
            }
            return text;
        };
    }

    /** Without TLS only on this machine: packs are sealed, but requests could be tampered with. */
    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text);
            boolean local = uri.getHost() != null
                    && uri.getHost().matches("localhost|127\\.[0-9.]+|\\[::1\\]");
            boolean tls = "https".equals(uri.getScheme());
            if (uri.getHost() != null && (tls || local && "http".equals(uri.getScheme()))) {
                return uri;
            }
            throw new IllegalArgumentException("expected https://HOST, or http:// on loopback");
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("expected https://HOST", e);
        }
    }
}
