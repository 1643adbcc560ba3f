"""How `make docs` builds the pages of this folder into a site: Sphinx reads the Markdown, each warning is an error."""

project = "Omni-CAPI"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"

# Links to a heading (`page.md#the-heading`) are checked against the headings' names as GitHub makes them.
myst_heading_anchors = 4

# Pygments stumbles over a quotation mark inside a text of Terraform's language; the page shows it right.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "pydata_sphinx_theme"
html_title = "Omni-CAPI"
html_theme_options = {"show_nav_level": 0, "navigation_with_keys": False, "secondary_sidebar_items": ["page-toc"]}
html_show_sourcelink = False
