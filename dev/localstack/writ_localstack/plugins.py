"""The parts that LocalStack chooses by their names: LAMBDA_RUNTIME_EXECUTOR=process, GATEWAY_SERVER=loopback."""

from localstack.runtime.server.core import RuntimeServerPlugin
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "process"

    def load(self, *_args, **_kwargs):
        from .executor import ProcessExecutor

        return ProcessExecutor


class LoopbackServerPlugin(RuntimeServerPlugin):
    name = "loopback"

    def load(self, *_args, **_kwargs):
        from .loopback import LoopbackServer

        return LoopbackServer()
