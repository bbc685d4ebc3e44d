package strata.catalog;

import org.apache.commons.codec.language.DoubleMetaphone;

import strata.dicom.PersonName;
import strata.dicom.Vr;

import java.text.Normalizer;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Matching of single values, written anew: plain, slow, without any class of the catalog. */
final class NaiveMatch {
    private NaiveMatch() {}

    static boolean isAnyName(String wanted) {
        return wanted.matches("[*^= ]+");
    }

    static boolean combined(String dates, String times, String date, String time) {
        if (date.isEmpty() || time.isEmpty()) {
            return false;
        }
        double moment = Long.parseLong(date) * 1e6 + seconds(time, false);
        String[] d = both(dates);
        String[] t = both(times);
        return (d[0].isEmpty()
                        || moment
                                >= Long.parseLong(d[0]) * 1e6
                                        + (t[0].isEmpty() ? 0 : seconds(t[0], false)))
                && (d[1].isEmpty()
                        || moment
                                <= Long.parseLong(d[1]) * 1e6
                                        + (t[1].isEmpty() ? 86400 : seconds(t[1], true)));
    }

    static int minutes(String offset) {
        int size = Integer.parseInt(offset.substring(1, 3)) * 60
                + Integer.parseInt(offset.substring(3, 5));
        return offset.startsWith("-") ? -size : size;
    }

    /** Seconds since the epoch. */
    static double moment(String text, boolean end, int zone) {
        int sign = Math.max(text.indexOf('+'), text.indexOf('-'));
        int east = sign < 0 ? zone : minutes(text.substring(sign));
        String local = sign < 0 ? text : text.substring(0, sign);
        LocalDate day = LocalDate.of(
                Integer.parseInt(local.substring(0, 4)),
                Integer.parseInt(local.substring(4, 6)),
                Integer.parseInt(local.substring(6, 8)));
        double seconds =
                local.length() > 8 ? seconds(local.substring(8), end) : end ? 86399.9999995 : 0;
        return day.toEpochDay() * 86400.0 - east * 60.0 + seconds;
    }

    /** Every word asked for sounds like, is, begins, or is by wild card one word of a group. */
    static boolean sounds(String wanted, String value) {
        DoubleMetaphone sound = new DoubleMetaphone();
        for (String group : value.split("=")) {
            Set<String> have = words(group);
            boolean all = !have.isEmpty();
            for (String w : words(wanted)) {
                boolean some = false;
                for (String h : have) {
                    boolean latin = (w + h).matches("[a-z]+") && w.length() > 2 && h.length() > 2;
                    some |= regex(w, h)
                            || w.length() == 1 && h.startsWith(w)
                            || latin
                                    && !sound.doubleMetaphone(w).isEmpty()
                                    && sound.doubleMetaphone(w).equals(sound.doubleMetaphone(h));
                }
                all &= some;
            }
            boolean run = !have.isEmpty() && letters(wanted).equals(letters(group));
            if (all || run) {
                return true;
            }
        }
        return false;
    }

    private static String letters(String text) {
        return fold(text).replaceAll("[\\s^=,.'\\-]", "");
    }

    private static Set<String> words(String text) {
        Set<String> words = new TreeSet<>();
        for (String word : fold(text).replace("'", "").split("[\\s^=,.\\-]")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    static boolean one(Vr vr, String wanted, String value) {
        return switch (vr) {
            case PN -> name(wanted, value);
            case DA -> range(wanted, value, (text, end) -> Double.parseDouble(text));
            case TM -> range(wanted, value, NaiveMatch::seconds);
            case IS -> Integer.parseInt(wanted) == Integer.parseInt(value);
            case UI -> wanted.equals(value);
            default -> regex(wanted, value);
        };
    }

    interface Scale {
        double of(String text, boolean end);
    }

    static String[] both(String text) {
        int hyphen = text.indexOf('-');
        return hyphen < 0
                ? new String[] {text, text}
                : new String[] {text.substring(0, hyphen), text.substring(hyphen + 1)};
    }

    static boolean range(String wanted, String value, Scale scale) {
        String[] ends = both(wanted);
        double at = scale.of(value, false);
        return (ends[0].isEmpty() || at >= scale.of(ends[0], false))
                && (ends[1].isEmpty() || at <= scale.of(ends[1], true));
    }

    /** Seconds of the day; at the end of a span of lower precision just before the next. */
    static double seconds(String tm, boolean end) {
        double hours = Double.parseDouble(tm.substring(0, 2)) * 3600;
        if (tm.length() == 2) {
            return hours + (end ? 3599.999999 : 0);
        }
        double minutes = hours + Double.parseDouble(tm.substring(2, 4)) * 60;
        if (tm.length() == 4) {
            return minutes + (end ? 59.999999 : 0);
        }
        double precision = tm.length() == 6 ? 0.999999 : 0.000999;
        return minutes + Double.parseDouble(tm.substring(4)) + (end ? precision : 0);
    }

    private static boolean regex(String wanted, String value) {
        StringBuilder pattern = new StringBuilder();
        for (char c : wanted.toCharArray()) {
            pattern.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(pattern.toString(), Pattern.DOTALL)
                .matcher(value)
                .matches();
    }

    static String fold(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("[\u0300-\u036f]", "")
                .toLowerCase(Locale.ROOT);
    }

    private static boolean name(String wanted, String value) {
        PersonName found = PersonName.parse(value);
        PersonName asked = PersonName.parse(wanted);
        List<String> have = List.of(found.alphabetic(), found.ideographic(), found.phonetic());
        if (!wanted.contains("=")) {
            return have.stream().anyMatch(g -> !g.isEmpty() && group(asked.alphabetic(), g));
        }
        List<String> want = List.of(asked.alphabetic(), asked.ideographic(), asked.phonetic());
        for (int i = 0; i < 3; i++) {
            if (!want.get(i).isEmpty() && !group(want.get(i), have.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean group(String wanted, String value) {
        String[] have = components(fold(value));
        String[] want = fold(wanted).split("\\^", 5);
        if (want.length == 1) {
            return regex(want[0], have[0]) || regex(want[0], fold(value));
        }
        for (int i = 0; i < want.length; i++) {
            if (!want[i].isEmpty() && !regex(want[i], have[i])) {
                return false;
            }
        }
        return true;
    }

    /** Family, given, middle, prefix, suffix; what comes after them belongs to the last. */
    private static String[] components(String group) {
        String[] found = (group + "^^^^").split("\\^", 5);
        found[4] = found[4].replaceAll("\\^+$", "");
        return found;
    }
}
