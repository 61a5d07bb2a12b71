# Reads what LLVM counted (lcov) and says how many lines of each part ran, and which did not.
# A module of unit tests is at the end of its file, and from there on lines are not counted, or a file of its own, which
# is not counted at all.

# Whether the file that has the module of this file declares it for tests alone.
function is_of_tests(path,    folder, name, parents, line, before, found, i) {
    folder = path
    sub(/\/[^\/]*$/, "", folder)
    name = substr(path, length(folder) + 2)
    sub(/\.rs$/, "", name)
    split(folder "/mod.rs " folder ".rs " folder "/lib.rs", parents, " ")
    for (i = 1; i <= 3; i++) {
        before = ""
        while ((getline line <parents[i]) > 0) {
            if (line == "mod " name ";" && before ~ /^#\[cfg\((all\()?test[,)]/) found = 1
            before = line
        }
        close(parents[i])
    }
    return found
}

function begin_file(path,    line, before) {
    file = substr(path, length(root) + 2)
    own_lines = 0
    tests_begin = is_of_tests(path)
    if (tests_begin) return
    while ((getline line <path) > 0) {
        own_lines++
        if (before == "#[cfg(test)]" && line == "mod tests {") {
            tests_begin = own_lines
            break
        }
        before = line
    }
    close(path)
    part = file
    sub(/\/[^\/]*$/, "", part)
    # Folders inside of a part belong to it.
    if (match(part, /^(crates\/[^\/]*\/)?src\/[^\/]*/)) part = substr(part, 1, RLENGTH)
}

function flush_missing() {
    if (missing != "") lacking[++files] = file ":" missing
    missing = ""
}

/^SF:/ { begin_file(substr($0, 4)) }

/^DA:/ {
    split(substr($0, 4), at, ",")
    if (tests_begin && at[1] >= tests_begin) next
    is_core = file ~ core
    if (!(part in lines)) order[++parts] = part
    lines[part]++
    all++
    core_all += is_core
    if (at[2] > 0) {
        ran[part]++
        all_ran++
        core_ran += is_core
    } else missing = missing " " at[1]
}

/^end_of_record/ { flush_missing() }

function row(name, count, of) { printf "%-36s %6d of %6d  %6.2f %%\n", name, count, of, 100 * count / of }

END {
    for (i = 1; i <= files; i++) print lacking[i]
    print ""
    for (i = 1; i <= parts; i++) row(order[i], ran[order[i]], lines[order[i]])
    print ""
    row("the core", core_ran, core_all)
    row("the whole", all_ran, all)
    if (all == 0 || core_all == 0 || core_ran < core_all || 100 * all_ran < least * all) exit 1
}
