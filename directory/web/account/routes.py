"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.access import Need, route
from directory.web.account import (
    alerts,
    introductions,
    login,
    overview,
    own_data,
    own_sessions,
    passkeys,
    password,
    register,
    reset,
    two_factor,
)
from directory.web.security import csrf

blueprint = Blueprint("account", __name__)
BOTH, POST = ("GET", "POST"), ("POST",)
ANYBODY, LINK, ACCOUNT = Need.ANYBODY, Need.LINK, Need.ACCOUNT

# Forms check forgery themselves, so that a stale page is shown again with everything typed.
route(blueprint, "/account/login", "login", csrf.exempt(login.log_in), needs=ANYBODY, methods=BOTH)
route(blueprint, "/account/login/second", "second", csrf.exempt(login.second), needs=ANYBODY, methods=BOTH)
route(blueprint, "/account/login/passkey", "passkey", csrf.exempt(passkeys.log_in), needs=ANYBODY, methods=POST)
route(blueprint, "/account/logout", "logout", login.log_out, needs=ACCOUNT, methods=POST)
route(blueprint, "/account/register", "register", csrf.exempt(register.sign_up), needs=ANYBODY, methods=BOTH)
route(blueprint, "/account/register/sent", "register_sent", register.sent, needs=ANYBODY)
route(blueprint, "/account/confirm/<token>", "confirm", csrf.exempt(register.take_link), needs=LINK, methods=BOTH)
route(blueprint, "/account/reset", "reset", csrf.exempt(reset.ask), needs=ANYBODY, methods=BOTH)
route(blueprint, "/account/reset/sent", "reset_sent", reset.sent, needs=ANYBODY)
route(blueprint, "/account/reset/<token>", "reset_link", csrf.exempt(reset.take_link), needs=LINK, methods=BOTH)

route(blueprint, "/account/", "overview", csrf.exempt(overview.show), needs=ACCOUNT, methods=BOTH)
route(blueprint, "/account/password", "password", csrf.exempt(password.change), needs=ACCOUNT, methods=BOTH)
route(blueprint, "/account/email", "email", csrf.exempt(password.ask_for_address), needs=ACCOUNT, methods=BOTH)
route(blueprint, "/account/email/<token>", "email_link", password.take_address, needs=ACCOUNT, methods=BOTH)
route(blueprint, "/account/two-factor", "two_factor", csrf.exempt(two_factor.show), needs=ACCOUNT, methods=BOTH)
route(blueprint, "/account/two-factor/codes", "codes", csrf.exempt(two_factor.new_codes), needs=ACCOUNT, methods=POST)
route(blueprint, "/account/two-factor/off", "off", csrf.exempt(two_factor.turn_off), needs=ACCOUNT, methods=POST)
route(blueprint, "/account/passkeys", "passkeys", csrf.exempt(passkeys.show), needs=ACCOUNT, methods=BOTH)
route(
    blueprint, "/account/passkeys/<int:number>/remove", "passkey_remove", passkeys.remove, needs=ACCOUNT, methods=POST
)
route(blueprint, "/account/sessions", "sessions", own_sessions.show, needs=ACCOUNT)
route(blueprint, "/account/sessions/<int:number>/end", "session_end", own_sessions.end, needs=ACCOUNT, methods=POST)
route(blueprint, "/account/sessions/end", "sessions_end", own_sessions.end_others, needs=ACCOUNT, methods=POST)
route(blueprint, "/account/alerts", "alerts", alerts.show, needs=ACCOUNT)
route(blueprint, "/account/alerts/new", "alert_new", csrf.exempt(alerts.save), needs=ACCOUNT, methods=BOTH)
route(blueprint, "/account/alerts/<int:number>", "alert_change", alerts.change, needs=ACCOUNT, methods=POST)
route(blueprint, "/account/alerts/<int:number>/remove", "alert_remove", alerts.remove, needs=ACCOUNT, methods=POST)
route(blueprint, "/alerts/stop/<token>", "alert_stop", csrf.exempt(alerts.stop), needs=LINK, methods=BOTH)
route(blueprint, "/account/introductions", "introductions", introductions.listing, needs=ACCOUNT)
route(
    blueprint,
    "/account/introductions/new",
    "introduction_new",
    csrf.exempt(introductions.new),
    needs=ACCOUNT,
    methods=BOTH,
)
route(blueprint, "/account/introductions/<int:number>", "introduction", introductions.one, needs=ACCOUNT)
route(
    blueprint,
    "/account/introductions/<int:number>/contact/<int:recipient>",
    "introduction_contact",
    introductions.contact,
    needs=ACCOUNT,
    methods=POST,
)
route(blueprint, "/account/data", "data", csrf.exempt(own_data.show), needs=ACCOUNT, methods=BOTH)
route(blueprint, "/account/data.json", "data_export", own_data.export, needs=ACCOUNT, methods=POST)
