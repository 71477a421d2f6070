# Serves JupyterLab from the container. The token stays on; JUPYTER_TOKEN sets it.
c = get_config()  # noqa: F821

c.ServerApp.ip = "0.0.0.0"  # Inside the container: `docker run --publish` decides who reaches it.
c.ServerApp.port = 8888
c.ServerApp.port_retries = 0  # Another port would not be the published one.
c.ServerApp.open_browser = False
c.ServerApp.root_dir = "/home/gopher/meanflow/notebooks"
c.LabApp.default_url = "/lab/tree/mean_flow.ipynb"
