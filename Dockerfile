# The same image runs every process; docker-compose.yml names them.

FROM python:3.12-slim AS build
WORKDIR /srv/closedwon
RUN python -m venv /opt/venv
COPY . .
RUN /opt/venv/bin/pip install --no-cache-dir --constraint constraints.txt --editable '.[simulators]'

FROM python:3.12-slim
RUN useradd --system --uid 10001 closedwon \
 && install --directory --owner=closedwon --mode=700 /credentials
# As workers/processes.py sets it: freed memory is not kept for each thread apart.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 GLIBC_TUNABLES=glibc.malloc.tcache_count=0
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/closedwon /srv/closedwon
WORKDIR /srv/closedwon
USER closedwon
CMD ["closedwon", "--help"]
