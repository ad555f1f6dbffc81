"""A ten-member deep ensemble in PyTorch, as a person would train it. Started by ensemble-peer.ts.

Each line read from stdin is the path of a job (JSON): arrays as raw little-endian float32 files, the settings of
training and the form: 'single' and 'foreach' train the members one after the other with the two forms of AdamW,
'batched' trains all at once as stacked matrices. The answer is one line of JSON: CPU seconds (all threads, user and
system), steps, and of each member mean and variance of the validation and test rows, standardised.
"""
import json
import math
import sys
import time

import numpy
import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def blas():
    """The BLAS in use: with the reference one, products are tenfold slower and nothing can be compared."""
    torch.mm(torch.ones(8, 8), torch.ones(8, 8))
    maps = open("/proc/self/maps").read().lower()
    return next((name for name in ("mkl_", "openblas", "blis") if name in maps), "reference")


def forward(p, x):
    """Stacked (members x rows x width) or plain; the last axis of the result is mean and log-variance."""
    layer = torch.baddbmm if x.dim() == 3 else torch.addmm
    x = F.silu(layer(p[1], x, p[0]))
    x = F.silu(layer(p[3], x, p[2]))
    x = layer(p[5], x, p[4])
    return x[..., 0], 4 * torch.tanh(0.25 * x[..., 1]) - 1


def crps(y, mean, log_variance):
    sd = torch.exp(0.5 * log_variance)
    w = (y - mean) / sd
    half = 0.5 * w * w
    density = torch.exp(-half) * (2 / math.sqrt(2 * math.pi))
    score = sd * (w * torch.erf(w * math.sqrt(0.5)) + density - 1 / math.sqrt(math.pi))
    return score, 0.5 * log_variance + half


def rate(s, step):
    if step < s["warmup"]:
        return (step + 1) / s["warmup"]
    return 0.5 * (1 + math.cos(math.pi * (step - s["warmup"]) / (s["maxSteps"] - s["warmup"])))


def start(s, features, members):
    stack = () if members is None else (members,)

    def uniform(inputs, outputs, factor, of):
        bound = factor / math.sqrt(of)
        return (bound * (2 * torch.rand(*stack, inputs, outputs) - 1)).requires_grad_(True)

    h = s["hidden"]
    return [
        uniform(features, h, 1, features),
        uniform(1, h, 1, features),
        uniform(h, h, 1, h),
        uniform(1, h, 1, h),
        uniform(h, 2, 0.3, h),
        torch.zeros(*stack, 1, 2, requires_grad=True),
    ]


def train(data, s, form):
    """One member, or with 'batched' all; parameters of the best snapshot of each and the steps taken."""
    x, y = data["trainX"], data["trainY"]
    vx, vy = data["validationX"], data["validationY"]
    n, features = x.shape
    members = s["count"] if form == "batched" else None
    lead = members or 1
    p = start(s, features, members)
    groups = [
        {"params": p[0::2], "weight_decay": s["decay"]},
        {"params": p[1::2], "weight_decay": 0.0},
    ]
    adam = torch.optim.AdamW(groups, lr=s["weightRate"], betas=(0.9, 0.99), foreach=form != "single")
    batch = min(n, s["batch"])
    if members is not None:
        vx = vx.expand(members, -1, -1)
    best = [q.detach().clone() for q in p]
    best_score = torch.full((lead,), math.inf)
    best_step = torch.zeros(lead)
    running = torch.ones(lead, dtype=torch.bool)
    taken = torch.zeros(lead)
    order, at, step = None, n, 0
    while True:
        for _ in range(min(s["checkInterval"], s["maxSteps"] - step)):
            if at + batch > n:
                order = torch.rand(lead, n).argsort(1)
                at = 0
            rows = order[:, at : at + batch] if members is not None else order[0, at : at + batch]
            at += batch
            for group in adam.param_groups:
                group["lr"] = s["weightRate"] * rate(s, step)
            adam.zero_grad(set_to_none=True)
            score, likelihood = crps(y[rows], *forward(p, x[rows]))
            loss = torch.add(2 * score, likelihood, alpha=0.5)
            (loss.sum() / batch).backward()
            adam.step()
            step += 1
        with torch.no_grad():
            judged = crps(vy, *forward(p, vx))[0].reshape(lead, -1).mean(1)
            taken[running] = step
            better = running & (judged < best_score)
            best_score = torch.where(better, judged, best_score)
            best_step[better] = step
            if members is None:
                if better[0]:
                    best = [q.detach().clone() for q in p]
            else:
                for kept, q in zip(best, p):
                    kept[better] = q.detach()[better]
            running = running & (step - best_step < s["patience"])
        if step >= s["maxSteps"] or not running.any():
            return best, int(taken.sum())


def run(job):
    data = {
        name: torch.from_numpy(numpy.fromfile(entry["file"], dtype="<f4").reshape(entry["shape"]).copy())
        for name, entry in job["data"].items()
    }
    s, form = job["settings"], job["form"]
    torch.manual_seed(job["seed"])
    began = time.process_time()
    runs = [train(data, s, form) for _ in range(1 if form == "batched" else s["count"])]
    seconds = time.process_time() - began
    answer = {"cpuSeconds": seconds, "steps": sum(steps for _, steps in runs)}
    with torch.no_grad():
        for part in ("validation", "test"):
            x, answer[part] = data[part + "X"], []
            for best, _ in runs:
                stacked = x.expand(s["count"], -1, -1) if form == "batched" else x
                mean, log_variance = forward(best, stacked)
                rows = (-1, x.shape[0])
                for m, v in zip(mean.reshape(rows), torch.exp(log_variance).reshape(rows)):
                    answer[part].append({"mean": m.tolist(), "noise": v.tolist()})
    return answer


print(json.dumps({"blas": blas(), "version": torch.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(run(json.load(open(line.strip())))), flush=True)
