# Serves JupyterLab from the container. The token stays on; JUPYTER_TOKEN sets it.
import os

c = get_config()  # noqa: F821

if "JUPYTERHUB_SERVICE_URL" not in os.environ:  # Which says where a hub's server listens.
    # Inside the container: `docker run --publish` decides who reaches it.
    c.ServerApp.ip = "0.0.0.0"
    c.ServerApp.port = 8888
c.ServerApp.port_retries = 0  # Another port would not be the published one.
c.ServerApp.open_browser = False
c.ServerApp.root_dir = "/home/gopher/meanflow/notebooks"
c.LabApp.default_url = "/lab/tree/mean_flow.ipynb"
