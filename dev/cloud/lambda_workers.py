"""How many workers run one Lambda function here: a few, however many calls come at once.

MiniStack starts a Node process for every call that finds no free one, as AWS does. On one machine that is no gain: a
burst of fifty calls starts fifty processes, which then compute one after the other. A call waits here for a worker
that is busy, unless none gets free for long, as would be if a function waited for itself.

A function that is changed while it runs ends what it has begun with the code that it began with, as on AWS; MiniStack
kills it in the middle. Here a worker that is busy is killed once it is free.
"""

import threading
import time

AT_ONCE = 8
_PATIENCE = 20.0


def install() -> None:
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    free = threading.Condition()
    acquire, release = lambda_runtime.acquire_worker, lambda_runtime.release_worker

    def acquire_patiently(func_name, config, code_zip, qualifier="$LATEST", max_concurrency=None):
        def lease(most):
            return acquire(func_name, config, code_zip, qualifier=qualifier, max_concurrency=most)

        if max_concurrency:
            return lease(max_concurrency)
        end = time.monotonic() + _PATIENCE
        with free:
            worker, reason = lease(AT_ONCE)
            while worker is None and (left := end - time.monotonic()) > 0:
                free.wait(left)
                worker, reason = lease(AT_ONCE)
        return (worker, reason) if worker is not None else lease(None)

    def release_and_tell(worker) -> None:
        release(worker)
        with free:
            free.notify_all()

    kill, reset = lambda_runtime.kill_workers, lambda_runtime.reset

    def kill_when_free(worker) -> None:
        end = time.monotonic() + float(worker.config.get("Timeout", 30))
        with free:
            while worker.in_use and (left := end - time.monotonic()) > 0:
                free.wait(left)
        kill([worker])

    def kill_gently(workers) -> None:
        busy = [worker for worker in workers if worker is not None and worker.in_use]
        kill([worker for worker in workers if worker not in busy])
        for worker in busy:
            threading.Thread(target=kill_when_free, args=(worker,), daemon=True).start()

    def reset_all() -> None:
        lambda_runtime.kill_workers = kill
        reset()
        lambda_runtime.kill_workers = kill_gently

    for module in (lambda_runtime, lambda_svc):
        module.acquire_worker, module.release_worker = acquire_patiently, release_and_tell
    lambda_runtime.kill_workers, lambda_runtime.reset = kill_gently, reset_all
