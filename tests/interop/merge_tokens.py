#!/usr/bin/env python3
"""Merges the output of the make_tokens scripts into one file, one token per line.

    merge_tokens.py OUTPUT.json PART.json...
"""

import json
import sys


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: merge_tokens.py OUTPUT.json PART.json...")
    dates, makers, tokens = [], {}, []
    for name in sys.argv[2:]:
        with open(name, encoding="ascii") as part:
            made = json.load(part)
        dates.append(made["made_on"])
        makers.update(made["makers"])
        tokens += made["tokens"]
    compact = {"separators": (",", ":")}
    lines = ["{", f'"made_on": {json.dumps(max(dates))},', '"makers": {']
    lines.append(",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in makers.items()))
    lines += ["},", '"tokens": [']
    lines.append(",\n".join(f"  {json.dumps(token, **compact)}" for token in tokens))
    lines += ["]", "}"]
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write("\n".join(lines) + "\n")
    print(f"{sys.argv[1]}: {len(tokens)} tokens of {len(makers)} makers")


main()
