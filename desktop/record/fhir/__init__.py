"""The only package that knows FHIR JSON paths: columns.py for the hot path of ingest, lens_*.py for typed views."""
