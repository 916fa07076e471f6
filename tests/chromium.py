"""Find the Chromium that the browser tests drive; on Debian as root, install it."""

import os
import shutil
import subprocess

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
PACKAGES = ["chromium", "fonts-noto-cjk"]  # without the fonts Japanese is boxes of one width

MISSING = """
******************************************************************
  Chromium が見つからないため、ブラウザーのテストは実行していません。
  Chromium を入れるか、環境変数 CHROMIUM にその場所を指定してください。
******************************************************************
"""


def find():
    """Return the path of Chromium: the variable CHROMIUM, else the first of NAMES on PATH."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    found = (shutil.which(name, path=f"{os.environ['PATH']}:/usr/bin") for name in NAMES)
    return next(filter(None, found), None)


def ensure():
    """Return the path of Chromium, installed by apt-get where that may be done; or None."""
    if not find() and shutil.which("apt-get") and os.geteuid() == 0:
        print("ブラウザーのテストのために Chromium を入れています…", flush=True)
        install()
    return find()


def install():
    """Install PACKAGES; what goes wrong is seen in apt-get's own output."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", "-qq", *command], env=environment, check=False)
