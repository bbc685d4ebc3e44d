/**
 * The demonstration: made-up studies through two sites on this machine, from C-STORE to bit-for-bit
 * comparison.
 *
 * <p>Reading order: {@link strata.server.demo.DemoCommand}, {@code DemoRun} (the steps in order),
 * {@code DemoSites} (the two appliances), {@code DemoPeer} (the modality and the workstation),
 * {@link strata.server.demo.Phantoms} with {@code Anatomy} (the studies).
 */
package strata.server.demo;
