"""How many workers run one Lambda function here: a few, however many calls come at once.

MiniStack starts a Node process for every call that finds no free one, as AWS does. On one machine that is no gain: a
burst of fifty calls starts fifty processes, which then compute one after the other. A call waits here for a worker
that is busy, unless none gets free for long, as would be if a function waited for itself.
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

    for module in (lambda_runtime, lambda_svc):
        module.acquire_worker, module.release_worker = acquire_patiently, release_and_tell
