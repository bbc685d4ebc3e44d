/**
 * Micro benchmarks of the parts that every byte passes, run by {@code benchmarks/run jmh}.
 *
 * <p>Reading order: {@link strata.benchmarks.Sample} (what is measured with),
 * {@link strata.benchmarks.ParseBenchmark}, {@link strata.benchmarks.ChecksumBenchmark},
 * {@link strata.benchmarks.SegmentAppendBenchmark},
 * {@link strata.benchmarks.ArchiveCodecBenchmark}, {@link strata.benchmarks.CatalogBenchmark},
 * {@link strata.benchmarks.BenchmarkRun} (how long, and what becomes of the figures). Whole servers
 * are measured by {@code benchmarks/side-by-side} and {@code benchmarks/retrieve}, the latter with
 * {@link strata.benchmarks.WriteStudy} and {@link strata.benchmarks.MemoryServer}.
 *
 * <p>Samples come from fixed seeds, so that two runs measure the same work. Tests do not run any of
 * it: they see that it compiles.
 */
package strata.benchmarks;
