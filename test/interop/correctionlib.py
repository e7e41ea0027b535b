"""Evaluates correctionlib files with the package itself.

    python correctionlib.py FILE REQUESTS

REQUESTS: JSON, [{"correction": name, "inputs": [[row], ...]}]. Prints the values, a list for each request. The file is
validated by the package's own schema first.
"""
import json
import os
import sys

# The script must not be found in place of the package of the same name.
sys.path = [p for p in sys.path if os.path.abspath(p or ".") != os.path.dirname(os.path.abspath(__file__))]

import correctionlib  # noqa: E402
import correctionlib.schemav2  # noqa: E402

path, requests = sys.argv[1:]
text = correctionlib.highlevel.open_auto(path)
correctionlib.schemav2.CorrectionSet.model_validate_json(text)
corrections = correctionlib.CorrectionSet.from_file(path)
with open(requests) as file:
    wanted = json.load(file)


def values(request):
    correction = corrections[request["correction"]]
    # JSON does not tell 1 from 1.0; the package does.
    cast = [{"real": float, "int": int, "string": str}[v.type] for v in correction.inputs]
    return [correction.evaluate(*(c(v) for c, v in zip(cast, row))) for row in request["inputs"]]


print(json.dumps([values(request) for request in wanted]))
