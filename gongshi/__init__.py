"""Gongshi 公示: disclosure of administrative licences and penalties."""

__version__ = "0.1.0"
