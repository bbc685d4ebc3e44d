/**
 * The operator's commands: import, find, export, verify, status, lifecycle, rebuild-index.
 *
 * <p>Reading order: {@link strata.cli.StrataCommands} (the verbs, and what becomes of errors),
 * Command, SiteOptions and ServerApi (which site a command talks to), then the commands:
 * FindCommand with StudyRow; ImportCommand with ImportScan, ImportFile, ImportSender, ImportBatch;
 * ExportCommand with ExportFetch, ExportFile; PackCommand and UnpackCommand with PackedFile;
 * VerifyCommand, StatusCommand, LifecycleCommand, RebuildIndexCommand. {@link strata.cli.Progress}
 * is for every step that takes time. {@link strata.cli.OfflineOpener} is the edge to whoever knows
 * how the parts of a data directory go together.
 *
 * <p>A command talks to a running server, through its admin API and its DICOM door, or with
 * {@code --data} to the directory of a stopped one; both print the same.
 *
 * <p>Invariants: results go to standard output, everything else to standard error; an error is one
 * line and never a stack trace; text from outside is shown with control characters escaped; memory
 * is constant whatever the number and size of files and studies; exit code 0 means done and nothing
 * found wrong, 1 failed or found something wrong, 2 asked for wrongly.
 */
package strata.cli;
