# amazon-photos in a container: docs/backup.md says how it is built, signed in and run.
#
#   /data     the volume: sessions, config.toml, catalogues, reports
#   /photos   what is backed up; mount it read-only
FROM python:3.13-slim-trixie AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
RUN python -m venv /opt/amazon-photos \
    && /opt/amazon-photos/bin/python -m pip install --no-cache-dir --disable-pip-version-check -c constraints.txt '.[sql]'

FROM python:3.13-slim-trixie
COPY --from=build /opt/amazon-photos /opt/amazon-photos
ENV PATH=/opt/amazon-photos/bin:$PATH \
    AMAZON_PHOTOS_HOME=/data
# Its number is that of the first user of most machines; any other works too: docker run --user "$(id -u):$(id -g)".
RUN groupadd --gid 1000 photos \
    && useradd --uid 1000 --gid photos --no-create-home --home-dir /data photos \
    && install --directory --owner 1000 --group 1000 --mode 0700 /data
USER 1000:1000
WORKDIR /data
VOLUME ["/data"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["amazon-photos"]
CMD ["upload", "/photos", "--to", "Backup", "--report", "/data/upload.jsonl"]
