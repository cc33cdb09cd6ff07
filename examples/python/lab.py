"""Program, wait, read and multiply from Python, with nothing but NumPy and the command `pcm`; then a model file to flash.

    npm install pcm-hil && python lab.py
"""

import json
import struct
import subprocess
import tempfile
from pathlib import Path

import numpy as np


def pcm(*args, board=None):
    """Runs a command of pcm and returns its JSON."""
    where = ["--board", board] if board else []
    done = subprocess.run(["npx", "pcm", *args, *where, "--json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def write_model(path, tensors, description):
    """A safetensors file: length of the header, the header as JSON, the tensors as float32."""
    header, offset = {"__metadata__": {"pcm-hil": json.dumps(description)}}, 0
    for name, tensor in tensors.items():
        size = 4 * tensor.size
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.astype("<f4").tobytes())


def bench_table(board, folder):
    rng = np.random.default_rng(1)
    info = pcm("info", board=board)
    shape = (2, info["rows"], info["columns"])
    targets = np.zeros(shape, np.float32)
    targets[:, :64, :64] = rng.uniform(0, info["conductanceMaxMicrosiemens"], (2, 64, 64))
    np.save(folder / "targets.npy", targets)
    pcm("program", "--core", "0", "--targets", folder / "targets.npy", board=board)

    pcm("read", "--core", "0", "--out", folder / "fresh.npy", board=board)
    pcm("clock", "--advance", "1d", board=board)
    pcm("read", "--core", "0", "--out", folder / "old.npy", board=board)
    fresh, old = np.load(folder / "fresh.npy"), np.load(folder / "old.npy")
    assert old.sum() < fresh.sum(), "phase-change memory drifts down"

    inputs = rng.integers(-127, 128, (8, info["rows"]), dtype=np.int8)
    np.save(folder / "inputs.npy", inputs)
    pcm("multiply", "--core", "0", "--inputs", folder / "inputs.npy", "--out", folder / "codes.npy", board=board)
    codes = np.load(folder / "codes.npy")[:, :64]
    expected = inputs.astype(float) @ (old[0] - old[1])[:, :64]
    return np.corrcoef(codes.ravel(), expected.ravel())[0, 1]


def flash_a_model(board, folder):
    rng = np.random.default_rng(2)
    tensors = {
        "conv1.weight": rng.normal(0, 0.3, (8, 1, 3, 3)),
        "conv1.bias": np.zeros(8),
    }
    description = {
        "format": 1,
        "task": "few-shot-classification",
        "name": "from Python",
        "input": {"channels": 1, "height": 8, "width": 8},
        "layers": [
            {
                "type": "convolution",
                "name": "conv1",
                "weights": "conv1.weight",
                "bias": "conv1.bias",
                "padding": "same",
                "activation": "relu",
                "pool": 2,
                "inputScale": 1 / 127,
            },
            {"type": "dense", "name": "head", "activation": "none", "inputScale": 0.02, "weightRange": 1.0},
        ],
        "inner": {"layer": "head", "updates": 4, "rate": 0.1},
    }
    write_model(folder / "model.safetensors", tensors, description)
    return pcm("flash", folder / "model.safetensors", board=board)


def main():
    emulator = subprocess.Popen(
        # it ends when its standard input is closed, however this program ends; npx does not pass signals on
        ["npx", "pcm", "emulate", "--tcp", "127.0.0.1:0", "--seed", "1", "--json", "--exit-with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        board = json.loads(emulator.stdout.readline())["board"]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            correlation = bench_table(board, folder)
            assert correlation > 0.95, f"codes and products correlate by {correlation} only"
            flashed = flash_a_model(board, folder)
            print(f"codes and products correlate by {correlation:.4f}; {flashed['devices']} devices flashed")
    finally:
        emulator.stdin.close()
        emulator.wait()


if __name__ == "__main__":
    main()
