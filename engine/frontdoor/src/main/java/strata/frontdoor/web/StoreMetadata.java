package strata.frontdoor.web;

import strata.base.ByteRange;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.DicomJson;
import strata.dicom.DicomXml;
import strata.dicom.Element;
import strata.dicom.MalformedDicomException;
import strata.dicom.ParseLimits;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.frontdoor.web.StoreOutcome.Failed;
import strata.frontdoor.web.StoreOutcome.Named;
import strata.network.http.HttpException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores instances that come as metadata with their bulk data in further parts (PS3.18 10.5.2):
 * each is written as a file of explicit little endian, or of the syntax of its compressed frame,
 * and stored as any other. Parts wait in a {@link Spool}, so that memory holds one metadata part
 * only.
 *
 * <p>A BulkDataURI is compared with the Content-Location of the parts, and is never opened: an
 * instance that refers to anything else is refused.
 */
final class StoreMetadata implements StoreInstances.Source {
    static final long MAX_METADATA_BYTES = 64L << 20;
    private static final long MAX_SPOOL_BYTES = 64L << 30;
    private static final int MAX_NESTED_BYTES = 1 << 20;
    private static final ParseLimits LIMITS =
            new ParseLimits(128, 200_000, 1_000_000, 8 << 20, 32L << 20, 64L << 20, 200);
    private static final int MISSING = -1;

    private static final Map<String, TransferSyntax> COMPRESSED = Map.of(
            "image/jpeg", TransferSyntax.JPEG_BASELINE,
            "image/jls", TransferSyntax.JPEG_LS_LOSSLESS,
            "image/jp2", TransferSyntax.JPEG_2000_LOSSLESS,
            "image/dicom-rle", TransferSyntax.RLE_LOSSLESS);

    private final SpoolDirectory spools;
    private final MultipartReader reader;
    private final MediaType root;
    private final Map<String, Bulk> bulk = new HashMap<>();
    private final Map<ByteRange, MediaType> metadata = new LinkedHashMap<>();

    private record Bulk(ByteRange range, MediaType type) {}

    /** @param root of parts that do not say their own type */
    StoreMetadata(SpoolDirectory spools, MultipartReader reader, MediaType root) {
        this.spools = spools;
        this.reader = reader;
        this.root = root;
    }

    static boolean isMetadata(MediaType type) {
        return switch (type.essence()) {
            case "application/dicom+json", "application/json", "application/dicom+xml" -> true;
            default -> false;
        };
    }

    @Override
    public void readInto(StoreInstances into) throws IOException {
        try (Spool spool = spools.begin(MAX_SPOOL_BYTES)) {
            while (reader.next()) {
                take(spool);
            }
            for (Map.Entry<ByteRange, MediaType> part : metadata.entrySet()) {
                for (DataSet each : parse(spool.open(part.getKey()), part.getValue())) {
                    store(each, spool, into);
                }
            }
        }
    }

    private void take(Spool spool) throws IOException {
        Optional<String> field = reader.header("Content-Type");
        MediaType type = field.isEmpty()
                ? root
                : MediaType.parse(field.get())
                        .orElseThrow(() -> new HttpException(
                                400, "the Content-Type of a part cannot be read"));
        if (isMetadata(type)) {
            metadata.put(spool.take(reader, MAX_METADATA_BYTES), type);
            return;
        }
        ByteRange range = spool.take(reader, MAX_SPOOL_BYTES);
        Optional<String> location = reader.header("Content-Location");
        if (location.isPresent() && bulk.put(location.get(), new Bulk(range, type)) != null) {
            throw new HttpException(400, "two parts have the same Content-Location");
        }
    }

    private List<DataSet> parse(InputStream text, MediaType type) throws IOException {
        try {
            if (type.essence().equals(MediaType.DICOM_XML.essence())) {
                return List.of(DicomXml.read(text, LIMITS, this::reference));
            }
            return DicomJson.readAll(
                    new InputStreamReader(text, StandardCharsets.UTF_8), LIMITS, this::reference);
        } catch (MalformedDicomException e) {
            throw new HttpException(400, "the metadata cannot be read: " + e.getMessage(), e);
        }
    }

    /** Where a value is in the spool; what is not in the request is refused later, alone. */
    private Element reference(int tag, Vr vr, String uri) {
        Bulk found = bulk.get(uri);
        if (found == null) {
            return new Element.Bulk(tag, vr, 0, MISSING, false);
        }
        boolean frame = tag == Tag.PixelData && found.type.type().equals("image");
        return new Element.Bulk(tag, vr, found.range.offset(), found.range.lengthBytes(), frame);
    }

    private void store(DataSet dataSet, Spool spool, StoreInstances into) throws IOException {
        Optional<Uid> sopClass = dataSet.uid(Tag.SOPClassUID);
        Optional<Uid> instance = dataSet.uid(Tag.SOPInstanceUID);
        if (sopClass.isEmpty() || instance.isEmpty()) {
            into.refused(StoreOutcome.failed(
                    StoreOutcome.CANNOT_UNDERSTAND, "metadata names no instance"));
            return;
        }
        Named named = new Named(sopClass.get(), instance.get());
        try {
            TransferSyntax syntax = syntax(dataSet);
            List<InputStream> file = new ArrayList<>();
            file.add(new ByteArrayInputStream(
                    Part10.header(named.sopClass(), named.sopInstance(), syntax.uid())));
            for (Element element : dataSet.elements()) {
                if (Tag.group(element.tag()) > 2) {
                    add(element, spool, file);
                }
            }
            into.one(new SequenceInputStream(Collections.enumeration(file)));
        } catch (MalformedDicomException e) {
            into.refused(
                    new Failed(Optional.of(named), StoreOutcome.CANNOT_UNDERSTAND, e.getMessage()));
        }
    }

    /** Of the frame's media type, where Pixel Data is a compressed frame. */
    private TransferSyntax syntax(DataSet dataSet) throws MalformedDicomException {
        Optional<Element> pixels = dataSet.element(Tag.PixelData);
        if (pixels.isEmpty() || !(pixels.get() instanceof Element.Bulk b) || !b.encapsulated()) {
            return TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
        }
        if (dataSet.intValue(Tag.NumberOfFrames).orElse(1) != 1) {
            throw new MalformedDicomException(
                    "one part cannot hold several compressed frames", Tag.PixelData, 0);
        }
        MediaType type = bulk.values().stream()
                .filter(each -> each.range.offset() == b.offset()
                        && each.range.lengthBytes() == b.lengthBytes())
                .findFirst()
                .orElseThrow()
                .type;
        Optional<TransferSyntax> named = type.parameter(MediaType.TRANSFER_SYNTAX)
                .filter(Uid::isValid)
                .flatMap(uid -> TransferSyntax.known(new Uid(uid)));
        TransferSyntax syntax = named.orElse(COMPRESSED.get(type.essence()));
        if (syntax == null || !syntax.isEncapsulated()) {
            throw new MalformedDicomException(
                    "no transfer syntax for a compressed frame", Tag.PixelData, 0);
        }
        return syntax;
    }

    private void add(Element element, Spool spool, List<InputStream> to) throws IOException {
        if (!(element instanceof Element.Bulk value)) {
            DataSet one = new DataSet().put(withoutReferences(element, spool));
            to.add(new ByteArrayInputStream(
                    DataSetWriter.toBytes(one, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN)));
            return;
        }
        ByteRange range = range(value);
        boolean odd = (range.lengthBytes() & 1) != 0;
        long even = range.lengthBytes() + (odd ? 1 : 0);
        Vr vr = value.encapsulated() ? Vr.OB : value.vr();
        if (vr == Vr.SQ || even > (vr.longLength() ? 0xFFFFFFFEL : 0xFFFEL)) {
            throw new MalformedDicomException("bulk data that no element holds", value.tag(), 0);
        }
        ByteBuffer head = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
        tag(head, value.tag()).put((byte) vr.name().charAt(0)).put((byte)
                vr.name().charAt(1));
        if (value.encapsulated()) {
            // Undefined length, an empty offset table, and the frame as one fragment.
            head.putShort((short) 0).putInt(-1);
            tag(head, Tag.Item).putInt(0);
            tag(head, Tag.Item).putInt((int) even);
        } else if (vr.longLength()) {
            head.putShort((short) 0).putInt((int) even);
        } else {
            head.putShort((short) even);
        }
        to.add(new ByteArrayInputStream(head.array(), 0, head.position()));
        to.add(spool.open(range));
        if (odd) {
            to.add(new ByteArrayInputStream(new byte[] {vr.paddingByte()}));
        }
        if (value.encapsulated()) {
            ByteBuffer end = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            to.add(new ByteArrayInputStream(
                    tag(end, Tag.SequenceDelimitationItem).putInt(0).array()));
        }
    }

    private static ByteBuffer tag(ByteBuffer to, int tag) {
        return to.putShort((short) (tag >>> 16)).putShort((short) tag);
    }

    private static ByteRange range(Element.Bulk value) throws MalformedDicomException {
        if (value.lengthBytes() == MISSING) {
            throw new MalformedDicomException(
                    "refers to bulk data that is not in the request", value.tag(), 0);
        }
        return new ByteRange(value.offset(), value.lengthBytes());
    }

    /** The same element with the values of its items in memory, as far as they are small. */
    private static Element withoutReferences(Element element, Spool spool) throws IOException {
        if (element instanceof Element.Bulk value) {
            ByteRange range = range(value);
            if (range.lengthBytes() > MAX_NESTED_BYTES || value.vr() == Vr.SQ) {
                throw new MalformedDicomException(
                        "bulk data in an item that is too long", value.tag(), 0);
            }
            byte[] bytes = spool.open(range).readAllBytes();
            return new DataSet()
                    .putBytes(value.tag(), value.vr(), bytes)
                    .element(value.tag())
                    .orElseThrow();
        }
        if (!(element instanceof Element.Items items)) {
            return element;
        }
        List<DataSet> inMemory = new ArrayList<>();
        for (DataSet item : items.items()) {
            DataSet copy = new DataSet();
            for (Element each : item.elements()) {
                copy.put(withoutReferences(each, spool));
            }
            inMemory.add(copy);
        }
        return new Element.Items(element.tag(), inMemory);
    }
}
