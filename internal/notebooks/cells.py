"""Runs Go cells in the notebooks' kernel and prints what they show, errors included.

    python cells.py folder cell [cell …]

The kernel runs in the folder.
"""

import html
import re
import sys

from jupyter_client.manager import start_new_kernel


def show(message):
    """Prints an output as text."""
    content = message["content"]
    if message["msg_type"] == "stream":
        print(content["text"], end="")
    elif message["msg_type"] == "display_data":
        page = re.sub(r"(?s)<style>.*?</style>", "", content["data"].get("text/html", ""))
        print(html.unescape(re.sub("<[^>]*>", "", page)))


def main():
    folder, *cells = sys.argv[1:]
    manager, client = start_new_kernel(kernel_name="gonb", cwd=folder, startup_timeout=60)
    try:
        for cell in cells:
            client.execute_interactive(cell, timeout=300, output_hook=show)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


main()
