/**
 * The packages in which Strata is installed. No code: {@code src/deb} holds what the Debian package
 * needs beside the server's jars, and the build puts them together with jdeb, so that neither dpkg
 * nor root is needed to build it.
 *
 * <p>The package: {@code /opt/strata} (jars, launch files), {@code /usr/bin/strata},
 * {@code /etc/strata/strata.yaml} (kept on upgrades), {@code /var/lib/strata} (the data, of the
 * system user {@code strata}), and a systemd unit that gives the process nothing else to write to.
 *
 * <p>Invariants: installing never overwrites a changed configuration; removing leaves the data and
 * the configuration; purging leaves nothing. Maintainer scripts touch nothing outside
 * {@code DPKG_ROOT} when it is set.
 */
package strata.image;
