# Lines of LABEL, MB/s (or ms per query), objects/s, tab between, become the table of side-by-side.
# A label is "store|retrieve|find SERVER MEASURE...", with [RC=n] or [answers=n] behind when it failed.
{
    failed = sub(/\[(RC|answers)=[^]]*\]/, "", $1)
    split($1, word, " ")
    server = word[2]
    what = $1
    sub(word[1] " " server " ", word[1] " ", what)
    if (!(what in seen)) { seen[what] = 1; order[++rows] = what }
    if (failed) {
        failures[what, server]++
    } else {
        value[what, server, ++count[what, server]] = what ~ /^store sr/ ? $3 : $2
    }
}

function median(what, server,    n, i, j, v, t) {
    n = count[what, server]
    if (!n) return ""
    for (i = 1; i <= n; i++) v[i] = value[what, server, i] + 0
    for (i = 1; i < n; i++) for (j = i + 1; j <= n; j++) if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function cell(what, server,    m, text) {
    m = median(what, server)
    text = m == "" ? "" : sprintf(what ~ /^find/ ? "%.2f" : "%.0f", m)
    if (failures[what, server])
        text = text (text == "" ? "" : " ") "(" failures[what, server] " failed)"
    return text
}

function ratio(what, server,    a, b) {
    a = median(what, "strata"); b = median(what, server)
    if (a == "" || b == "" || a + 0 <= 0 || b + 0 <= 0) return ""
    return sprintf("%.2f", what ~ /^find/ ? b / a : a / b)
}

function title(what,    text, unit) {
    text = what
    unit = what ~ /^find/ ? "ms a query" : what ~ /^store sr/ ? "objects/s" : "MB/s"
    sub(/^store ct-study1 x1 nagle/, "C-STORE CT, 1 association, client with Nagle", text)
    sub(/^store ct-study1 x1$/, "C-STORE CT, 250 slices, 1 association", text)
    sub(/^store ct /, "C-STORE CT 512 KB ", text)
    sub(/^store sr /, "C-STORE reports 13 KB ", text)
    sub(/^store dx /, "C-STORE radiographs 17 MB ", text)
    sub(/ x1$/, ", 1 association", text); sub(/ x4$/, ", 4 associations", text)
    sub(/ ,/, ",", text)
    sub(/^retrieve get/, "C-GET of a CT study", text)
    sub(/^retrieve move/, "C-MOVE of a CT study", text)
    sub(/^find uid/, "C-FIND by Study Instance UID", text)
    return text " (" unit ")"
}

END {
    print "| measure | Strata | right after its start | Orthanc | dcmqrscp | sink | Strata/Orthanc | Strata/sink |"
    print "|---|---:|---:|---:|---:|---:|---:|---:|"
    for (i = 1; i <= rows; i++) {
        w = order[i]
        printf "| %s | %s | %s | %s | %s | %s | %s | %s |\n", title(w), cell(w, "strata"), cell(w, "strata-cold"),
            cell(w, "orthanc-nd"), cell(w, "dcmqrscp-nd"), cell(w, "storescp-ignore"),
            ratio(w, "orthanc-nd"), ratio(w, "storescp-ignore")
    }
    for (i = 1; i <= rows; i++) {
        w = order[i]
        if (!sub(/ nagle$/, "", w) || median(w, "strata") == "" || median(w " nagle", "strata") == "") continue
        printf "\nOf Strata, a client with Nagle reaches %.2f of what one without does: %s.\n",
            median(w " nagle", "strata") / median(w, "strata"), title(w)
    }
}

# What the table says
# Client and server share the machine. Each C-STORE goes to a server with an empty archive; only Strata has
# taken some 9,000 objects under other UIDs before, except in the column "right after its start". Orthanc runs with its best
# settings: no-delay, PDU of 131,072 bytes, files synced. The sink is a storescp that throws away what
# it gets, an upper limit. Retrieves are read from a warm page cache, to a client that discards. A ratio
# above 1 says that Strata is faster. "failed" counts runs that ended in an error of the client or with other answers than asked for.
