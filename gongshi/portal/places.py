"""Names of regions as the public reads them."""

from functools import cache

from gongshi.domain.identifiers.region_code import regions


def region_name(code: str) -> str:
    """Return the region's name in force, or else its last one; unlisted: the code."""
    return _names().get(code, code)


def is_listed_region(code: str) -> bool:
    """Say whether the official list has, or ever had, the code."""
    return code in _names()


@cache
def _names() -> dict[str, str]:
    # The one in force has no end; it comes last.
    ordered = sorted(
        regions(), key=lambda region: (region.valid_to is None, region.valid_from)
    )
    return {region.code: region.name for region in ordered}
