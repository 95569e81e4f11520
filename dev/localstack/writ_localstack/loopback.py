"""LocalStack's own server, on this machine only.

Its Twisted server listens on every IPv4 address, whatever host GATEWAY_LISTEN names, and whoever reaches LocalStack runs
code through its Lambdas. Its other server, Hypercorn, keeps to the host but loses answers to PutRecords over HTTP/2, which
the Kinesis client speaks.
"""

from functools import partial
from unittest.mock import patch

from localstack.runtime.server.twisted import TwistedRuntimeServer
from twisted.internet import endpoints, reactor

LOOPBACK = "127.0.0.1"


class LoopbackServer(TwistedRuntimeServer):
    def register(self, gateway, listen, ssl_creds=None):
        for address in listen:
            if address.host != LOOPBACK:
                raise ValueError(f"GATEWAY_LISTEN names {address.host}; this server listens on {LOOPBACK} alone")
        here = partial(endpoints.TCP4ServerEndpoint, interface=LOOPBACK)
        with patch.object(endpoints, "TCP4ServerEndpoint", here):
            super().register(gateway, listen, ssl_creds)

    def shutdown(self):
        # Theirs waits ten seconds for clients that keep their connections. Nothing here is kept, so nobody is waited for.
        if self.thread_pool:
            self.thread_pool.stop(timeout=1)
        reactor.stop()
