"""What a Lambda invocation logged, told with its answer, whole and at once.

MiniStack waits 50 ms after each invocation for a first line of its log, and no longer: a function that logs nothing
costs every call that time, and on a busy machine a line that comes later is told with the next invocation. Here the
Node worker writes a last line of our own before it answers, so the log ends where it ends.
"""

import queue
import time

_END = "\x03 the log of this invocation ends"

# Whoever is killed in the middle writes no last line.
_PATIENCE = 2.0


def install() -> None:
    from ministack.core import lambda_runtime

    ready = 'status: "ready"'
    answer = "_realStdoutWrite(JSON.stringify({"
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    before, marker, after = script.partition(ready)
    if not marker or answer not in after:
        raise RuntimeError("This MiniStack's Node worker answers in a way that we do not know.")
    ended = f"_stderrWrite({_END!r} + \"\\n\"), {answer}"
    lambda_runtime._NODEJS_WORKER_SCRIPT = before + marker + after.replace(answer, ended)

    drained = lambda_runtime.Worker._drain_stderr_bounded

    def whole(self, *args, **kwargs) -> str:
        if not str(self.config.get("Runtime", "")).startswith("nodejs"):
            return drained(self, *args, **kwargs)
        lines, until = [], time.monotonic() + _PATIENCE
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._stderr_queue.get(timeout=left)
            except queue.Empty:
                break
            if line == _END:
                break
            lines.append(line)
        return "\n".join(lines)

    lambda_runtime.Worker._drain_stderr_bounded = whole
