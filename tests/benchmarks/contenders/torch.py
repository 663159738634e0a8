"""PyTorch, eager: the usual loop of its tutorials over tensors in memory."""

from __future__ import annotations

from collections.abc import Callable

from tests.benchmarks.workloads import Workload


def prepare(workload: Workload) -> Callable[[], None] | None:
    """Build the network and train one epoch to warm up."""
    import torch
    from torch import nn

    class LastStep(nn.Module):
        def __init__(self, units: int) -> None:
            super().__init__()
            self.lstm = nn.LSTM(8, units, batch_first=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.lstm(x)[0][:, -1]

    x, y = (torch.from_numpy(part) for part in workload.data())
    if workload.kind == "mlp":
        stack: list[nn.Module] = []
        for one, other in zip(workload.sizes[:-2], workload.sizes[1:-1], strict=True):
            stack += [nn.Linear(one, other), nn.ReLU()]
        stack.append(nn.Linear(*workload.sizes[-2:]))
    elif workload.kind == "cnn":
        x = x.permute(0, 3, 1, 2).contiguous()
        stack = [
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(1600, 10),
        ]  # fmt: skip
    else:
        stack = [LastStep(workload.sizes[0]), nn.Linear(*workload.sizes)]
    model = nn.Sequential(*stack)
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=workload.learning_rate, eps=1e-7)

    def run(epochs: int = workload.epochs) -> None:
        for _ in range(epochs):
            order = torch.randperm(len(x))
            total, right = 0.0, 0
            for start in range(0, len(x), workload.batch_size):
                rows = order[start : start + workload.batch_size]
                optimizer.zero_grad()
                output = model(x[rows])
                loss = loss_of(output, y[rows])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(rows)
                right += int((output.argmax(1) == y[rows]).sum())

    run(1)
    return run
