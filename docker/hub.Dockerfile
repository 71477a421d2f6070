# The image for a JupyterHub. docker/README.md says how to use it.
ARG IMAGE=ghcr.io/meanflow-go/meanflow:latest
FROM ${IMAGE}
# The hub's version.
ARG JUPYTERHUB=6.1.1
ARG PIP_INDEX_URL
RUN python -m pip install --quiet --no-cache-dir "jupyterhub==${JUPYTERHUB}"
CMD ["jupyterhub-singleuser"]
