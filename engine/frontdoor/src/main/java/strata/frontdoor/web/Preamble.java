package strata.frontdoor.web;

import strata.dicom.MalformedDicomException;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The first bytes of a DICOM file, where PS3.10 7.1 lets stand what it likes: a file can be a
 * program too. The archive keeps no preamble, so nothing of it goes out again; one that makes the
 * file a program is a reason to take none of it.
 */
final class Preamble {
    private static final int START_BYTES = 4;

    private Preamble() {}

    /**
     * The same file, when it is no program.
     *
     * @throws MalformedDicomException when it starts like one of Windows, Linux, macOS or a shell
     */
    static InputStream checked(InputStream file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(file);
        in.mark(START_BYTES);
        byte[] start = in.readNBytes(START_BYTES);
        in.reset();
        if (isProgram(start)) {
            throw new MalformedDicomException("the preamble is that of a program", 0, 0);
        }
        return in;
    }

    static boolean isProgram(byte[] start) {
        if (start.length < START_BYTES) {
            return false;
        }
        int first = start[0] & 0xff;
        int second = start[1] & 0xff;
        int number = first << 24 | second << 16 | (start[2] & 0xff) << 8 | start[3] & 0xff;
        boolean windows = first == 'M' && second == 'Z';
        boolean script = first == '#' && second == '!';
        return windows
                || script
                || switch (number) {
                    // ELF; Mach-O of 32 and 64 bits in both byte orders, and for several machines.
                    case 0x7f454c46, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe ->
                        true;
                    default -> false;
                };
    }
}
