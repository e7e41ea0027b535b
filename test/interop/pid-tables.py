"""Reads what datamc wrote for particle identification with the software that it is meant for.

    python pid-tables.py REQUEST

REQUEST: JSON with some of
  "correctionlib": {"file", "name", "rows": [[variation, numbers…]]} → values, null where the package refuses
  "belle2":        {"file", "events": {column: [numbers]}}           → data_MC_ratio by right-closed pandas intervals
  "payload":       {"file", "events": {column: [numbers]}}           → Weight by the rules of basf2's ParticleWeighting
  "sysvar1d":      {"file", "events": {column: [numbers]}}           → weights by the rules of SysVar's type "1D"
  "yaml":          {"file"}                                          → what PyYAML's safe_load gives
  "pyhf":          {"sample", "parameters": [{modifier: alpha}]}     → expected data of a workspace of that sample
Prints one JSON object with the same keys.
"""
import json
import os
import sys

# The script must not be found in place of a package of the same name.
sys.path = [p for p in sys.path if os.path.abspath(p or ".") != os.path.dirname(os.path.abspath(__file__))]


def with_correctionlib(request):
    import correctionlib
    import correctionlib.schemav2

    with open(request["file"]) as file:
        correctionlib.schemav2.CorrectionSet.model_validate_json(file.read())
    correction = correctionlib.CorrectionSet.from_file(request["file"])[request["name"]]

    def value(row):
        try:
            return correction.evaluate(row[0], *(float(v) for v in row[1:]))
        except (RuntimeError, IndexError):
            return None

    return [value(row) for row in request["rows"]]


def modern(table):
    """Columns of older tables as basf2's sysvar reads them: charge + is [0, 2], - is [-2, 0]; an axis of one isolation bin is dropped."""
    if "charge" in table.columns:
        plus = table["charge"].isin(["+", "1", 1])
        assert (plus | table["charge"].isin(["-", "-1", -1])).all()
        table["charge_min"] = plus.map({True: 0, False: -2})
        table["charge_max"] = plus.map({True: 2, False: 0})
        table = table.drop(columns="charge")
    if "iso_score_min" in table.columns and table["iso_score_min"].nunique() == 1:
        table = table.drop(columns=["iso_score_min", "iso_score_max"])
    return table.rename(columns={"cos_min": "cosTheta_min", "cos_max": "cosTheta_max"})


def with_pandas(request):
    """Bins as pandas has them: (low, high], matched by interval index, PDG codes by their absolute value."""
    import numpy
    import pandas

    table = modern(pandas.read_csv(request["file"]))
    events = pandas.DataFrame(request["events"])
    axes = [name[: -len("_min")] for name in table.columns if name.endswith("_min")]
    out = numpy.full(len(events), numpy.nan)
    for _, row in table.iterrows():
        here = (events["PDG"].abs() == row["PDG"]) & (events["mcPDG"].abs() == row["mcPDG"])
        for axis in axes:
            interval = pandas.Interval(row[f"{axis}_min"], row[f"{axis}_max"], closed="right")
            here &= events[axis].map(lambda v, i=interval: v in i)
        assert numpy.isnan(out[here]).all(), "two rows for one candidate"
        out[here] = row["data_MC_ratio"]
    return [None if numpy.isnan(v) else v for v in out]


def with_payload(request):
    """The look-up of ParticleWeighting: bins [low, high) in every axis, no two overlap; outside, the map of ID -1."""
    with open(request["file"]) as file:
        table = json.load(file)["identified"]
    columns = request["events"]
    ids = [b["id"] for b in table["bins"]]
    assert table["outOfRange"]["id"] == -1 and len(set(ids)) == len(ids)
    out = []
    for i in range(len(next(iter(columns.values())))):
        found = [
            b["weights"]["Weight"]
            for b in table["bins"]
            if all(low <= columns[axis][i] < high for axis, (low, high) in b["bin"].items())
        ]
        assert len(found) <= 1, "two bins for one candidate"
        out.append(found[0] if found else table["outOfRange"]["weights"]["Weight"])
    return out


def with_yaml(request):
    import yaml

    with open(request["file"]) as file:
        return yaml.safe_load(file)


def with_sysvar_rules(request):
    """SysVar's rules (docs/corrections.rst, api.add_weights_to_dataframe): 1, but min <= variable < max and extra cuts: the weight."""
    import pandas

    correction = with_yaml(request)
    assert correction["correction_type"] == "1D" and correction["cov_matrix"] is None
    events = pandas.DataFrame(request["events"])
    weights = pandas.Series(1.0, index=events.index)
    for low, high, value in zip(correction["min"], correction["max"], correction["corrections"], strict=True):
        query = f"{low} <= {correction['dependant_variable']} < {high}"
        for name, values in correction["extra_cuts"].items():
            query += f" & {name} in {values}"
        weights[events.eval(query)] = value
    return list(weights)


def with_pyhf(request):
    import pyhf

    sample = request["sample"]
    workspace = {
        "version": "1.0.0",
        "channels": [{"name": "channel", "samples": [sample]}],
        "observations": [{"name": "channel", "data": sample["data"]}],
        "measurements": [{"name": "fit", "config": {"poi": "", "parameters": []}}],
    }
    pyhf.schema.validate(workspace, "workspace.json")
    model = pyhf.Workspace(workspace).model()
    answers = []
    for parameters in request["parameters"]:
        values = list(model.config.suggested_init())
        for name, alpha in parameters.items():
            values[model.config.par_slice(name)] = [alpha]
        answers.append([float(v) for v in model.expected_data(values, include_auxdata=False)])
    return answers


with open(sys.argv[1]) as file:
    asked = json.load(file)
ways = {"correctionlib": with_correctionlib, "belle2": with_pandas, "payload": with_payload, "sysvar1d": with_sysvar_rules, "yaml": with_yaml, "pyhf": with_pyhf}
print(json.dumps({key: ways[key](request) for key, request in asked.items()}))
