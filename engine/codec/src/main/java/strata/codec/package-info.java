/** To be described. */
package strata.codec;
