"""Runs MiniStack as anybody would who has no more than its package: its application on its own server, with that
server's defaults. No TLS, no authorization, none of this project's mends; it closes a connection that is idle for 5 s.
Started by plain.ts, with which it ends."""

import sys
import threading

from emulator import end_with_parent

if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    from hypercorn.__main__ import main

    sys.exit(main(["ministack.app:app", "--bind", f"127.0.0.1:{sys.argv[1]}"]))
