package strata.server.fuzz;

/** Checks an error that a target may answer with: a sentence of some use, and a bounded one. */
public final class Expected {
    private static final int MAX_MESSAGE_CHARS = 4000;

    private Expected() {}

    public static void answer(Exception documented) {
        String message = documented.getMessage();
        if (message == null || message.isBlank() || message.length() > MAX_MESSAGE_CHARS) {
            throw new AssertionError("an error that says nothing, or too much", documented);
        }
    }
}
