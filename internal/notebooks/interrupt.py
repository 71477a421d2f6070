"""Runs Go cells in the notebooks' kernel, interrupts the last one, and prints its output.

    python interrupt.py folder text cell [cell …]

The kernel runs in the folder. The interrupt, which JupyterLab's stop button sends, comes once the
last cell has printed the text.
"""

import queue
import sys

from jupyter_client.manager import start_new_kernel


def main():
    folder, text, *cells = sys.argv[1:]
    manager, client = start_new_kernel(kernel_name="gonb", cwd=folder, startup_timeout=60)
    try:
        for cell in cells[:-1]:
            reply = client.execute_interactive(cell, timeout=300)
            if reply["content"]["status"] != "ok":
                sys.exit(f"a cell failed: {reply['content']}")
        request = client.execute(cells[-1])
        printed, interrupted = "", False
        while True:
            message = client.get_iopub_msg(timeout=300)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "stream":
                printed += message["content"]["text"]
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            if text in printed and not interrupted:
                interrupted = True
                manager.interrupt_kernel()
        print(printed)
    except queue.Empty:
        sys.exit("no message from the kernel for five minutes")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
