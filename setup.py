"""Metadata is in pyproject.toml; here the README's links are made to lead somewhere from PyPI."""

import re
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).parent
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
[REPOSITORY] = re.findall(r'^Repository = "(.+)"$', PROJECT, flags=re.MULTILINE)

pictures = re.sub(r'(!\[[^\]]*\]\(|src="|srcset=")(?!https:)', rf"\1{REPOSITORY}/raw/main/", README)
links = re.sub(r"\]\((?!https:|#)", f"]({REPOSITORY}/blob/main/", pictures)

setup(long_description=links, long_description_content_type="text/markdown")
