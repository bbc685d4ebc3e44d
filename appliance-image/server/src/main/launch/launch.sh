# Finding Java and starting Strata; read by the launcher of the source tree and by that of the package.
# The caller sets STRATA_CLASSPATH and STRATA_JVM_OPTIONS (a file). No output but errors.

STRATA_MAIN=strata.server.Main
STRATA_LEAST_JAVA=17

strata_fail() {
    printf 'strata: %s\n' "$*" >&2
    exit 2
}

# Sets JAVA and JAVA_MAJOR, from JAVA_HOME or else from the PATH.
strata_find_java() {
    if [ -n "${JAVA_HOME:-}" ]; then
        JAVA=$JAVA_HOME/bin/java
        [ -x "$JAVA" ] || strata_fail "JAVA_HOME has no bin/java: $JAVA_HOME"
    else
        JAVA=$(command -v java) \
            || strata_fail "no Java found: install a JDK $STRATA_LEAST_JAVA or newer, or set JAVA_HOME"
    fi
    local real home version=''
    real=$(readlink -f "$JAVA")
    home=${real%/bin/java}
    if [ -r "$home/release" ]; then
        version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$home/release")
    fi
    if [ -z "$version" ]; then
        version=$("$JAVA" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')
    fi
    JAVA_MAJOR=${version%%[.+-]*}
    [ "$JAVA_MAJOR" = 1 ] && JAVA_MAJOR=8
    case $JAVA_MAJOR in
        '' | *[!0-9]*) strata_fail "cannot tell the version of $JAVA" ;;
    esac
    if [ "$JAVA_MAJOR" -lt "$STRATA_LEAST_JAVA" ]; then
        strata_fail "Java $STRATA_LEAST_JAVA or newer is needed, $JAVA is $version: set JAVA_HOME to a newer one"
    fi
    JAVA_HOME_FOUND=$home
}

# Where the class archive of this JVM and these jars lies: classes as the JVM holds them in memory, which a start
# maps instead of parsing and verifying them, half of its processor time. Sets CLASS_ARCHIVE; empty without
# STRATA_CLASS_CACHE, a directory.
strata_find_class_archive() {
    CLASS_ARCHIVE=''
    [ -n "${STRATA_CLASS_CACHE:-}" ] || return 0
    local key
    key=$(stat -L -c '%n %s %Y' "$JAVA_HOME_FOUND/lib/modules" "${STRATA_CLASSPATH%%:*}" 2> /dev/null | cksum) || return 0
    CLASS_ARCHIVE=$STRATA_CLASS_CACHE/classes-${key%% *}.jsa
}

# Makes the class archive if there is none, by starting and stopping a server on an empty directory. Best effort; an
# archive gets its name when it is whole and on the disk, since a JVM does not survive half of one.
strata_make_class_archive() {
    strata_find_class_archive
    [ -n "$CLASS_ARCHIVE" ] && [ ! -e "$CLASS_ARCHIVE" ] || return 0
    local work pid i status=0
    work=$(mktemp -d) || return 0
    : > "$work/log"
    "$JAVA" "@$STRATA_JVM_OPTIONS" -XX:ArchiveClassesAtExit="$work/classes.jsa" -cp "$STRATA_CLASSPATH" \
        "$STRATA_MAIN" serve --data "$work/data" --dicom-port 0 --http-port 0 > "$work/log" 2>&1 < /dev/null &
    pid=$!
    for ((i = 0; i < 600; i++)); do
        ! grep -q '^ready ' "$work/log" && kill -0 $pid 2> /dev/null || break
        sleep 0.1
    done
    kill $pid 2> /dev/null || true
    wait $pid || status=$?
    if [ "$status" -eq 0 ] && [ -s "$work/classes.jsa" ] \
        && cp "$work/classes.jsa" "$CLASS_ARCHIVE.new" 2> /dev/null && sync "$CLASS_ARCHIVE.new"; then
        rm -f "$STRATA_CLASS_CACHE"/classes-*.jsa
        mv "$CLASS_ARCHIVE.new" "$CLASS_ARCHIVE"
    fi
    rm -rf "$work" "$CLASS_ARCHIVE.new"
}

# Becomes the Java process, so that signals reach it and its exit status is ours.
strata_exec() {
    local flags=("@$STRATA_JVM_OPTIONS")
    # The heap is small and holds little that lives long: a pause is short. Concurrent collection would cost each
    # write of a reference, and the compiler, more than that.
    local collector=-XX:+UseParallelGC
    if [ "$JAVA_MAJOR" -ge 24 ]; then
        # These say that native libraries are meant; without them newer versions warn on stderr.
        flags+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
    fi
    case ${1:-} in
        serve | demo)
            strata_find_class_archive
            if [ -n "$CLASS_ARCHIVE" ] && [ -r "$CLASS_ARCHIVE" ]; then
                # Checked against its checksums; one that the JVM does not take is passed over.
                flags+=(-Xlog:cds*=off -XX:SharedArchiveFile="$CLASS_ARCHIVE" -XX:+VerifySharedSpaces)
            fi
            ;;
        import | verify | drill) ;;
        # Loops over samples from the first file on: what the server delays is wanted at once here.
        pack | unpack)
            flags+=(-XX:Tier4InvocationThreshold=5000 -XX:Tier4MinInvocationThreshold=600
                -XX:Tier4CompileThreshold=15000)
            collector=-XX:+UseSerialGC
            ;;
        # Short commands: a start that is quick matters more than speed later.
        *)
            flags+=(-XX:TieredStopAtLevel=1)
            collector=-XX:+UseSerialGC
            ;;
    esac
    # Java knows one collector at a time.
    [[ ${STRATA_JAVA_OPTS:-} == *-XX:+Use*GC* ]] || flags+=("$collector")
    if [ -t 2 ]; then
        flags+=(-Dstrata.terminal=true)
    else
        flags+=(-Dstrata.terminal=false)
    fi
    # Split at blanks on purpose: it is a list of options.
    # shellcheck disable=SC2206
    flags+=(${STRATA_JAVA_OPTS:-})
    exec "$JAVA" "${flags[@]}" -cp "$STRATA_CLASSPATH" "$STRATA_MAIN" "$@"
}
