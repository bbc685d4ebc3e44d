package strata.tier;

/**
 * A series template in a pack.
 *
 * @param number by which entries name it
 * @param offset of its header in the pack
 * @param storedBytes of its zstd frame
 * @param serves how many entries are decoded with it: all of them are lost with it, none without
 */
public record PackTemplate(int number, long offset, int storedBytes, int serves) {}
