/**
 * Sealing of packs: AES-256-GCM in frames, a key for each study, and the ledger that keeps those.
 *
 * <p>Reading order: {@link strata.tier.crypto.SiteKeys} and {@link strata.tier.crypto.SiteKeyFile}
 * (what the operator keeps), {@link strata.tier.crypto.KeyLedger} (the keys of studies, on every
 * medium), {@link strata.tier.crypto.SealingStream} (writes a sealed file),
 * {@link strata.tier.crypto.SealedFrames} (reads any part of one). Packs are sealed as a whole,
 * UIDs and all, or a study at a time; this package knows nothing of what is in them.
 *
 * <p>Invariants: a key is durable at home, then on the medium, before anything sealed by it is
 * written there; no file has a key, wrapped or not, within itself, so that a key can be destroyed;
 * no two files share a key and no two frames of a file a nonce; a byte is given out only after the
 * tag of its frame was checked, and a frame opens only in its place of its file.
 *
 * <h2>A sealed file, version 1</h2>
 *
 * All numbers are big-endian, CRC is CRC-32C. Its key: HMAC-SHA-256 by the study's data key over
 * the ASCII text {@code strata sealed 1} and bytes 28 to 59 of the header.
 *
 * <table>
 * <caption>Header, 64 bytes at 0; all of it is the associated data of every frame</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>8</td><td>magic {@code STRATASE}</td></tr>
 * <tr><td>8</td><td>2</td><td>version, 1</td></tr>
 * <tr><td>10</td><td>2</td><td>KiB in a frame, 64</td></tr>
 * <tr><td>12</td><td>16</td><td>id of the study's data key</td></tr>
 * <tr><td>28</td><td>16</td><td>name that the file is bound to: a pack id, or that of a part of a
 * shared pack ({@link strata.tier})</td></tr>
 * <tr><td>44</td><td>16</td><td>salt, random</td></tr>
 * <tr><td>60</td><td>4</td><td>CRC of the 60 bytes above</td></tr>
 * </table>
 *
 * <p>Frames follow to the end of the file: 65,536 bytes encrypted and their tag of 16, the last one
 * 0 to 65,536 bytes and its tag. The nonce of a frame, 12 bytes: 1 for the last frame, else 0 (4
 * bytes), then the number of the frame from 0 (8 bytes).
 *
 * <h2>A file of the key ledger, version 1: {@code keys/00000001.keys}, and so on</h2>
 *
 * In the data directory, and on each medium with sealed packs. Keys are entered in the last file
 * until it has 512; a file is written anew as a whole when a key of it changes.
 *
 * <table>
 * <caption>File of keys</caption>
 * <tr><th>length</th><th>content</th></tr>
 * <tr><td>8</td><td>magic {@code STRATAKL}</td></tr>
 * <tr><td>4</td><td>version, 1</td></tr>
 * <tr><td>4</td><td>number of the file, as in its name</td></tr>
 * <tr><td>4</td><td>number of keys N, at most 8,192</td></tr>
 * <tr><td>N times 16, 4, 8, 8, 1, W</td><td>key id; revision, from 1; number of the site key, 0 when
 * shredded; when it was changed, milliseconds since 1970; length W, 0 when shredded, and the wrapped
 * key: nonce (12), then encrypted by the site key with the tag (16) at its end: data key (32),
 * Study Instance UID (1 to 64, ASCII). Its associated data: key id, number of the site key,
 * revision</td></tr>
 * <tr><td>4</td><td>CRC of all of the above</td></tr>
 * </table>
 */
package strata.tier.crypto;
