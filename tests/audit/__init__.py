"""Audits of the public pages by the tools of the web: vnu, axe and Lighthouse."""
