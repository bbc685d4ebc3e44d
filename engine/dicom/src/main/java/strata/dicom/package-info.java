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
 * <table>
 *   <caption>Element header</caption>
 *   <tr><th>encoding</th><th>bytes 0-1</th><th>2-3</th><th>4-5</th><th>6-7</th><th>8-11</th></tr>
 *   <tr><td>implicit</td><td>group</td><td>element</td><td colspan="2">length, 32 bits</td><td>value</td></tr>
 *   <tr><td>explicit, short VR</td><td>group</td><td>element</td><td>VR</td><td>length, 16 bits</td>
 *       <td>value</td></tr>
 *   <tr><td>explicit, {@link strata.dicom.Vr#longLength() long} VR</td><td>group</td><td>element</td>
 *       <td>VR</td><td>0</td><td>length, 32 bits; then the value</td></tr>
 * </table>
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
 * <table>
 *   <caption>Header bytes</caption>
 *   <tr><th>offset</th><th>bytes</th><th>content</th></tr>
 *   <tr><td>0</td><td>128</td><td>zeros</td></tr>
 *   <tr><td>128</td><td>4</td><td>{@code DICM}</td></tr>
 *   <tr><td>132</td><td>12</td><td>(0002,0000) UL, bytes that follow in the group</td></tr>
 *   <tr><td>144</td><td>14</td><td>(0002,0001) OB, 00 01</td></tr>
 *   <tr><td>158</td><td>8 + n</td><td>(0002,0002) UI, SOP class</td></tr>
 *   <tr><td></td><td>8 + n</td><td>(0002,0003) UI, SOP instance</td></tr>
 *   <tr><td></td><td>8 + n</td><td>(0002,0010) UI, transfer syntax</td></tr>
 *   <tr><td></td><td>8 + n</td><td>(0002,0012) UI, {@link strata.dicom.Part10#IMPLEMENTATION_CLASS_UID}</td></tr>
 *   <tr><td></td><td>8 + 8</td><td>(0002,0013) SH, {@code STRATA_1}</td></tr>
 * </table>
 */
package strata.dicom;
