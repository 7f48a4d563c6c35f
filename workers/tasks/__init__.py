"""The pipeline, a stage a file: ingest → qualification → hierarchy → upsert."""
