/** To be described. */
package strata.benchmarks;
