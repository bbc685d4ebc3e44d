package strata.policy.language;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import strata.base.Printable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the small part of YAML that a policy file may use: one document of maps, lists and scalars.
 * Tags, anchors, aliases, merge keys, duplicate keys and deep nesting are refused, so nothing can
 * be instantiated and nothing can grow beyond the bytes of the file.
 */
final class YamlReader {
    private static final Position START = new Position(1, 1);

    private final Problems problems;
    private final int[] file;
    private final Iterator<Event> events;
    private int nodes;

    private YamlReader(Problems problems, String text) {
        this.problems = problems;
        this.file = text.codePoints().toArray();
        LoadSettings settings = LoadSettings.builder()
                .setUseMarks(true)
                .setParseComments(false)
                .setCodePointLimit(PolicyFile.MAX_FILE_BYTES)
                .build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /** Returns the document's root. */
    static YamlNode read(byte[] content, Problems problems) throws PolicyException {
        if (content.length > PolicyFile.MAX_FILE_BYTES) {
            throw problems.stop(
                    START,
                    "a policy file has at most "
                            + PolicyFile.MAX_FILE_BYTES
                            + " bytes, this has "
                            + content.length);
        }
        String text = decode(content, problems);
        try {
            return new YamlReader(problems, text).document();
        } catch (ReaderException e) {
            int[] points = text.codePoints().toArray();
            throw problems.stop(
                    ScalarText.positionOf(points, Math.max(0, e.getPosition())),
                    String.format("character U+%04X cannot be in YAML", e.getCodePoint()));
        } catch (MarkedYamlEngineException e) {
            throw problems.stop(
                    e.getProblemMark().map(YamlReader::position).orElse(START),
                    "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw problems.stop(START, "not YAML: " + Printable.of(e.getMessage()));
        }
    }

    private static String decode(byte[] content, Problems problems) throws PolicyException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw problems.stop(START, "a policy file is text in UTF-8");
        }
    }

    private YamlNode document() throws PolicyException {
        events.next();
        Event first = events.next();
        if (!(first instanceof DocumentStartEvent document)) {
            throw problems.stop(START, "the file is empty");
        }
        if (!document.getTags().isEmpty()) {
            throw problems.stop(position(document), "YAML directives are not allowed");
        }
        YamlNode root = node(events.next(), 1);
        events.next();
        Event after = events.next();
        if (after instanceof DocumentStartEvent) {
            throw problems.stop(position(after), "one document per file");
        }
        return root;
    }

    private YamlNode node(Event event, int depth) throws PolicyException {
        if (event instanceof AliasEvent) {
            throw problems.stop(position(event), "YAML aliases (*name) are not allowed");
        }
        refuseSpecials(event);
        if (++nodes > PolicyFile.MAX_NODES) {
            throw problems.stop(position(event), "more than " + PolicyFile.MAX_NODES + " values");
        }
        if (depth > PolicyFile.MAX_DEPTH) {
            throw problems.stop(
                    position(event), "nested deeper than " + PolicyFile.MAX_DEPTH + " levels");
        }
        if (event instanceof ScalarEvent scalar) {
            return scalar(scalar);
        }
        if (event instanceof SequenceStartEvent) {
            List<YamlNode> items = new ArrayList<>();
            for (Event e = events.next();
                    e.getEventId() != Event.ID.SequenceEnd;
                    e = events.next()) {
                items.add(node(e, depth + 1));
            }
            return new YamlNode.Sequence(items, position(event));
        }
        if (event instanceof MappingStartEvent) {
            return mapping(event, depth);
        }
        throw problems.stop(position(event), "not expected here: " + event.getEventId());
    }

    private YamlNode mapping(Event start, int depth) throws PolicyException {
        List<YamlNode.Entry> entries = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (Event e = events.next(); e.getEventId() != Event.ID.MappingEnd; e = events.next()) {
            YamlNode key = node(e, depth + 1);
            if (!(key instanceof YamlNode.Scalar name)) {
                throw problems.stop(key.at(), "a key is a plain word, not " + key.kind());
            }
            if (!keys.add(name.value())) {
                throw problems.stop(
                        key.at(), "key " + Printable.of(name.value()) + " is there twice");
            }
            entries.add(new YamlNode.Entry(name, node(events.next(), depth + 1)));
        }
        return new YamlNode.Mapping(entries, position(start));
    }

    private YamlNode.Scalar scalar(ScalarEvent event) {
        int start = event.getStartMark().map(Mark::getIndex).orElse(0);
        int end = event.getEndMark().map(Mark::getIndex).orElse(start);
        ScalarText text = new ScalarText(file, start, end, event.getScalarStyle());
        return new YamlNode.Scalar(event.getValue(), event.isPlain(), text, position(event));
    }

    private void refuseSpecials(Event event) throws PolicyException {
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw problems.stop(position(event), "YAML anchors (&name) are not allowed");
        }
        Optional<String> tag = Optional.empty();
        if (event instanceof ScalarEvent scalar) {
            tag = scalar.getTag();
        } else if (event instanceof SequenceStartEvent sequence) {
            tag = sequence.getTag();
        } else if (event instanceof MappingStartEvent mapping) {
            tag = mapping.getTag();
        }
        if (tag.isPresent()) {
            throw problems.stop(
                    position(event), "YAML tags are not allowed: " + Printable.of(tag.get()));
        }
    }

    private static Position position(Event event) {
        return event.getStartMark().map(YamlReader::position).orElse(START);
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
