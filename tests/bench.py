"""``make bench``: how fast the service is, as ratios to a bare Flask application in the same run.

Both run under the same server, in turns, so that a slow moment of the machine hits both. The
service's mail worker runs and sends to a mail catcher meanwhile.
"""

import contextlib
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.load import AMPLE, Client, Server, free_port

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))  # a turn of one server in one round
CLIENTS = 4


def turn(server: Server, act: Callable[[Client], None], seconds: float) -> tuple[float, float]:
    """Let all clients act for a while: how many a second, and the 99th percentile in ms."""
    until = time.perf_counter() + seconds
    times: list[float] = []

    def work(number: int) -> None:
        with contextlib.closing(Client(server, number)) as client:
            while time.perf_counter() < until:
                begun = time.perf_counter()
                act(client)
                times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / seconds, statistics.quantiles(times, n=100)[98] * 1000


def main() -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        ports = [free_port(), free_port()]
        ours = Server(
            [sys.executable, "-m", "intake", "serve"],
            ports[0],
            AMPLE
            | {
                "INTAKE_INSTANCE": f"{folder}/instance",
                "INTAKE_PORT": str(ports[0]),
                "INTAKE_MINIMUM_SECONDS": "0",
            },
        )
        Path(folder, "bare").mkdir()
        bare = Server(
            [sys.executable, "-m", "tests.bench_bare", f"{folder}/bare", str(ports[1])],
            ports[1],
            {},
        )
        try:
            for server in (ours, bare):
                with contextlib.closing(Client(server, 0)) as client:
                    client.submit()  # so that there is a status page
            # Submissions last: the mails of thousands would still be leaving during the others.
            for name, act in (
                ("form", Client.form),
                ("status page", Client.status),
                ("submission", Client.submit),
            ):
                compare(name, act, ours, bare)
        finally:
            ours.stop()
            bare.stop()


def compare(name: str, act: Callable[[Client], None], ours: Server, bare: Server) -> None:
    for server in (ours, bare):
        turn(server, act, 1)

    rates, tails, lines = [], [], []
    for _ in range(ROUNDS):
        (our_rate, our_tail), (bare_rate, bare_tail) = (
            turn(ours, act, SECONDS),
            turn(bare, act, SECONDS),
        )
        rates.append(our_rate / bare_rate)
        tails.append(our_tail / bare_tail)
        lines.append((our_rate, bare_rate, our_tail, bare_tail))

    middle = [statistics.median(column) for column in zip(*lines, strict=True)]
    print(
        f"{name:12} {middle[0]:6.0f}/s against {middle[1]:6.0f}/s: "
        f"ratio {statistics.median(rates):.2f} ({min(rates):.2f} to {max(rates):.2f}); "
        f"p99 {middle[2]:.1f} ms against {middle[3]:.1f} ms: ratio {statistics.median(tails):.2f}"
    )


if __name__ == "__main__":
    main()
