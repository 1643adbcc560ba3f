# All images from one file: docker build --target ingest|handle|forward|ga4-export .
# Each holds its service, omnicapi and (ingest) maps; nothing of the other services, the command line or the tests.
ARG BASE_IMAGE=python:3.11-slim

FROM ${BASE_IMAGE} AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH="/srv/.venv/bin:${PATH}" PYTHONPATH=/srv
WORKDIR /srv
RUN pip install --no-cache-dir uv==0.13.9 && useradd --uid 10001 --no-create-home omnicapi
COPY pyproject.toml uv.lock ./
COPY omnicapi ./omnicapi

FROM base AS ingest
RUN uv sync --frozen --no-cache --compile-bytecode --no-install-project --only-group ingest --only-group parquet
COPY ingest ./ingest
COPY maps ./maps
USER 10001
# The same image serves `store`, `files` and `collect`: FUNCTION_TARGET says which. As a worker it pulls for `store`.
ENV FUNCTION_SOURCE=ingest/main.py FUNCTION_SIGNATURE_TYPE=http
CMD ["python", "-m", "ingest"]

# Only where GA4's BigQuery export is read (docs/ga4.md): a job, started by a scheduler.
FROM ingest AS ga4-export
USER 0
RUN uv sync --frozen --no-cache --compile-bytecode --no-install-project --only-group ingest --only-group bigquery
USER 10001
CMD ["python", "-m", "ingest.bigquery"]

FROM base AS handle
RUN uv sync --frozen --no-cache --compile-bytecode --no-install-project --only-group handle
COPY handle ./handle
USER 10001
CMD ["python", "-m", "handle"]

FROM base AS forward
RUN uv sync --frozen --no-cache --compile-bytecode --no-install-project --only-group forward
COPY forward ./forward
USER 10001
# The same image serves pushes or pulls: INTAKE says which.
CMD ["python", "-m", "forward"]
