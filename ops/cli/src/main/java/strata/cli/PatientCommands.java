package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Which patients were merged, and the operator's word on them. */
final class PatientCommands {
    private PatientCommands() {}

    /** What is merged. */
    @CommandLine.Command(
            name = "patients",
            description = {
                "Lists patients whose studies count as another's.",
                "By HL7 messages or an operator's word; below it, merging and taking back. The output",
                "is patient data."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  strata patients",
                "  strata patients merge 4711 --into 815 --issuer HOSPITAL --into-issuer HOSPITAL",
                "  strata patients unmerge 4711"
            })
    static final class Merged extends Command {
        @Mixin
        private ServerOption server;

        @Option(names = "--all", description = "Also merges that were taken back.")
        private boolean all;

        Merged(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            Table table = new Table()
                    .text("PATIENT", "patientId")
                    .text("ISSUER", "issuer")
                    .text("INTO", "intoPatientId")
                    .text("ISSUER", "intoIssuer")
                    .column(
                            "STATE",
                            each -> each.path("merged").asBoolean() ? "merged" : "taken back")
                    .text("SINCE", "at")
                    .text("BY", "actor");
            Map<String, String> query = all ? Map.of("all", "1") : Map.of();
            return print(table, server.api(), "/patients/merged", query);
        }
    }

    /** What the verbs on one patient have in common. */
    abstract static class OnPatient extends Command {
        @Mixin
        private ServerOption server;

        @Parameters(paramLabel = "PATIENT", description = "Patient ID that is merged.")
        private String patient;

        @Option(names = "--issuer", paramLabel = "NAME", description = "Its issuer, if known.")
        private String issuer = "";

        OnPatient(Surroundings around) {
            super(around);
        }

        void post(String path, Map<String, String> more) throws IOException {
            Map<String, String> body = new HashMap<>(more);
            body.put("patient", patient);
            body.put("issuer", issuer);
            server.api().postFields(path, body);
        }
    }

    /** The operator's merge. */
    @CommandLine.Command(
            name = "merge",
            description = {
                "Lets the studies of a patient count as another's from now on. Nothing stored changes;",
                "strata patients unmerge takes it back."
            },
            footerHeading = "%nExample:%n",
            footer = "  strata patients merge 4711 --into 815")
    static final class Merge extends OnPatient {
        @Option(
                names = "--into",
                required = true,
                paramLabel = "PATIENT",
                description = "Patient ID that survives.")
        private String into;

        @Option(names = "--into-issuer", paramLabel = "NAME", description = "Its issuer, if known.")
        private String intoIssuer = "";

        Merge(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            post("/patients/merge", Map.of("into", into, "intoIssuer", intoIssuer));
            out().println("merged");
            out().flush();
            return OK;
        }
    }

    /** Takes a merge back, by whomever it was. */
    @CommandLine.Command(
            name = "unmerge",
            description = "Takes back that a patient was merged into another.",
            footerHeading = "%nExample:%n",
            footer = "  strata patients unmerge 4711")
    static final class Unmerge extends OnPatient {
        Unmerge(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            post("/patients/unmerge", Map.of());
            out().println("not merged");
            out().flush();
            return OK;
        }
    }
}
