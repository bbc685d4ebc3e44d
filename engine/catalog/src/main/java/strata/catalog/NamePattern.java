package strata.catalog;

import strata.dicom.PersonName;

import java.util.List;

/**
 * What a query says about a person name, PS3.4 C.2.2.2.1 and C.2.2.2.4: without case and accents,
 * component by component. Components that the query leaves empty or out may be anything. A pattern
 * with a wild card and without a caret may also run over the whole group, so that {@code DOE*} and
 * {@code *JANE*} find DOE^JANE. A query of one group may be met by any group of the name; a query
 * of several by each in its place.
 */
final class NamePattern {
    private final List<String> groups;
    private final boolean anyGroup;

    NamePattern(String text) {
        PersonName name = PersonName.parse(text);
        this.groups = groups(name);
        this.anyGroup = text.indexOf('=') < 0;
    }

    private static List<String> groups(PersonName name) {
        return List.of(
                PersonName.normalised(name.alphabetic()),
                PersonName.normalised(name.ideographic()),
                PersonName.normalised(name.phonetic()));
    }

    /** Whether every name matches, an absent one included. */
    boolean isUniversal() {
        return groups.stream().allMatch(group -> group.replaceAll("[*^]", "").isEmpty());
    }

    /** What the index value of every match starts with; empty when that says nothing. */
    String indexPrefix() {
        String group = groups.stream().filter(g -> !g.isEmpty()).findFirst().orElse("");
        String literal = Wildcard.prefix(group);
        int caret = literal.indexOf('^');
        return caret < 0 ? literal : literal.substring(0, caret);
    }

    /** Whether an index value, which is one group normalised, may be that of a match. */
    boolean matchesGroup(String group) {
        String wanted = groups.stream().filter(g -> !g.isEmpty()).findFirst().orElse("");
        return matches(wanted, group);
    }

    boolean matches(String value) {
        List<String> found = groups(PersonName.parse(value));
        if (anyGroup) {
            return found.stream()
                    .anyMatch(group -> !group.isEmpty() && matches(groups.get(0), group));
        }
        for (int i = 0; i < groups.size(); i++) {
            if (!groups.get(i).isEmpty() && !matches(groups.get(i), found.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(String pattern, String group) {
        String[] found = PersonName.components(group);
        if (pattern.indexOf('^') < 0) {
            return Wildcard.matches(pattern, found[0]) || Wildcard.matches(pattern, group);
        }
        String[] wanted = PersonName.components(pattern);
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].isEmpty() && !Wildcard.matches(wanted[i], found[i])) {
                return false;
            }
        }
        return true;
    }
}
