package strata.hl7;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Messages for tests, as an information system would send them. */
public final class Messages {
    private Messages() {}

    public static String header(String type, String controlId) {
        return "MSH|^~\\&|ADT1|HOSP|STRATA|PACS|20261122101500||" + type + "|" + controlId
                + "|P|2.5.1||||||UNICODE UTF-8\r";
    }

    static String pid(String id) {
        return "PID|1||" + id + "^^^HOSP^MR||Doe^Jane^Q^Jr^Dr||19700102|F\r";
    }

    public static String merge(String controlId, String survivor, String prior) {
        return header("ADT^A40^ADT_A39", controlId)
                + "EVN|A40|20261122101500\r"
                + pid(survivor)
                + "MRG|" + prior + "^^^HOSP^MR\r";
    }

    static String unlink(String controlId, String one, String other) {
        return header("ADT^A37^ADT_A37", controlId) + "EVN|A37\r" + pid(one) + pid(other);
    }

    static String order(String controlId, String control, String order, String patient) {
        return header("ORM^O01^ORM_O01", controlId)
                + pid(patient)
                + "PV1|1|O\r"
                + "ORC|" + control + "|" + order + "|F" + order + "\r"
                + "OBR|1|" + order + "|F" + order + "|CTCHEST^Chest CT^L|||||||||||"
                + "^^^CHEST|||||||||CT||||||||||||20261124083000+0100\r";
    }

    static String imagingOrder(String controlId, String order, String patient) {
        return header("OMI^O23^OMI_O23", controlId)
                + pid(patient)
                + "ORC|NW|" + order + "\r"
                + "TQ1|1||||||20261125090000\r"
                + "OBR|1|" + order + "||MRHEAD^Head MR^L\r"
                + "IPC|A1|P1|1.2.3|S1|MR\r";
    }

    static String appointment(String controlId, String trigger, String id, String patient) {
        return header("SIU^" + trigger + "^SIU_S12", controlId)
                + "SCH||" + id + "|||||||||^^^20261126120000\r"
                + pid(patient)
                + "RGS|1\rAIS|1||USABD^Abdomen US^L|20261126113000\r";
    }

    static byte[] bytes(String message) {
        return message.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(String message, String charset) {
        return message.getBytes(Charset.forName(charset));
    }

    /** Sound inputs of each kind, and some that are nearly so. */
    public static List<byte[]> samples() {
        List<byte[]> all = new ArrayList<>();
        all.add(bytes(merge("1", "NEW", "OLD")));
        all.add(bytes(unlink("2", "A", "B")));
        all.add(bytes(order("3", "NW", "O1", "P")));
        all.add(bytes(imagingOrder("4", "O2", "P")));
        all.add(bytes(appointment("5", "S12", "X", "P")));
        all.add(bytes(appointment("6", "S15", "X", "P")));
        all.add(bytes("MSH|^~\\&|A|B|C|D|||ADT^A08|1|P|2.3\rPID|||1\\T\\2\\X0D\\^^^X&1.2&ISO~3\r"));
        all.add(bytes("MSH|^~\\&#|A|B|C|D|||ADT^A40|1|P|2.7\rPID|||1\rMRG|2~3\r"));
        all.add(bytes(merge("7", "\u5c71\u7530", "2").replace("UNICODE UTF-8", "~ISO IR87")));
        return all;
    }
}
