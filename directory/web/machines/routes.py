"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.machines import badge, feed, sitemap, texts

blueprint = Blueprint("machines", __name__)
blueprint.add_url_rule("/feed.atom", view_func=feed.feed)
blueprint.add_url_rule("/sitemap.xml", view_func=sitemap.sitemap)
blueprint.add_url_rule("/sitemap-<int:number>.xml", view_func=sitemap.sitemap_part)
blueprint.add_url_rule("/badges/<slug>.svg", view_func=badge.badge)
blueprint.add_url_rule("/robots.txt", view_func=texts.robots)
blueprint.add_url_rule("/llms.txt", view_func=texts.llms)
blueprint.add_url_rule(texts.SECURITY_PATH, view_func=texts.security)
