/** To be described. */
package strata.segment;
