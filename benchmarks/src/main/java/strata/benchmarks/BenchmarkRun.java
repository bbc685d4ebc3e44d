package strata.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs the micro benchmarks: {@code BenchmarkRun JSON TABLE [REGEX]}. Writes JMH's JSON to the one
 * file and a Markdown table to the other. {@code -Dstrata.benchmark.quick=true} measures for a
 * moment only: whether all of it works. {@code -Dstrata.benchmark.instances=N,M} chooses the sizes
 * of the catalogs.
 */
public final class BenchmarkRun {
    private static final int WARMUPS = 2;
    private static final int MEASUREMENTS = 5;
    private static final long QUICK_MILLIS = 100;

    private static final String HEADING =
            "| benchmark | with | threads | per second | MB/s | mean us | p50 | p99 | p99.9 | heap B |\n"
                    + "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";

    private BenchmarkRun() {}

    public static void main(String[] arguments) throws RunnerException, IOException {
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("usage: BenchmarkRun JSON TABLE [REGEX]");
            System.exit(2);
        }
        String regex = arguments.length == 3 ? arguments[2] : ".*";
        Collection<RunResult> results = new Runner(options(regex).build()).run();
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(json, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        Files.write(Path.of(arguments[0]), withoutSamples(json.toByteArray()));
        Files.writeString(Path.of(arguments[1]), table(results));
    }

    /** Without the times of single operations, of which the percentiles are there too. */
    static byte[] withoutSamples(byte[] json) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode results = mapper.readTree(json);
        for (JsonNode result : results) {
            ((ObjectNode) result.path("primaryMetric")).remove("rawDataHistogram");
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(results);
    }

    private static ChainedOptionsBuilder options(String regex) {
        boolean quick = Boolean.getBoolean("strata.benchmark.quick");
        TimeValue time =
                quick ? new TimeValue(QUICK_MILLIS, TimeUnit.MILLISECONDS) : TimeValue.seconds(1);
        ChainedOptionsBuilder options = new OptionsBuilder();
        String instances = System.getProperty("strata.benchmark.instances");
        if (instances != null) {
            options.param("instances", instances.split(","));
        }
        return options.include(regex)
                .shouldFailOnError(true)
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(quick ? 0 : WARMUPS)
                .warmupTime(time)
                .measurementIterations(quick ? 1 : MEASUREMENTS)
                .measurementTime(time);
    }

    private static String table(Collection<RunResult> results) {
        StringBuilder out = new StringBuilder(HEADING);
        for (RunResult result : results) {
            out.append(row(result));
        }
        return out.toString();
    }

    private static String row(RunResult result) {
        BenchmarkParams params = result.getParams();
        boolean sampled = params.getMode() == Mode.SampleTime;
        double score = result.getPrimaryResult().getScore();
        double inSeconds = params.getTimeUnit().toNanos(1) / 1e9;
        int threads = params.getThreads();
        double perSecond = sampled ? threads / (score * inSeconds) : score / inSeconds;
        Statistics times = result.getPrimaryResult().getStatistics();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %d | %,.0f | %s | %,.1f | %s | %s | %s | %s |%n",
                name(params.getBenchmark()),
                with(params),
                threads,
                perSecond,
                sample(params).map(s -> rate(s, perSecond)).orElse(""),
                threads * 1e6 / perSecond,
                sampled ? micros(times.getPercentile(50) * inSeconds) : "",
                sampled ? micros(times.getPercentile(99) * inSeconds) : "",
                sampled ? micros(times.getPercentile(99.9) * inSeconds) : "",
                allocated(result));
    }

    private static String micros(double seconds) {
        return String.format(Locale.ROOT, "%,.1f", seconds * 1e6);
    }

    /** The parameters, as {@code CT, lanes 2}. */
    private static String with(BenchmarkParams params) {
        return params.getParamsKeys().stream()
                .map(key -> key.equals("sample")
                        ? params.getParam(key)
                        : key + " " + params.getParam(key))
                .collect(Collectors.joining(", "));
    }

    /** Heap allocated by one operation, as the JVM counts it for all threads. */
    private static String allocated(RunResult result) {
        Result<?> norm = result.getSecondaryResults().get("gc.alloc.rate.norm");
        return norm == null ? "" : String.format(Locale.ROOT, "%,.0f", norm.getScore());
    }

    private static String name(String benchmark) {
        int method = benchmark.lastIndexOf('.');
        int type = benchmark.lastIndexOf('.', method - 1);
        return benchmark.substring(type + 1).replace("Benchmark", "");
    }

    private static Optional<Sample> sample(BenchmarkParams params) {
        if (params.getBenchmark().startsWith(ArchiveCodecBenchmark.class.getName())) {
            return Optional.of(ArchiveCodecBenchmark.SAMPLE);
        }
        if (params.getBenchmark().startsWith(FrameCodecBenchmark.class.getName())) {
            return Optional.of(FrameCodecBenchmark.SAMPLE);
        }
        return Optional.ofNullable(params.getParam("sample")).map(Sample::valueOf);
    }

    private static String rate(Sample sample, double perSecond) {
        return String.format(Locale.ROOT, "%,.1f", sample.fileBytes().length * perSecond / 1e6);
    }
}
