"""The WSGI entry point: `gunicorn wsgi:app`."""

from directory.app import create_app

app = create_app()
