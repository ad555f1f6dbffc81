"""The workloads of workloads.ts in PyTorch, eager, as a person would write them. Started by peer.ts.

argv: folder of the workload (manifest.json and raw little-endian arrays), 'foreach' or 'single' (the two forms of Adam).
Each line read from stdin is a number of rounds through the stored steps; the answer is one line of JSON with the CPU
seconds (all threads, user and system) that they took and the losses of the last round.
"""
import json
import sys
import time

import numpy
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
folder, form = sys.argv[1], sys.argv[2]
manifest = json.load(open(folder + "/manifest.json"))
twin = manifest["twin"]


def load(entry):
    values = numpy.fromfile(folder + "/" + entry["file"], dtype=entry["type"])
    return torch.from_numpy(values.reshape(entry["shape"]).copy())


data = {name: load(entry) for name, entry in manifest["data"].items()}
feeds = {name: load(entry) for name, entry in manifest["feeds"].items()}
if "rows" in feeds:
    feeds["rows"] = feeds["rows"].long()
p = {name: load(entry).requires_grad_(True) for name, entry in manifest["parameters"].items()}
adam = torch.optim.Adam(
    p.values(),
    lr=manifest["rate"],
    betas=(manifest["beta1"], manifest["beta2"]),
    eps=manifest["epsilon"],
    foreach=form == "foreach",
)


def hypernetwork(step):
    rows, z = step["rows"], step["z"]
    x, y = data["x"][rows], data["y"][rows]
    weights = torch.addmm(p["mean"], torch.tanh(torch.addmm(p["c"], z, p["u"])), p["head"])
    d, h, q = twin["inputs"], twin["h"], twin["outputs"]
    shapes = [(d, h), (1, h), (h, h), (1, h), (h, 2 * q), (1, 2 * q)]
    parts = weights.split([a * b for a, b in shapes], dim=1)
    w = [part.view(-1, a, b) for part, (a, b) in zip(parts, shapes)]
    samples = z.shape[0]
    t = torch.relu(torch.baddbmm(w[1], x.expand(samples, -1, -1), w[0]))
    t = torch.relu(torch.baddbmm(w[3], t, w[2]))
    out = torch.baddbmm(w[5], t, w[4])
    mean, log_variance = out[..., :q], out[..., q:]
    return 0.5 * ((y - mean) ** 2 * torch.exp(-log_variance) + log_variance).mean()


def decoder(step):
    image = torch.relu(torch.addmm(p["c"], step["z"], p["w"])).view(-1, 64, 8, 8)
    for i in range(3):
        image = F.conv_transpose2d(image, p["k%d" % i], p["b%d" % i].view(-1), stride=2, padding=1)
        if i < 2:
            image = torch.relu(image)
    return ((torch.sigmoid(image) - step["y"]) ** 2).mean()


loss_of = {"hypernetwork": hypernetwork, "decoder": decoder}[twin["kind"]]
count = manifest["count"]


def blas():
    """The BLAS in use: with the reference one, products are tenfold slower and nothing can be compared."""
    torch.mm(torch.ones(8, 8), torch.ones(8, 8))
    maps = open("/proc/self/maps").read().lower()
    return next((name for name in ("mkl_", "openblas", "blis") if name in maps), "reference")


print(json.dumps({"blas": blas()}), flush=True)

for line in sys.stdin:
    start = time.process_time()
    for _ in range(int(line)):
        losses = []
        for i in range(count):
            adam.zero_grad(set_to_none=True)
            loss = loss_of({name: values[i] for name, values in feeds.items()})
            loss.backward()
            adam.step()
            losses.append(float(loss.detach()))
    print(json.dumps({"cpuSeconds": time.process_time() - start, "losses": losses}), flush=True)
