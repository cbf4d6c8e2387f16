"""What guards every answer: headers, cookies, forgery protection, limits on writing; compression and validators."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_compress import Compress
from flask_limiter import Limiter
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from directory.core.settings import Settings
from directory.web import compression
from directory.web.for_all import hand_over, validator
from directory.web.uploads import UploadRequest

MAX_BODY_BYTES = 256 * 1024
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
csrf = CSRFProtect()


def network() -> str:
    """Return where a request comes from, as far as it tells one place from another.

    An address of IPv6 counts as its first 64 bits: one line has as many addresses below them as it likes.
    """
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ip_network((address.packed, 64), strict=False).network_address)
    return str(address)


limiter = Limiter(network, headers_enabled=True)


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie; who sends none costs no signature."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds; nothing where there is none."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def install(app: Flask, settings: Settings) -> None:
    """Configure and attach everything in this module; call it before blueprints are registered."""
    is_https = settings.base_url.startswith("https://")
    app.request_class = UploadRequest
    app.session_interface = Sessions()
    app.url_map.merge_slashes = False  # it would answer with a redirect to whatever host the request names
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-session" if is_https else "session",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # pages whose address is a secret send no referrer, which it would ask for
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_STRATEGY="fixed-window",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,  # without Redis each process counts for itself
        COMPRESS_MIMETYPES=compression.TYPES,
        COMPRESS_ALGORITHM=compression.ENCODINGS,
        COMPRESS_LEVEL=compression.GZIP_LEVEL,
        COMPRESS_BR_LEVEL=compression.BROTLI_QUALITY,
        COMPRESS_MIN_SIZE=compression.LEAST_BYTES,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]  # Flask's documented way
    csrf.init_app(app)
    limiter.init_app(app)
    Compress(app)
    app.after_request(_validate)
    app.after_request(_add_headers(is_https=is_https))


def _validate(response: Response) -> Response:
    """Give every whole answer to a GET a validator, and answer 304 where the reader has it already."""
    if request.method in ("GET", "HEAD") and response.status_code == 200 and not response.is_streamed:
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-cache"
        if hand_over(response):
            return response
        if not response.headers.get("ETag"):
            response.set_etag(validator(response.get_data()), weak=True)
        response.make_conditional(request)
    return response


def _add_headers(*, is_https: bool) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if is_https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if request.blueprint == "api":
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag, X-Request-ID"
        else:
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return add
