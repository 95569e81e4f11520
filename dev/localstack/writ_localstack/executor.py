"""Runs Lambda functions as processes of this machine, where LocalStack starts containers.

An environment is one process of environment.mjs, kept for the next event as Lambda keeps it. A process is not a container:
it runs as the user who started LocalStack, and reads what that user reads. Only one's own functions belong in it.
"""

import json
import os
import selectors
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

PROGRAM = Path(__file__).with_name("environment.mjs")

# A burst of events wants as many environments at once. More than these starting side by side would take the time that
# those which run need to answer within their timeouts.
STARTING = threading.BoundedSemaphore(3)


class Process:
    """A process of environment.mjs: events go in, answers come out, and what it prints is its log."""

    def __init__(self, code: str, env: dict[str, str]) -> None:
        reading, writing = os.pipe()
        self._child = subprocess.Popen(
            ["node", str(PROGRAM), str(writing)],
            cwd=code,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[writing],
        )
        os.close(writing)
        self.answers: SimpleQueue[dict | None] = SimpleQueue()
        self._printed: list[bytes] = []
        threading.Thread(target=self._read, args=[reading, self._child.stdout.fileno()], daemon=True).start()

    def _read(self, answers: int, output: int) -> None:
        """Takes in what the process says until both pipes are closed."""
        os.set_blocking(output, False)
        pending = b""
        with selectors.DefaultSelector() as selector:
            selector.register(answers, selectors.EVENT_READ)
            selector.register(output, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    # Node prints to a pipe before it goes on: what an answer's event printed is there with the answer.
                    if not self._take_output(output) and output in selector.get_map():
                        selector.unregister(output)
                    if key.fd != answers:
                        continue
                    chunk = os.read(answers, 65536)
                    if chunk == b"":
                        selector.unregister(answers)
                    *lines, pending = (pending + chunk).split(b"\n")
                    for line in lines:
                        self.answers.put(json.loads(line))
        os.close(answers)
        self._child.wait()
        self.answers.put(None)

    def _take_output(self, output: int) -> bool:
        """Takes in what is printed by now. False if no more will come."""
        try:
            while chunk := os.read(output, 65536):
                self._printed.append(chunk)
        except BlockingIOError:
            return True
        return False

    def send(self, value: dict) -> None:
        try:
            self._child.stdin.write(json.dumps(value).encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended; `answers` says so

    def taken_log(self) -> str:
        printed, self._printed = self._printed, []
        return b"".join(printed).decode(errors="replace")

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()
        self._child.stdin.close()


class ProcessExecutor(RuntimeExecutor):
    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self._env: dict[str, str] = {}
        self._temporary = ""
        self._process: Process | None = None
        self._log = ""

    def start(self, env_vars: dict[str, str]) -> None:
        runtime = self.function_version.config.runtime
        if runtime is None or not runtime.startswith("nodejs"):
            raise LambdaRuntimeException(f"Only functions of Node.js run as processes, not those of {runtime}")
        self._temporary = tempfile.mkdtemp(prefix="environment-")
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": self._temporary,
            "TMPDIR": self._temporary,
            **{name: str(value) for name, value in env_vars.items()},
            "LAMBDA_TASK_ROOT": self._code(),
        }
        self._process = self._started()

    def _code(self) -> str:
        return str(self.function_version.config.code.get_unzipped_code_location())

    def _started(self) -> Process:
        with STARTING:
            process = Process(self._code(), self._env)
            try:
                first = process.answers.get(timeout=config.LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT)
            except Empty:
                first = {"failed": {"errorType": "Sandbox.Timedout", "errorMessage": "The function did not load in time"}}
        if first is not None and "ready" in first:
            return process
        process.kill()
        self._log = process.taken_log()
        failed = {"errorType": "Runtime.ExitError", "errorMessage": "The process ended"} if first is None else first["failed"]
        raise StatusErrorException("The function could not be loaded", payload=json.dumps(failed).encode())

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        # After a timeout Lambda begins anew as well, with the same environment.
        self._process = self._process or self._started()
        process, timeout = self._process, self.function_version.config.timeout
        process.taken_log()
        began = time.monotonic()
        process.send({
            "id": request_id,
            "arn": payload["invoked-function-arn"],
            "trace": payload["trace-id"],
            "deadline": int((time.time() + timeout) * 1000),
            "event": json.loads(payload["payload"] or "{}"),
        })
        try:
            answer = process.answers.get(timeout=timeout)
            error = "Runtime exited without an answer"
        except Empty:
            answer, error = None, f"Task timed out after {timeout:.2f} seconds"
        if answer is None:
            process.kill()
            self._process = None
            answer = {"error": {"errorMessage": f"RequestId: {request_id} Error: {error}", "errorType": "Sandbox.Failed"}}
        took = (time.monotonic() - began) * 1000
        self._log = (
            f"START RequestId: {request_id} Version: {self.function_version.id.qualifier}\n{process.taken_log()}"
            f"END RequestId: {request_id}\nREPORT RequestId: {request_id}\tDuration: {took:.2f} ms\n"
        )
        is_error = "error" in answer
        body = json.dumps(answer["error"] if is_error else answer["value"]).encode()
        return InvocationResult(request_id, body, is_error=is_error, logs=self._log)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def get_logs(self) -> str:
        return self._log

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        # For LocalStack's own program in a container. Nothing here calls it.
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        pass
