/** To be described. */
package strata.dicom;
