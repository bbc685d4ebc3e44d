package strata.server.fuzz;

import strata.frontdoor.web.WebFuzz;
import strata.hl7.Hl7Fuzz;
import strata.network.http.HttpFuzz;
import strata.replication.FrameFuzz;
import strata.segment.SegmentFuzz;

import java.util.List;
import java.util.concurrent.Callable;

/**
 * What reads bytes from outside, or from a medium that may be damaged. A run returns, or throws
 * what it is documented to throw and the target takes as an answer; whatever else it throws is a
 * finding.
 */
public enum FuzzTarget {
    PDU(NetworkFuzz::pdus, NetworkFuzz::pdu, "\\x00\\x00\\x00\\x08", "1.2.840.10008.3.1.1.1"),
    COMMAND_SET(
            NetworkFuzz::commandSets,
            NetworkFuzz::commandSet,
            "\\x00\\x00\\x00\\x01",
            "\\x01\\x01"),
    DATA_SET(
            DicomFuzz::dataSets,
            DicomFuzz::dataSet,
            "\\xfe\\xff\\x00\\xe0",
            "\\xfe\\xff\\x0d\\xe0",
            "\\xfe\\xff\\xdd\\xe0",
            "\\xff\\xff\\xff\\xff",
            "SQ\\x00\\x00",
            "OW\\x00\\x00",
            "\\xe0\\x7f\\x10\\x00",
            "\\x1b$B",
            "ISO 2022 IR 87"),
    PART10(
            DicomFuzz::files,
            DicomFuzz::file,
            "DICM",
            "\\x02\\x00\\x10\\x00UI",
            "1.2.840.10008.1.2"),
    DICOM_JSON(
            DicomFuzz::jsons,
            DicomFuzz::json,
            "\"vr\"",
            "\"Value\"",
            "\"InlineBinary\"",
            "\"BulkDataURI\"",
            "\"Alphabetic\"",
            "[{",
            "1e999",
            "\\\\u0000"),
    DICOM_XML(
            DicomFuzz::xmls,
            DicomFuzz::xml,
            "<DicomAttribute tag=\"",
            "<Value number=\"1\">",
            "<!DOCTYPE",
            "&amp;",
            "<PersonName",
            "<Item number=\""),
    POLICY(
            PolicyFuzz::seeds,
            PolicyFuzz::run,
            "rules:",
            "when:",
            "study.age",
            "days(",
            ".exists(x,",
            "matches(\"",
            "place:",
            "release:",
            "expire:",
            "&a",
            "*a",
            "!!"),
    MULTIPART(
            WebFuzz::bodies,
            WebFuzz::multipart,
            "\\x0d\\x0a--b0undary",
            "--\\x0d\\x0a",
            "Content-Type: "),
    ACCEPT(
            WebFuzz::fields,
            WebFuzz::accept,
            "multipart/related",
            "application/dicom",
            "transfer-syntax=",
            ";q=",
            "*/*",
            "type=\\\""),
    RANGES(HttpFuzz::fields, HttpFuzz::ranges, "bytes=", "-", ",", "9223372036854775807"),
    REQUEST_TARGET(HttpFuzz::targets, HttpFuzz::target, "%2f", "..", "%00", "?", "&", "%c0%af"),
    REPLICATION_FRAME(FrameFuzz::seeds, FrameFuzz::run, "\\x00\\x00\\x00\\x01"),
    SEGMENT(SegmentFuzz::seeds, SegmentFuzz::run, "Srec", "SEND", "\\x00\\x00\\x00\\x03"),
    PACK(StorageFuzz::packs, StorageFuzz::pack, "PENT", "PTPL", "STRATAPF", "STRATAPE", "STRO"),
    SHARED_PACK(StorageFuzz::sharedPacks, StorageFuzz::sharedPack, "STRATASH", "STRATAST"),
    ARCHIVE_OBJECT(StorageFuzz::objects, StorageFuzz::object, "STRO", "\\x28\\xb5\\x2f\\xfd"),
    RLE(ImageFuzz::rles, ImageFuzz::rle, "\\x03\\x00\\x00\\x00", "\\x80"),
    JPEG(
            ImageFuzz::jpegs,
            ImageFuzz::jpeg,
            "\\xff\\xd8",
            "\\xff\\xc4",
            "\\xff\\xda",
            "\\xff\\xc3",
            "\\xff\\xdd"),
    JPEG_LS(
            ImageFuzz::jpegLs,
            ImageFuzz::jpegL,
            "\\xff\\xf7",
            "\\xff\\xf8",
            "\\xff\\xda",
            "\\xff\\xdd"),
    JPEG_2000(
            ImageFuzz::jpeg2000s,
            ImageFuzz::jpeg2000,
            "\\xff\\x4f",
            "\\xff\\x51",
            "\\xff\\x52",
            "\\xff\\x5c",
            "\\xff\\x90",
            "\\xff\\x93",
            "\\xff\\xd9"),
    HL7(
            Hl7Fuzz::seeds,
            Hl7Fuzz::run,
            "\\x0b",
            "\\x1c\\x0d",
            "MSH|^~\\\\&|",
            "ADT^A40",
            "\\x0dMRG|",
            "\\x0dPID|",
            "\\\\X0D\\\\",
            "UNICODE UTF-8"),
    /** Broken on purpose: shows that the tool finds what hides behind comparisons. */
    CANARY(CanaryFuzz::seeds, CanaryFuzz::run, "once");

    /** One run over one input. */
    public interface Trial {
        void run(byte[] input) throws Exception;
    }

    private final Callable<List<byte[]>> seeds;
    private final Trial trial;
    private final List<String> words;

    FuzzTarget(Callable<List<byte[]>> seeds, Trial trial, String... words) {
        this.seeds = seeds;
        this.trial = trial;
        this.words = List.of(words);
    }

    /** Sound inputs, made by code, the same ones each time. */
    public List<byte[]> seeds() throws Exception {
        return seeds.call();
    }

    public void run(byte[] input) throws Exception {
        trial.run(input);
    }

    /** Lines of a dictionary as libFuzzer reads it. */
    public List<String> dictionary() {
        return words.stream().map(word -> '"' + escaped(word) + '"').toList();
    }

    private static String escaped(String word) {
        return word.replace("\\\"", "\"").replace("\"", "\\\"");
    }
}
