"""Tests the image under other users, orchestrators, proxies and hubs: `make docker-test`."""

import contextlib
import http.server
import json
import os
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

from container import (
    ENGINE, HUB_IMAGE, NOTEBOOKS, OWNER, Container, ImageTest, capture, config, folder,
    write_beginning)

EXECUTE = ("python", "internal/notebooks/execute.py", "notebooks/hello.ipynb",
           "--output", "notebooks/hello.ipynb")
# A cell that says which engine computes.
ENGINE_CELL = '%%\nfmt.Println("engine", must.M1(backend.Default()))'
REFUSES = "http://127.0.0.1:9"  # Nothing listens here.


def notebook_for_all(*cells):
    """Returns a volume with hello.ipynb that has cells, which every user may read and write."""
    volume = folder()
    write_beginning(volume, "hello.ipynb", *cells)
    os.chmod(volume, 0o777)
    os.chmod(volume / "hello.ipynb", 0o666)
    return volume


def run_read_only(*command, volume=None, tmp=""):
    """Runs a command where the root is read-only, with options of a tmpfs at /tmp unless "none"."""
    if ENGINE != "buildah":
        options = ["--read-only", *([] if tmp == "none" else ["--tmpfs", f"/tmp:{tmp}"])]
        # Podman would add a tmpfs of its own.
        options += ["--read-only-tmpfs=false"] if ENGINE == "podman" else []
        with Container(volume, options=options) as container:
            return container.run(*command)
    # Buildah has no option --read-only, so mount the root read-only here.
    with Container() as container:
        root = capture("buildah", "mount", container.name).strip()
        mounts = [
            f'mount --bind "{root}" "{root}"', f'mount -o remount,bind,ro "{root}"',
            f'mount --rbind /dev "{root}/dev"', f'mount -t proc proc "{root}/proc"']
        if tmp != "none":
            mounts.append(f'mount -t tmpfs -o mode=1777,{tmp} tmpfs "{root}/tmp"')
        if volume:
            mounts.append(f'mount --bind "{volume}" "{root}{NOTEBOOKS}"')
        script = " && ".join([*mounts, (
            f'exec chroot --userspec=1000:1000 "{root}" env --chdir=/home/gopher/meanflow "$@"')])
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c", script, "sh", "-i",
             *config()["Env"], *config()["Entrypoint"], *command],
            capture_output=True, text=True, timeout=600)


class Hub(http.server.BaseHTTPRequestHandler):
    """What a single-user server asks of its hub."""

    def answer(self, **values):
        content = json.dumps(values).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        if not self.path.startswith("/hub/api/user"):
            self.answer(version="6.1.1")
        elif self.headers["Authorization"] == "token adas":
            self.answer(kind="user", name="ada", groups=[], scopes=[
                "access:servers!server=ada/", "access:servers"])
        else:
            self.send_error(403)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def hub():
    """Runs a hub, and yields the variables that it would give a single-user server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hub/api"
    yield [
        "JUPYTERHUB_API_TOKEN=servers", f"JUPYTERHUB_API_URL={url}",
        f"JUPYTERHUB_ACTIVITY_URL={url}/users/ada/activity", "JUPYTERHUB_BASE_URL=/",
        "JUPYTERHUB_CLIENT_ID=jupyterhub-user-ada", "JUPYTERHUB_HOST=",
        "JUPYTERHUB_OAUTH_CALLBACK_URL=/user/ada/oauth_callback",
        'JUPYTERHUB_OAUTH_ACCESS_SCOPES=["access:servers!server=ada/"]',
        'JUPYTERHUB_OAUTH_SCOPES=["access:servers!server=ada/"]',
        "JUPYTERHUB_SERVER_NAME=", "JUPYTERHUB_SERVICE_PREFIX=/user/ada/",
        "JUPYTERHUB_SERVICE_URL=http://0.0.0.0:9998/user/ada/", "JUPYTERHUB_USER=ada"]
    server.shutdown()
    server.server_close()


class TestEnvironments(ImageTest):
    def test_other_users(self):
        volume = notebook_for_all('%%\nfmt.Println("user", os.Getuid())')
        if os.getuid() == 0 or ENGINE == "docker":
            with Container(volume, user="4321:4321") as container:
                self.check(container.run(*EXECUTE))
                self.assertIn("user 4321", (volume / "hello.ipynb").read_text())
            with Container(
                    volume, user="0:0", environment=["NB_UID=4322", "NB_GID=4323"]) as container:
                self.check(container.run(*EXECUTE))
                self.assertIn("user 4322", (volume / "hello.ipynb").read_text())
                self.check(container.run("id", "-g"), "4323")
        with Container(user="0:0", environment=["NB_UID=somebody"]) as container:
            self.refused(container.run("true"), "NB_UID is somebody", "must be numbers above 0")
        with Container(environment=["NB_UID=4321"]) as container:
            self.refused(container.run("true"), "NB_UID is 4321", "--user root")
        with Container(environment=["NB_GID=4323"]) as container:
            self.refused(container.run("true"), "NB_GID is 4323", "--user root", f"{OWNER}:4323")
        with Container(user="0:0", options=["--cap-drop", "ALL"]) as container:
            self.refused(container.run("true"), "SETUID", "--user 1000:1000")

    def test_volume_that_cannot_be_written(self):
        with Container(folder(0o555)) as container:
            self.refused(
                container.run("true"), NOTEBOOKS, f"can't be written by user {OWNER}", "chown")

    def test_health_under_a_base_url_at_another_port_with_a_proxy(self):
        proxies = [f"{name}={REFUSES}" for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY")]
        with Container(folder(), environment=proxies) as container:
            with container.serving(
                    "jupyter", "lab", "--ServerApp.base_url=/team/ada/", "--ServerApp.port=9999",
                    port=9999, base="/team/ada/") as server:
                self.assertTrue(container.healthy())
            self.assertIn("/team/ada/lab/tree/mean_flow.ipynb", server.log)
            if ENGINE == "buildah":  # Other engines have removed the container.
                self.assertFalse(container.healthy())

    def test_single_user_server_of_a_hub(self):
        network = [] if ENGINE == "buildah" else ["--network", "host"]
        for command in ("jupyterhub-singleuser", "jupyter-labhub"):
            with (self.subTest(command), hub() as variables,
                  Container(folder(), environment=[*variables, f"HTTP_PROXY={REFUSES}"],
                            options=network, image=HUB_IMAGE) as container):
                with container.serving(command, port=9998, base="/user/ada/") as server:
                    self.assertTrue(container.healthy())
                    url = "http://127.0.0.1:9998/user/ada/api/kernelspecs"
                    request = urllib.request.Request(
                        url, headers={"Authorization": "token adas"})
                    with urllib.request.urlopen(request) as answer:
                        self.assertEqual(json.load(answer)["default"], "gonb")
                    with self.assertRaisesRegex(urllib.error.HTTPError, "403"):
                        urllib.request.urlopen(url)
                self.assertNotIn("Traceback", server.log)
        with Container(folder()) as container:
            self.refused(container.run("jupyterhub-singleuser"), "docker/hub.Dockerfile")

    # As OpenShift and Kubernetes' restricted profile start containers.
    def test_any_user_of_group_0_without_privileges(self):
        if os.getuid() != 0 and ENGINE != "docker":
            self.skipTest("the engine may not take this user")
        volume = notebook_for_all(
            '%%\nfmt.Println("user", os.Getuid(), "group", os.Getgid())')
        options = ["--cap-drop", "ALL"]
        if ENGINE != "buildah":
            options += ["--security-opt", "no-new-privileges"]
        with Container(volume, user="1000650000:0", options=options) as container:
            entry = ("setpriv", "--no-new-privs", "start") if ENGINE == "buildah" else ()
            self.check(container.run(*entry, *EXECUTE))
            self.check(
                container.run(*entry, "grep", "NoNewPrivs", "/proc/self/status"),
                "NoNewPrivs:\t1")
        self.assertIn("user 1000650000 group 0", (volume / "hello.ipynb").read_text())

    def test_read_only_root(self):
        volume = notebook_for_all(ENGINE_CELL)
        self.check(run_read_only(*EXECUTE, volume=volume, tmp="exec"))
        self.assertIn("engine xla", (volume / "hello.ipynb").read_text())
        self.refused(run_read_only("true", volume=volume, tmp="none"), "--tmpfs /tmp:exec")
        self.refused(run_read_only("true", volume=volume, tmp="noexec"), "without execution")
        self.refused(run_read_only("true", volume=volume, tmp="exec,size=1m"), "no room")
        self.refused(run_read_only("true", tmp="exec"), NOTEBOOKS, "mount a volume")

    # As on arm64: the set-up has installed no plugin.
    def test_no_plugin(self):
        volume, empty = notebook_for_all(ENGINE_CELL), folder()
        options = ["--volume", f"{empty}:/home/gopher/meanflow/.local/lib"]
        with Container(volume, options=options) as container:
            self.check(container.run(*EXECUTE))
        (cell,) = json.loads((volume / "hello.ipynb").read_text())["cells"][-1:]
        printed = {output["name"]: "".join(output["text"]) for output in cell["outputs"]}
        self.assertEqual(printed["stdout"], "engine go\n")
        self.assertEqual(printed["stderr"].count("\n"), 1, printed["stderr"])
        self.assertNotIn("could not install", printed["stderr"])

    def test_certificates_of_a_company(self):
        volume = folder()
        with Container(volume) as container:
            self.check(container.run(
                "sh", "-c", "cd notebooks && go run"
                " /usr/local/go/src/crypto/tls/generate_cert.go --ca --host 127.0.0.1"))
        script = """
import http.server, os, ssl, subprocess, threading
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("notebooks/cert.pem", "notebooks/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["GOPROXY"] = url = f"https://127.0.0.1:{server.server_port}"
subprocess.run(["go", "list", "-m", "example.com/x@v1.0.0"])
subprocess.run(["python", "-m", "pip", "download", "--retries=0", "--index-url", url, "x"])
"""
        mounted = f"{volume}/cert.pem:/usr/local/share/ca-certificates/company.crt:ro"
        for options in ([], ["--volume", mounted]):
            with Container(volume, options=options, environment=["GOSUMDB=off"]) as container:
                result = container.run("python", "-c", script)
            self.assertEqual("404 File not found" in result.stderr, bool(options), result.stderr)
            self.assertEqual("x509: " in result.stderr, not options, result.stderr)
            self.assertEqual("CERTIFICATE_VERIFY_FAILED" in result.stdout + result.stderr,
                             not options, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
