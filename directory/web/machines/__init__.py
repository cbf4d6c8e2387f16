"""Files that programs look for at fixed addresses: feed, sitemap, robots.txt, llms.txt, security.txt."""
