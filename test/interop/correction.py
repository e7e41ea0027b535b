"""Evaluates correction.onnx with onnxruntime and correction.json with correctionlib; prints what they give as JSON.

Usage: correction.py PRODUCTS INPUT.csv NAME
"""
import json
import os
import sys

# A script beside this one has the package's name.
sys.path = [p for p in sys.path if os.path.abspath(p or ".") != os.path.dirname(os.path.abspath(__file__))]

import correctionlib
import numpy as np
import onnx
import onnxruntime

products, table, name = sys.argv[1:4]
rows = np.genfromtxt(table, delimiter=",", names=True)
ip, pt = rows["ip"], rows["pt"]

onnx.checker.check_model(onnx.load(f"{products}/correction.onnx"), full_check=True)
session = onnxruntime.InferenceSession(f"{products}/correction.onnx", providers=["CPUExecutionProvider"])
manifest = json.loads(session.get_modelmeta().custom_metadata_map["datamc"])
data = np.stack([ip, pt], 1).astype(np.float32)
outputs = ["output", "up", "down", "log_derivative"]
together = session.run(outputs, {"input": data})
alone = [session.run(["output"], {"input": data[i : i + 1]})[0][0, 0] for i in range(20)]

correction = correctionlib.CorrectionSet.from_file(f"{products}/correction.json")[name]
print(json.dumps({
    "columns": [c["column"] for c in manifest["variables"] + manifest["given"]],
    "onnx": {o: together[i][:, 0].astype(float).tolist() for i, o in enumerate(outputs)},
    "alone": [float(v) for v in alone],
    "json": {v: correction.evaluate(v, pt, ip).tolist() for v in ("nominal", "up", "down")},
}))
