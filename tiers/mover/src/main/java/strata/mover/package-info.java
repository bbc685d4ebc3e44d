/** To be described. */
package strata.mover;
