"""LocalStack's DynamoDB, on MiniStack's.

LocalStack's provider stands before a server that does the work, DynamoDBLocal, which is under terms of its vendor's own
and needs Java. MiniStack (MIT), which Writ's local cloud runs on anyway, takes its place. `WRIT_MINISTACK_PYTHON` names the
Python that has it.
"""

import os

from localstack.runtime import hooks
from localstack.utils.run import ShellCommandThread
from localstack.utils.threads import TMP_THREADS


@hooks.on_infra_start(name="writ-dynamodb", priority=100)
def use_ministack():
    from localstack.services.dynamodb.server import DynamodbServer
    from localstack.services.dynamodbstreams.v2.provider import DynamoDBStreamsProvider

    python = os.environ["WRIT_MINISTACK_PYTHON"]

    def start(self: DynamodbServer) -> ShellCommandThread:
        thread = ShellCommandThread(
            [python, "-m", "ministack"],
            env_vars={
                "GATEWAY_PORT": str(self.port),
                "BIND_HOST": "127.0.0.1",
                "SERVICES": "dynamodb,dynamodbstreams",
                "MINISTACK_REGION": os.environ["AWS_DEFAULT_REGION"],
                "MINISTACK_ACCOUNT_ID": "000000000000",
                # LocalStack has let the caller in already.
                "AUTH": "false",
                "USE_SSL": "0",
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "LOG_LEVEL": "WARNING",
                # LocalStack's packages are not MiniStack's.
                "PYTHONPATH": "",
            },
            log_listener=lambda line, **_: None,
            name="writ-dynamodb",
        )
        TMP_THREADS.append(thread)
        thread.start()
        return thread

    DynamodbServer.do_start_thread = start
    # DynamoDBLocal knows streams by ARNs of an account and a region of its own, MiniStack by those of its caller.
    DynamoDBStreamsProvider.modify_stream_arn_for_ddb_local = lambda _self, stream_arn: stream_arn
