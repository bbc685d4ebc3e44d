package strata.network;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.network.dimse.Status;

import java.util.Objects;
import java.util.Optional;

/**
 * The response to a request of DIMSE-N.
 *
 * @param comment Error Comment, or empty; no patient data
 * @param sopInstance the instance that a CREATE made, when the request named none
 * @param dataSet the attributes, reply or result; empty for none
 */
public record NormalizedAnswer(
        Status status, String comment, Optional<Uid> sopInstance, DataSet dataSet) {
    public static final NormalizedAnswer SUCCESS = of(Status.SUCCESS, "");

    public NormalizedAnswer {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(dataSet, "dataSet");
    }

    public static NormalizedAnswer of(Status status, String comment) {
        return new NormalizedAnswer(status, comment, Optional.empty(), new DataSet());
    }
}
