"""Networks as ONNX files, checked by onnx.checker, with what ONNX's own reference evaluator gives for random images.

Usage: python onnx_reference.py FOLDER; writes NAME.onnx and NAME.json ({"images": [...], "outputs": [...]}).
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

random = np.random.default_rng(1)


def draw(*shape, low=-1.0):
    return random.uniform(low, 1, shape).astype(np.float32)


class Network:
    """A chain of nodes; weights are given as arrays."""

    def __init__(self, channels_last=False):
        self.nodes, self.weights, self.value = [], [], "x"
        self.shape = [28, 28, 1] if channels_last else [1, 28, 28]

    def add(self, operator, *arrays, **attributes):
        number = len(self.nodes)
        names = [f"{operator}{number}.{index}" for index in range(len(arrays))]
        self.weights += [numpy_helper.from_array(array, name) for array, name in zip(arrays, names)]
        output = f"v{number}"
        node = helper.make_node(operator, [self.value, *names], [output], name=f"{operator}{number}", **attributes)
        self.nodes.append(node)
        self.value = output
        return self

    def block(self, inputs, outputs, pool):
        self.add("Conv", draw(outputs, inputs, 3, 3), pads=[1, 1, 1, 1])
        moments = [draw(outputs), draw(outputs), draw(outputs), draw(outputs, low=0.2)]
        self.add("BatchNormalization", *moments, epsilon=1e-5).add("Relu")
        return self.add("MaxPool", kernel_shape=[pool, pool], strides=[pool, pool])

    def save(self, folder, name):
        image = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", *self.shape])
        output = helper.make_tensor_value_info(self.value, TensorProto.FLOAT, ["batch", None])
        graph = helper.make_graph(self.nodes, name, [image], [output], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, folder / f"{name}.onnx")
        images = random.uniform(0, 1, (4, 784)).astype(np.float32)
        evaluator = ReferenceEvaluator(model)
        outputs = [evaluator.run(None, {"x": image.reshape(1, *self.shape)})[0].ravel() for image in images]
        result = {"images": images.tolist(), "outputs": [values.tolist() for values in outputs]}
        (folder / f"{name}.json").write_text(json.dumps(result))


folder = Path(sys.argv[1])

few_shot = Network().block(1, 8, 2).block(8, 8, 2).block(8, 8, 2).block(8, 8, 1)
few_shot.add("Flatten").add("Gemm", draw(5, 72), draw(5), transB=1).save(folder, "few-shot")

explicit = Network().add("Conv", draw(4, 1, 5, 5), draw(4), auto_pad="SAME_UPPER").add("Relu")
explicit.add("MaxPool", kernel_shape=[4, 4], strides=[4, 4]).add("Conv", draw(6, 4, 3, 3), auto_pad="VALID")
explicit.add("Add", draw(6, 1, 1)).add("Relu").add("Dropout").add("Reshape", np.array([0, -1]))
explicit.add("MatMul", draw(150, 9)).add("Add", draw(9)).add("Relu").add("Gemm", draw(9, 3)).save(folder, "explicit")

last = Network(channels_last=True).add("Transpose", perm=[0, 3, 1, 2]).block(1, 5, 4)
last.add("Transpose", perm=[0, 2, 3, 1]).add("Reshape", np.array([-1, 245])).add("MatMul", draw(245, 5))
last.add("Identity").save(folder, "channels-last")
