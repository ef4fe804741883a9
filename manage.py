#!/usr/bin/env python
"""Django's usual entry point; `gongshi` is the same command."""

from gongshi.__main__ import main

if __name__ == "__main__":
    main()
