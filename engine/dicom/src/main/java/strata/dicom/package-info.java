/**
 * The DICOM data set: elements and their encodings (PS3.5), the dictionary (PS3.6), files (PS3.10),
 * character sets (PS3.3 C.12.1.1.2) and the JSON model (PS3.18 F). Knows neither pixels nor
 * network.
 *
 * <p>Reading order: {@link strata.dicom.Tag}, {@link strata.dicom.Vr},
 * {@link strata.dicom.Dictionary} and {@link strata.dicom.TransferSyntax}; then
 * {@link strata.dicom.DataSetParser} with {@link strata.dicom.DataSetHandler},
 * {@link strata.dicom.ParseLimits} and {@link strata.dicom.Oddity}, on which everything that reads
 * is built: {@link strata.dicom.HeaderCapture} for ingest, {@link strata.dicom.DataSetReader} for
 * what fits into memory, {@link strata.dicom.DicomDump}; then {@link strata.dicom.DataSet} with
 * {@link strata.dicom.Element}, {@link strata.dicom.CharacterSet} and
 * {@link strata.dicom.PersonName}, {@link strata.dicom.DataSetWriter}, {@link strata.dicom.Part10}
 * and {@link strata.dicom.DicomJson}.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Broken structure is a {@link strata.dicom.MalformedDicomException} that names tag and
 *       offset, never a value; odd content is an {@link strata.dicom.Oddity} and is kept.
 *   <li>No length, count or nesting from outside decides an allocation: values grow with the bytes
 *       that arrive, and all counts are in {@link strata.dicom.ParseLimits}.
 *   <li>The parser's events do not depend on how its input is cut into pieces.
 *   <li>In memory every value is little endian; byte order belongs to the encoding alone.
 *   <li>{@link strata.dicom.DataSetWriter} is canonical: equal data sets give equal bytes, and
 *       reading them gives an equal data set.
 * </ul>
 *
 * <h2>An element in a stream (PS3.5 7.1)</h2>
 *
 * <p>Numbers in the byte order of the transfer syntax; tags FFFE,xxxx are always as in implicit.
 *
 * <pre>
 *   bytes     0-1    2-3      4-5  6-7               8-11
 *   implicit  group  element  length, 32 bits        value
 *   short VR  group  element  VR   length, 16 bits   value
 *   long VR   group  element  VR   0                 length, 32 bits; then the value
 * </pre>
 *
 * <p>Long VRs are those of {@link strata.dicom.Vr#longLength()}.
 *
 * <p>Length FFFFFFFF is undefined: a sequence (VR SQ, or UN, whose content is then implicit little
 * endian), an item, or encapsulated Pixel Data, each ended by its delimiter.
 *
 * <h2>The canonical file header (archive format 1)</h2>
 *
 * <p>What {@link strata.dicom.Part10#header(strata.base.Uid, strata.base.Uid, strata.base.Uid)}
 * gives, followed by the data set as received, is the identity of a stored version. It never
 * changes for the same three UIDs. Each value is padded to an even length, UIDs with a zero byte.
 *
 * <pre>
 *   offset  bytes  content
 *   0       128    zeros
 *   128     4      DICM
 *   132     12     (0002,0000) UL, bytes that follow in the group
 *   144     14     (0002,0001) OB, 00 01
 *   158     8 + n  (0002,0002) UI, SOP class
 *           8 + n  (0002,0003) UI, SOP instance
 *           8 + n  (0002,0010) UI, transfer syntax
 *           8 + n  (0002,0012) UI, {@link strata.dicom.Part10#IMPLEMENTATION_CLASS_UID}
 *           8 + 8  (0002,0013) SH, STRATA_1
 * </pre>
 */
package strata.dicom;
