/**
 * The configuration file: typed, with defaults for everything, and checked before anything starts.
 *
 * <p>Reading order: {@link strata.server.configuration.Configuration} and the records it holds;
 * {@link strata.server.configuration.Overrides} for what the command line says; the resource
 * {@code strata.yaml}, which documents every key. Inside: {@code YamlFile} (text to nodes with line
 * numbers) -> {@code Section} and {@code Setting} (one key with its place) ->
 * {@code ConfigurationReader} (which keys there are), {@code BindCheck} (what may listen where).
 *
 * <p>Invariants: options of the command line win over the file; a key that is not known, there
 * twice, or whose value is wrong stops the start with one line that names file, line and key;
 * relative paths are relative to the data directory; nothing listens beyond loopback unless its
 * peers are named.
 */
package strata.server.configuration;
