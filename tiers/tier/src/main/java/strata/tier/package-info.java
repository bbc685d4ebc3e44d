/**
 * Places for packs: the {@link strata.tier.Tier} port, the pack format, and the local long-term
 * tier.
 *
 * <p>Reading order: {@link strata.tier.Tier} (the promises), {@link strata.tier.PackObject},
 * {@link strata.tier.PackWriter}, {@link strata.tier.PackSealing}, {@link strata.tier.PackReader},
 * {@link strata.tier.PackEntryReader}, {@link strata.tier.LocalTier}. A tier on another medium
 * gives a {@link strata.tier.PackSource} and uses the same writer and reader; it passes
 * {@code TierContract} of the test jar.
 *
 * <p>Invariants: a pack never changes after its name is visible; it needs nothing but itself to be
 * read, neither catalog nor segments nor another pack; every byte of it is under a checksum; no
 * bytes leave an entry before the checksum of their chunk, nor its last ones before its SHA-256,
 * has been compared. A missing medium is a state of the tier, never the loss of packs.
 *
 * <h2>A pack, version 2</h2>
 *
 * All numbers are big-endian. CRC is CRC-32C. File name: the pack id in hex, {@code .pack}. The
 * order: header; for each run of entries of one series its entries, then its template, if it has
 * one; footer; trailer.
 *
 * <table>
 * <caption>Header, 64 bytes at 0</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>8</td><td>magic {@code STRATAPK}</td></tr>
 * <tr><td>8</td><td>2</td><td>version, 2; 1 where no object can be of version 2</td></tr>
 * <tr><td>10</td><td>2</td><td>zero</td></tr>
 * <tr><td>12</td><td>4</td><td>number of entries, 1 to 100,000</td></tr>
 * <tr><td>16</td><td>16</td><td>pack id: the start of the SHA-256 over object id and SHA-256 of each
 * entry</td></tr>
 * <tr><td>32</td><td>8</td><td>written at, milliseconds since 1970, by the writer's clock</td></tr>
 * <tr><td>40</td><td>20</td><td>zero</td></tr>
 * <tr><td>60</td><td>4</td><td>CRC of the 60 bytes above</td></tr>
 * </table>
 *
 * <table>
 * <caption>Entry header, 72 bytes, right before each encoded object</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>4</td><td>magic {@code PENT}</td></tr>
 * <tr><td>4</td><td>4</td><td>entry number, from 0</td></tr>
 * <tr><td>8</td><td>16</td><td>object id: site, sequence</td></tr>
 * <tr><td>24</td><td>32</td><td>SHA-256 of the object</td></tr>
 * <tr><td>56</td><td>8</td><td>length of the object in bytes</td></tr>
 * <tr><td>64</td><td>4</td><td>zero</td></tr>
 * <tr><td>68</td><td>4</td><td>CRC of the 68 bytes above</td></tr>
 * </table>
 *
 * <p>The encoded object follows, as {@link strata.codec} describes it.
 *
 * <table>
 * <caption>Series template</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>4</td><td>magic {@code PTPL}</td></tr>
 * <tr><td>4</td><td>4</td><td>template number, from 0</td></tr>
 * <tr><td>8</td><td>4</td><td>length of the template, 1 to 65,536</td></tr>
 * <tr><td>12</td><td>4</td><td>length of its zstd frame</td></tr>
 * <tr><td>16</td><td>4</td><td>CRC of the frame</td></tr>
 * <tr><td>20</td><td>4</td><td>CRC of the 20 bytes above</td></tr>
 * <tr><td>24</td><td></td><td>one zstd frame</td></tr>
 * </table>
 *
 * <table>
 * <caption>Footer, at most 32 MiB</caption>
 * <tr><th>length</th><th>content</th></tr>
 * <tr><td>8</td><td>magic {@code STRATAPF}</td></tr>
 * <tr><td>16</td><td>pack id</td></tr>
 * <tr><td>4, 4, 4</td><td>number of templates T, of series S, of entries N</td></tr>
 * <tr><td>T times 8, 4</td><td>offset of the template in the pack, length of its frame</td></tr>
 * <tr><td>S times</td><td>length (1) and text of the Study Instance UID, the same of the Series
 * Instance UID, template number or -1 (4)</td></tr>
 * <tr><td>N times</td><td>series row (4), length (1) and text of the SOP Instance UID, object id
 * (16), SHA-256 (32), length of the object (8), offset of the encoded object in the pack (8), length
 * (4) and bytes of the record attributes, number of chunks C (4; the highest bit is set for an
 * object of version 2), C times original length (4) and encoded length with chunk header
 * (4)</td></tr>
 * <tr><td>4</td><td>CRC of all of the footer above</td></tr>
 * </table>
 *
 * <table>
 * <caption>Trailer, the last 48 bytes</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>8</td><td>magic {@code STRATAPE}</td></tr>
 * <tr><td>8</td><td>8</td><td>offset of the footer</td></tr>
 * <tr><td>16</td><td>8</td><td>length of the footer</td></tr>
 * <tr><td>24</td><td>16</td><td>pack id</td></tr>
 * <tr><td>40</td><td>4</td><td>CRC of the footer, as at its end</td></tr>
 * <tr><td>44</td><td>4</td><td>CRC of the 44 bytes above</td></tr>
 * </table>
 *
 * <p>How many entries a template serves is not stored: it is the number of entries whose series row
 * names it, see {@link strata.tier.PackReader#templates}. Templates serve entries of their own pack
 * only, so a pack may go as soon as nothing in it is needed.
 *
 * <h2>A sealed pack</h2>
 *
 * Of one study: a sealed file ({@link strata.tier.crypto}) under the study's key, bound to the pack
 * id, whose content is a pack as above.
 *
 * <h2>A sealed pack that studies share, version 1</h2>
 *
 * One part for each study, in the order of the entries: header, parts, index, trailer. A part is a
 * sealed file under its study's key, whose content is a pack as above with the objects of that
 * study; its pack id is over these alone. The name that the sealed file is bound to is the start of
 * the SHA-256 over the ASCII text {@code strata part 1}, the id of the shared pack (16) and the
 * number of the part from 0 (4). Entries are numbered through all parts, whether they can be read
 * or not.
 *
 * <table>
 * <caption>Header, 64 bytes at 0</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>8</td><td>magic {@code STRATASH}</td></tr>
 * <tr><td>8</td><td>2</td><td>version, 1</td></tr>
 * <tr><td>10</td><td>2</td><td>zero</td></tr>
 * <tr><td>12</td><td>4</td><td>number of parts P, 1 to 100,000</td></tr>
 * <tr><td>16</td><td>16</td><td>pack id: the start of the SHA-256 over object id and SHA-256 of each
 * entry of all parts</td></tr>
 * <tr><td>32</td><td>8</td><td>written at, milliseconds since 1970, by the writer's clock</td></tr>
 * <tr><td>40</td><td>20</td><td>zero</td></tr>
 * <tr><td>60</td><td>4</td><td>CRC of the 60 bytes above</td></tr>
 * </table>
 *
 * <table>
 * <caption>Index, right after the last part</caption>
 * <tr><th>length</th><th>content</th></tr>
 * <tr><td>P times 8, 4</td><td>length of the sealed file of the part; number of its entries. The
 * first part begins at 64, each other one where the one before it ends</td></tr>
 * <tr><td>4</td><td>CRC of all of the index above</td></tr>
 * </table>
 *
 * <table>
 * <caption>Trailer, the last 48 bytes</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>8</td><td>magic {@code STRATAST}</td></tr>
 * <tr><td>8</td><td>8</td><td>offset of the index</td></tr>
 * <tr><td>16</td><td>8</td><td>length of the index</td></tr>
 * <tr><td>24</td><td>16</td><td>pack id</td></tr>
 * <tr><td>40</td><td>4</td><td>CRC of the index, as at its end</td></tr>
 * <tr><td>44</td><td>4</td><td>CRC of the 44 bytes above</td></tr>
 * </table>
 *
 * <h2>Marker of a local tier: {@code strata-tier}, 80 bytes</h2>
 *
 * <table>
 * <caption>Marker</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>8</td><td>magic {@code STRATATR}</td></tr>
 * <tr><td>8</td><td>4</td><td>version, 1</td></tr>
 * <tr><td>12</td><td>64</td><td>name of the tier, ASCII, zeros to the end</td></tr>
 * <tr><td>76</td><td>4</td><td>CRC of the 76 bytes above</td></tr>
 * </table>
 */
package strata.tier;
