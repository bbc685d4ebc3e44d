package strata.catalog;

import org.apache.commons.codec.language.DoubleMetaphone;

import strata.dicom.PersonName;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Fuzzy semantic matching of a person name, PS3.4 C.2.2.2.1.1: every word of the query is met by
 * some word of one group of the name, whatever the component and the order. Words meet when they
 * are the same without case and accents, by wild cards, as an initial, or when they sound alike in
 * the Latin script (Double Metaphone). Where words end does not count: the same letters altogether
 * meet as well.
 */
final class FuzzyName implements Predicate<String> {
    private static final int LEAST_SOUNDING_LETTERS = 3;
    private static final String SEPARATORS = "^=,.-";
    private static final DoubleMetaphone SOUND = new DoubleMetaphone();

    /** @param sound empty when the word has none that could be compared */
    private record Word(String text, String sound) {}

    private final List<Word> wanted;
    private final String letters;

    FuzzyName(String query) {
        List<String> words = words(PersonName.normalised(query));
        this.wanted = words.stream().map(word -> new Word(word, sound(word))).toList();
        this.letters = String.join("", words);
    }

    @Override
    public boolean test(String name) {
        PersonName found = PersonName.parse(name);
        return matchesGroup(PersonName.normalised(found.alphabetic()))
                || matchesGroup(PersonName.normalised(found.ideographic()))
                || matchesGroup(PersonName.normalised(found.phonetic()));
    }

    /** Whether one group, normalised, matches. */
    boolean matchesGroup(String group) {
        List<String> found = words(group);
        if (found.isEmpty()) {
            return false;
        }
        for (Word word : wanted) {
            if (found.stream().noneMatch(f -> meet(word, f))) {
                return letters.equals(String.join("", found));
            }
        }
        return true;
    }

    /** Plain, since a fuzzy query goes through all names. Apostrophes part no words. */
    private static List<String> words(String normalised) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < normalised.length(); i++) {
            char c = normalised.charAt(i);
            if (SEPARATORS.indexOf(c) < 0 && !Character.isWhitespace(c)) {
                if (c != '\'') {
                    word.append(c);
                }
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    private static boolean meet(Word wanted, String found) {
        String text = wanted.text();
        if (Wildcard.isIn(text)) {
            return Wildcard.matches(text, found);
        }
        if (text.equals(found) || text.length() == 1 && found.startsWith(text)) {
            return true;
        }
        return !wanted.sound().isEmpty() && wanted.sound().equals(sound(found));
    }

    private static String sound(String word) {
        boolean latin = word.length() >= LEAST_SOUNDING_LETTERS
                && word.chars().allMatch(c -> c >= 'a' && c <= 'z');
        return latin ? SOUND.doubleMetaphone(word) : "";
    }
}
