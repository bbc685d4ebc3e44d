package strata.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import strata.catalog.IndexKeys;
import strata.dicom.DataSet;
import strata.dicom.HeaderCapture;
import strata.dicom.MalformedDicomException;

import java.nio.ByteBuffer;

/**
 * What ingest does with the structure of an object: capture of the index keys while the data set
 * streams by in pieces of a P-DATA PDU.
 */
@State(Scope.Thread)
public class ParseBenchmark {
    private static final int PIECE_BYTES = 128 << 10;

    @Param
    Sample sample;

    private ByteBuffer dataSet;

    @Setup
    public void make() {
        dataSet = ByteBuffer.wrap(sample.dataSetBytes());
    }

    @Benchmark
    public DataSet headerCapture() throws MalformedDicomException {
        try (HeaderCapture capture = new HeaderCapture(Sample.syntax(), IndexKeys.TAGS)) {
            int length = dataSet.capacity();
            for (int at = 0; at < length; at += PIECE_BYTES) {
                capture.feed(dataSet.slice(at, Math.min(PIECE_BYTES, length - at)));
            }
            return capture.finish();
        }
    }
}
