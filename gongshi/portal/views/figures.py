"""Figures and explanations: the statistics page, and how to read the register."""

from django.http import HttpRequest, HttpResponse

from gongshi.portal import directory, drawing, figures
from gongshi.portal.pages import page, public_page
from gongshi.portal.places import region_name


@public_page
def statistics(request: HttpRequest) -> HttpResponse:
    """Show figures by region, category, month and unit, as tables and charts."""
    units = figures.by_unit()[:20]
    names = directory.unit_names(figure.key for figure in units)
    regions = figures.by_region()
    months = figures.by_month()
    context = {
        "totals": figures.totals_of(),
        "regions": [(region_name(figure.key), figure) for figure in regions],
        "months": months,
        "units": [(names.get(figure.key, figure.key), figure) for figure in units],
        "categories": figures.by_category(),
        "charts": drawing.charts(
            regions=[(region_name(figure.key), figure) for figure in regions],
            months=months,
            categories=figures.by_category(),
        ),
    }
    return page(request, "portal/statistics.html", context)


@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Explain the register, its periods, and how anybody can check it."""
    return page(request, "portal/about.html", {})
